// I15: dropping a guard that is not the last never releases; the last drop and release() always end
// the tenure, and the store hears of it.
#pragma once

#include <optional>
#include <vector>

#include "sim/oracles/oracle.h"

namespace leasehold::sim {

class Counted final : public Oracle {
 public:
  explicit Counted(const Names& names) : Oracle(Invariant::I15, names), tenures_(names.size()) {}
  void see(const Event& event) override;

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

  std::vector<std::optional<Tenure>> tenures_;
  std::vector<Due> due_;
};

}  // namespace leasehold::sim
