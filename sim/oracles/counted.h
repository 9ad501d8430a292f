// I15: dropping a guard that is not the last never releases; the last drop and release() always end
// the tenure, and the store hears of it: at once, or when its minimum hold is over
// (minimum_hold.h).
#pragma once

#include <optional>
#include <vector>

#include "sim/oracles/minimum_hold.h"
#include "sim/oracles/oracle.h"

namespace leasehold::sim {

class Counted final : public Oracle {
 public:
  explicit Counted(const Names& names, const Bounds& bounds = {})
      : Oracle(Invariant::I15, names,
               Kinds{Event::Kind::granted, Event::Kind::drop, Event::Kind::release,
                     Event::Kind::stopped, Event::Kind::lost, Event::Kind::sent,
                     Event::Kind::cloned, Event::Kind::crashed} |
                   MinimumHold::looks_at(bounds)),
        bounds_(bounds),
        hold_(names, bounds_),
        tenures_(names.size()) {}
  void see(const Event& event) override;
  void time_passes(TrueTime now) override;
  void finish(TrueTime end) override;

 private:
  /// The tenure of a process, as its program knows it.
  struct Tenure {
    Term term = 0;
    int guards = 0;
    bool released = false;
  };
  /// What must happen before time goes on.
  struct Due {
    enum class What { end, release };
    What what;
    Event cause;
  };

  void hear_of_holds();
  bool ends_later() const { return bounds_.timing.min_hold > Length::zero(); }
  void judge_due(TrueTime now);
  void be_quiet();
  void look_at_guards(const Event& event);
  void on_granted(const Event& event);
  void on_drop(const Event& event);
  void on_release(const Event& event);
  void on_stopped(const Event& event);
  void on_release_sent(const Event& event);
  void came(Due::What what, const Event& event);
  void overdue(const Due& due);
  std::optional<Tenure>& of(const Event& event) { return tenures_.at(event.process); }
  // The tenure of the process, if it is the one that the event is about.
  Tenure* meant(const Event& event);

  const Bounds bounds_;
  MinimumHold hold_;
  std::uint64_t kept_ = 0;
  std::vector<std::optional<Tenure>> tenures_;
  std::vector<Due> due_;
};

}  // namespace leasehold::sim
