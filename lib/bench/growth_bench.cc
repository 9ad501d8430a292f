// How costs grow with the locks that a client holds, in memory: what is added to a store.
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include <benchmark/benchmark.h>
#include <malloc.h>

#include "lib/bench/processes.h"

namespace leasehold::bench {
namespace {

using namespace std::chrono_literals;

// Leases that outlive the bench on a machine that is busy, renewed often enough to be measured.
OpenOptions beating_every_second() {
  OpenOptions options;
  options.timing = host_preset().timing;
  options.timing->lease = 30s;
  options.timing->renew_every = 1s;
  return options;
}

// The time is that of an acquire and drop of one more lock, as in lock_bench. `bytes_per_lock` is
// what the heap grew by, the store's own record included; `beat_us` is the processor time in which
// each lock is renewed once, and `beat_ns_per_lock` its share.
void held_locks(benchmark::State& state) {
  const auto many = static_cast<std::size_t>(state.range(0));
  const Client client = client_on("memory:", beating_every_second());
  std::vector<Guard> guards;
  guards.reserve(many);
  const std::size_t before = mallinfo2().uordblks;
  for (std::size_t n = 0; n < many; ++n)
    guards.push_back(taken(client.lock("lock " + std::to_string(n))));
  const std::size_t grown = mallinfo2().uordblks - before;
  const Lock more = client.lock("one more");
  for (auto _ : state) benchmark::DoNotOptimize(taken(more));
  const std::uint64_t renewed = client.counters().renewed;
  const std::int64_t cpu = cpu_ns();
  std::this_thread::sleep_for(4s);
  const std::int64_t spent = cpu_ns() - cpu;
  const std::uint64_t renewals = client.counters().renewed - renewed;
  must(renewals > 0, "nothing was renewed");
  for (const Guard& guard : guards) must(guard.is_held(), "a lock was lost");
  const double each = static_cast<double>(spent) / static_cast<double>(renewals);
  state.counters["bytes_per_lock"] = static_cast<double>(grown) / static_cast<double>(many);
  state.counters["beat_us"] = each * static_cast<double>(many) / 1e3;
  state.counters["beat_ns_per_lock"] = each;
}
// A fixed number of times, or Google Benchmark would set up 100,000 locks again and again.
BENCHMARK(held_locks)->RangeMultiplier(10)->Range(1, 100'000)->Iterations(200'000)->UseRealTime();

}  // namespace
}  // namespace leasehold::bench

BENCHMARK_MAIN();
