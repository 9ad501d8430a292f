// I4: once renewal stops, some contender that keeps trying holds the lock within `takeover_bound`,
// counted from the last request that was applied.
//
// The rule to know: the bound has premises, and the clock is set back whenever one of them does not
// hold. A contender counts while a call of it waits patiently, its own code runs, each of its tries
// is answered within Q and without an error, no message of it is lost, doubled or kept waiting, and
// no release or abandon of its own is under way. Whatever is left is a promise without excuses.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "sim/engine/flat_map.h"
#include "sim/oracles/hindrances.h"
#include "sim/oracles/oracle.h"

namespace leasehold::sim {

class Takeover final : public Oracle {
 public:
  Takeover(const Names& names, const Bounds& bounds);
  void see(const Event& event) override;
  void time_passes(TrueTime now) override { judge(now); }
  void finish(TrueTime end) override { judge(end); }

 private:
  struct Ending {
    OwnerId owner{};
    core::Request::Kind call{};
    std::uint64_t ordinal = 0;
  };
  struct Try {
    std::uint64_t ordinal = 0;
    TrueTime at{};
  };
  struct Contender {
    std::vector<std::uint64_t> calls;
    /// Since when nothing has disturbed it.
    TrueTime since{};
    std::optional<Try> asked;
    std::vector<Ending> endings;

    bool tries() const { return !calls.empty() && endings.empty(); }
  };

  void judge(TrueTime now);
  TrueTime due(std::uint32_t process) const;
  bool is_overdue(std::uint32_t process, TrueTime now) const;
  void look_at(const Event& event);
  void expect(std::uint32_t process);
  void on_call(const Event& event);
  void call_over(const Event& event);
  void on_sent(const Event& event);
  void on_answered(const Event& event);
  void on_applied(const Event& event);
  void on_crash(const Event& event);
  void ended(const Event& event, const OwnerId& owner);
  void disturb(const Event& event) { of(event).since = event.at; }
  Contender& of(const Event& event) { return contenders_.at(event.process); }

  const Bounds bounds_;
  const Span<TrueClock> answer_within_;
  std::vector<Contender> contenders_;
  // As whom the present life of each process asked, and as whom those before it did.
  FlatSet<std::pair<std::uint32_t, OwnerId>> owners_;
  FlatSet<std::pair<std::uint32_t, OwnerId>> former_;
  Hindrances hindrances_;
  // When the last request was applied that a contender has to wait for.
  TrueTime applied_{};
};

}  // namespace leasehold::sim
