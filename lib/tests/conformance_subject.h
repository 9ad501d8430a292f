// A conformance subject whose time moves by hand.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include <gtest/gtest.h>

#include <leasehold/conformance.h>
#include "lib/src/runtime/system_clock.h"
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

/// Two connections to one table, with real leases of `lease` by a clock that is not ours to move.
class RealSubject final : public Subject {
 public:
  RealSubject(std::unique_ptr<Store> one, std::unique_ptr<Store> two, Length lease)
      : one_(std::move(one)), two_(std::move(two)), lease_(lease) {}
  Store& store() override { return *one_; }
  Store& another() override { return *two_; }
  Length lease() override { return lease_; }
  void pass(Length length) override { std::this_thread::sleep_for(length); }
  // Not steady_clock: that one stops while the machine sleeps, and leases don't.
  Length now() override { return Length(clock_.now().at.ns()); }

 private:
  const SystemClock clock_{};
  const std::unique_ptr<Store> one_;
  const std::unique_ptr<Store> two_;
  const Length lease_;
};

/// Fails the test for what is wrong, and in virtual time for what could not be judged.
///
/// In real time a slow machine may miss the moment that a case is about: then it is told as skipped
/// with its reason, and counted by ctest, not as passed. The same case on the same store is judged
/// always in virtual time.
inline void expect_kept(const Case& rule, Subject& subject, bool in_virtual_time) {
  Findings findings;
  rule.run(subject, findings);
  for (const std::string& sentence : findings.of(Findings::Kind::wrong)) ADD_FAILURE() << sentence;
  std::string missed;
  for (const std::string& sentence : findings.of(Findings::Kind::inconclusive)) {
    if (in_virtual_time) ADD_FAILURE() << "inconclusive: " << sentence;
    missed += "inconclusive: " + sentence + "\n";
  }
  if (!missed.empty()) GTEST_SKIP() << missed;
}

}  // namespace leasehold::conformance
