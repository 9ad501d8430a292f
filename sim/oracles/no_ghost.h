// I9: a cancelled or timed-out acquire leaves the key free as soon as its abandon is answered,
// otherwise at the latest L, and the lock delay, after its last message was applied.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sim/engine/flat_map.h"
#include "sim/oracles/oracle.h"

namespace leasehold::sim {

class NoGhost final : public Oracle {
 public:
  explicit NoGhost(const Names& names);
  void see(const Event& event) override;
  void time_passes(TrueTime now) override;

 private:
  /// All that a process asked under one owner id.
  struct Attempt {
    /// The term that its acquires expect of the record.
    Term expected = 0;
    /// The record's term has moved on: no acquire of it can be granted any more.
    bool outdated = false;
    /// Somebody was told that he holds the key.
    bool told = false;
    /// A release or an abandon was sent.
    bool given_back = false;
    /// Nobody waits for it any more, and nobody was told.
    bool left = false;
    /// The store carried out its abandon for good.
    bool settled = false;
  };
  /// Copies of one process may ask under one owner id, each for itself.
  using Asker = std::pair<std::uint32_t, OwnerId>;
  /// An acquire of which the process heard nothing.
  struct Unanswered {
    std::uint64_t ordinal = 0;
    OwnerId owner{};
  };
  struct Process {
    std::vector<std::uint64_t> calls;
    /// What it asks with.
    std::optional<OwnerId> asking;
  };

  void on_sent(const Event& event);
  void on_answered(const Event& event);
  void on_applied(const Event& event);
  void on_grant(const Event& event);
  void on_abandoned(const Event& event);
  void on_refused_acquire(const Event& event);
  void on_busy(const Event& event);
  void on_cloned(const Event& event);
  bool is_unanswered(std::uint32_t process, const OwnerId& owner) const;
  Attempt& of(const Event& event) { return attempts_[{event.process, event.owner}]; }
  void call_over(const Event& event);
  void check(std::uint32_t process);
  void touch(const Event& event);
  std::string attempt_of(std::uint32_t process) const;

  std::vector<Process> processes_;
  FlatMap<Asker, Attempt> attempts_;
  // By process, of all its lives.
  std::vector<std::vector<Unanswered>> unanswered_;
  // The processes to look at before time goes on from `now_`.
  TrueTime now_{};
  std::vector<std::uint32_t> touched_;
  // The grant that the record shows, and when it is over if the store itself judges that, the lock
  // delay too.
  std::optional<Event> holder_;
  std::optional<TrueTime> over_at_;
};

}  // namespace leasehold::sim
