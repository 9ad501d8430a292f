// A conformance subject whose time moves by hand.
#pragma once

#include <chrono>

#include <leasehold/conformance.h>
#include "lib/tests/doubles.h"

namespace leasehold::conformance {

/// Leaves the stores to its children. The clock begins and ticks at odd numbers, so that roundings
/// show.
class VirtualSubject : public Subject {
 public:
  Length lease() override { return std::chrono::seconds(1); }
  void pass(Length length) override { clock_.advance(length); }
  Length now() override { return Length(clock_.now().at.ns()); }
  Random& random() override { return random_; }

 protected:
  doubles::ManualClock& clock() { return clock_; }

 private:
  doubles::ManualClock clock_{Instant<LocalClock>::at_ns(1'000'003), Span<LocalClock>::ns(10)};
  doubles::SequenceRandom random_;
};

}  // namespace leasehold::conformance
