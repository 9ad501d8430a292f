// Who waits in one process of a baseline for the lock, and until when.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "lib/src/shell/shell.h"

namespace leasehold::sim {

/// In the order in which they came. All instants are of one clock of the caller's.
class WaitingCalls {
 public:
  using Moment = Instant<LocalClock>;

  bool empty() const { return waiting_.empty(); }
  /// `within`: as `Algorithm::acquire`.
  void add(CallId call, std::optional<Length> within, Moment now);
  void remove(CallId call);
  /// When the first of them gives up; `never` if none does.
  Moment first_end() const;

  /// Tells those whose time is over by `now` that it is.
  void let_late_ones_go(Moment now, ShellListener& listener);
  /// Tells those who try once how that ended.
  void refuse_tries(ShellListener::Ending ending, core::Refusal why, ShellListener& listener);
  /// All get a guard of `tenure`, whose `guards` are counted before anybody is told.
  void grant(const core::TenureId& tenure, std::uint32_t& guards, ShellListener& listener);

 private:
  struct Waiting {
    CallId call = 0;
    bool once = false;
    Moment until = Moment::never();
  };
  template <class Is>
  std::vector<CallId> those(const Is& is) const;

  std::vector<Waiting> waiting_;
};

}  // namespace leasehold::sim
