// The library's own lock: the very shell and core that production links.
#pragma once

#include <string_view>

#include "sim/algorithms/algorithm.h"

namespace leasehold::sim {

class LeaseholdLock final : public Algorithm {
 public:
  /// What it is given must outlive it.
  LeaseholdLock(const Shell::Doors& doors, const Config& config, std::string_view key,
                std::string_view process);

  /// As Algorithm::clone.
  LeaseholdLock(const Shell::Doors& doors, const LeaseholdLock& original);

  void acquire(CallId call, std::optional<Length> within) override;
  void cancel(CallId call) override;
  void drop(const core::TenureId& tenure) override;
  void release(const core::TenureId& tenure) override;
  bool is_held(const core::TenureId& tenure) const override;
  std::optional<Holding> holding() const override;
  bool unchanged(CallId call, const core::TenureId& tenure, Term valid_at) const override;
  std::unique_ptr<Algorithm> clone(const Shell::Doors& doors) const override;

 private:
  Shell shell_;
};

}  // namespace leasehold::sim
