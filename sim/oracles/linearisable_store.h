// I19: the history of a store's answers is that of one fenced lock per key.
//
// The order in which requests took effect is known here, so nothing is searched for: in that order
// one sequential record must give every answer, each request must take effect between its sending
// and its answer, and no more often than copies of it were sent, and what its process hears must be
// what the record said. No clock is believed but the store's own: where each caller judges by his
// calendar, or by what he observed, that a lease is over may be said at any time.
//
// The order of requests at several stores, or at a real one, is not known: that would be a search,
// and another judge.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "sim/engine/flat_map.h"
#include "sim/oracles/oracle.h"
#include "sim/oracles/request_id.h"

namespace leasehold::sim {

class LinearisableStore final : public Oracle {
 public:
  explicit LinearisableStore(const Names& names)
      : Oracle(Invariant::I19, names,
               {Event::Kind::sent, Event::Kind::duplicated, Event::Kind::applied,
                Event::Kind::answered, Event::Kind::takeable, Event::Kind::delay_over}) {}
  void see(const Event& event) override;

 private:
  static constexpr std::size_t answer_kinds =
      static_cast<std::size_t>(core::Answer::Kind::unknown) + 1;
  struct Request {
    /// acquire: the term that it expects of the record; 0 if it names none.
    Term expected = 0;
    int copies = 1;
    int applied = 0;
    int answered = 0;
    /// What was said to copies whose answers nobody heard yet: how often, by kind of answer.
    std::array<std::uint16_t, answer_kinds> said{};
  };
  /// One fenced lock.
  struct Record {
    OwnerId owner{};
    std::uint32_t process = nobody;
    bool had_owner = false;
    Term term = 0;
    Version version = 0;
    Seq seq = 0;
  };
  /// Why this answer can't be the record's; empty if it can. What it changes is changed.
  using Why = std::string;

  void on_applied(const Event& event);
  void on_answered(const Event& event);
  void on_takeable(const Event& event);
  Why say(const Event& event, const Request& request);
  Why granted(const Event& event, Term expected);
  Why taken(const Event& event, Term expected) const;
  Why busy(const Event& event) const;
  Why moved(const Event& event, Term expected) const;
  Why renewed(const Event& event);
  Why not_owner(const Event& event) const;
  Why stale(const Event& event) const;
  Why released(const Event& event);
  Why abandoned(const Event& event);
  void set_free();
  bool owns(const Event& event) const;
  std::string whose() const;
  /// Whether the store counts the lease as over; nullopt if others judge.
  std::optional<bool> over(TrueTime at) const;
  /// ... and the lock delay after it.
  std::optional<bool> free(TrueTime at) const;

  Record record_;
  FlatMap<RequestId, Request> requests_;
  /// The last word on when the lease is over: by whose judgement, and whether it came with the
  /// lease and not later, with a change of the clock. A clock that was set back makes the store
  /// doubt what it wrote, and then it goes by what its callers observed.
  enum class By : std::uint8_t { observers, store, callers };
  By by_ = By::observers;
  TrueTime over_at_{};
  /// ... and there is a lock delay, which the store counts to here.
  TrueTime free_at_{};
  bool delayed_ = false;
  bool lease_began_ = false;
  bool doubted_ = false;
};

}  // namespace leasehold::sim
