// A store on a server against the server's own floor: what the benches of such stores have in
// common.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <leasehold/store.h>

namespace leasehold::bench {

using Clock = std::chrono::steady_clock;

constexpr int rounds = 7;
constexpr std::size_t many = 10'000;

inline double seconds_of(Clock::time_point since) {
  return std::chrono::duration<double>(Clock::now() - since).count();
}

inline double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values.at(values.size() / 2);
}

[[noreturn]] inline void fail(const std::string& why) {
  std::fprintf(stderr, "bench: %s\n", why.c_str());
  std::exit(1);
}

/// The store, used as one client would.
class Ours {
 public:
  /// Measures `cycles` calls at a time.
  template <class AnyStore>
  Ours(Result<std::unique_ptr<AnyStore>> opened, int cycles) : cycles_(cycles) {
    if (!opened) fail(opened.error().detail);
    store_ = *std::move(opened);
  }

  double cycles_a_second() {
    const auto began = Clock::now();
    for (int cycle = 0; cycle < cycles_; ++cycle) {
      const OwnerId owner{1, ++owners_};
      if (!take("k", owner, term_)) fail("the lock is taken");
      const auto freed = store_->release({"k", owner, ++term_});
      if (!freed) fail(freed.error().detail);
    }
    return cycles_ / seconds_of(began);
  }

  /// One try that finds the lock held, in microseconds.
  double busy_us() {
    const OwnerId owner{1, ++owners_};
    if (!held_ && !take("held", {9, 9}, 0)) fail("nobody has it");
    held_ = true;
    const auto began = Clock::now();
    for (int times = 0; times < cycles_; ++times) {
      if (take("held", owner, 1)) fail("two have it");
    }
    return seconds_of(began) * 1e6 / cycles_;
  }
  double read_us() {
    const auto began = Clock::now();
    for (int times = 0; times < cycles_; ++times) {
      if (!store_->inspect("held")) fail("it can't be read");
    }
    return seconds_of(began) * 1e6 / cycles_;
  }

  void take_many() {
    for (std::size_t i = 0; i < many; ++i) {
      if (!take(key(i), {2, 1}, 0)) fail("a fresh lock is taken");
    }
  }
  double renew_many_ms() {
    ++seq_;
    std::vector<RenewRequest> batch;
    const auto began = Clock::now();
    for (std::size_t i = 0; i < many; ++i) {
      batch.push_back({key(i), {2, 1}, 1, seq_, {3, seq_}, std::chrono::hours(1)});
      if (batch.size() < largest_batch && i + 1 < many) continue;
      const auto renewed = store_->renew(batch);
      if (!renewed) fail(renewed.error().detail);
      for (const RenewAnswer& answer : renewed->answer) {
        if (!std::holds_alternative<Renewed>(answer)) fail("a lock was lost");
      }
      batch.clear();
    }
    return seconds_of(began) * 1e3;
  }

 private:
  static std::string key(std::size_t i) { return "lock " + std::to_string(i); }
  bool take(const std::string& key, const OwnerId& owner, Term expected) {
    const auto taken = store_->acquire({.key = key,
                                        .owner = owner,
                                        .expected_term = expected,
                                        .lease = std::chrono::hours(1),
                                        .info = "bench",
                                        .unchanged = std::nullopt});
    if (!taken) fail(taken.error().detail);
    return std::holds_alternative<Granted>(taken->answer);
  }

  const int cycles_;
  std::unique_ptr<Store> store_;
  std::uint64_t owners_ = 0;
  Term term_ = 0;
  Seq seq_ = 0;
  bool held_ = false;
};

/// Measures and prints. `name` stands before each figure; `renew_bar` may be empty.
template <class Floor>
void against_floor(const std::string& name, Floor& floor, Ours& ours, const char* bar,
                   const std::string& renew_bar) {
  std::vector<double> floors;
  std::vector<double> cycles_of_ours;
  std::vector<double> ratios;
  std::vector<double> busy;
  std::vector<double> reads;
  std::vector<double> renewals;
  ours.take_many();
  // Side by side, so that a machine that is slow for a while is so for both; the first warms up.
  for (int round = 0; round <= rounds; ++round) {
    const double one = floor.cycles_a_second();
    const double other = ours.cycles_a_second();
    const double looked = ours.busy_us();
    const double read = ours.read_us();
    const double renewed = ours.renew_many_ms();
    if (round == 0) continue;
    floors.push_back(one);
    cycles_of_ours.push_back(other);
    ratios.push_back(other / one);
    busy.push_back(looked);
    reads.push_back(read);
    renewals.push_back(renewed);
  }
  const char* const shown = name.c_str();
  std::printf("%s: acquire + release a second: %.0f, floor %.0f, ratio %.2f (bar %s)\n", shown,
              median(cycles_of_ours), median(floors), median(ratios), bar);
  std::printf("%s: acquire when busy: %.0f us, a read %.0f us, ratio %.2f\n", shown, median(busy),
              median(reads), median(busy) / median(reads));
  std::printf("%s: renewing %zu locks: %.0f ms%s\n", shown, many, median(renewals),
              renew_bar.c_str());
}

}  // namespace leasehold::bench
