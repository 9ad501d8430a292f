// A store on a server against the server's own floor: what the benches of such stores have in
// common.
#pragma once

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>

#include <leasehold/store.h>

namespace leasehold::bench {

constexpr std::size_t many = 10'000;
/// What ./dev bench takes for "there is no such server here".
constexpr int not_run = 77;

[[noreturn]] inline void fail(const std::string& why) {
  std::fprintf(stderr, "bench: %s\n", why.c_str());
  std::exit(1);  // NOLINT(concurrency-mt-unsafe)
}

/// The store, used as one client would.
class Ours {
 public:
  template <class AnyStore>
  explicit Ours(Result<std::unique_ptr<AnyStore>> opened) {
    if (!opened) fail(opened.error().detail);
    store_ = *std::move(opened);
    if (!take("held", {9, 9}, 0)) fail("a fresh lock is taken");
    for (std::size_t i = 0; i < many; ++i) {
      if (!take(key(i), {2, 1}, 0)) fail("a fresh lock is taken");
    }
  }

  void acquire_and_release() {
    const OwnerId owner{1, ++owners_};
    if (!take("k", owner, term_)) fail("the lock is taken");
    const auto freed = store_->release({"k", owner, ++term_});
    if (!freed) fail(freed.error().detail);
  }
  /// One try that finds the lock held.
  void find_busy() {
    if (take("held", {1, ++owners_}, 1)) fail("two have it");
  }
  void read() {
    if (!store_->inspect("held")) fail("it can't be read");
  }
  void renew_many() {
    ++seq_;
    std::vector<RenewRequest> batch;
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

  std::unique_ptr<Store> store_;
  std::uint64_t owners_ = 0;
  Term term_ = 0;
  Seq seq_ = 0;
};

/// Both outlive the runs. `floor` has a member `acquire_and_release`.
template <class Floor>
void register_against_floor(const std::string& name, Floor& floor, Ours& ours) {
  const auto add = [&name](const char* what, auto step) {
    benchmark::RegisterBenchmark((name + "/" + what).c_str(), [step](benchmark::State& state) {
      for (auto _ : state) step();
    })->UseRealTime();
  };
  add("floor", [&floor] { floor.acquire_and_release(); });
  add("acquire_and_release", [&ours] { ours.acquire_and_release(); });
  add("busy", [&ours] { ours.find_busy(); });
  add("read", [&ours] { ours.read(); });
  add("renew_10000", [&ours] { ours.renew_many(); });
}

inline int run_registered(int count, char** arguments) {
  benchmark::Initialize(&count, arguments);
  if (benchmark::ReportUnrecognizedArguments(count, arguments)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}

}  // namespace leasehold::bench
