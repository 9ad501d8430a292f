// What an event costs and a process weighs, from 10 processes to a million.
//
// queue/N: the bare event queue with N pending. timers/N: N sleepers on the doors of real
// processes, that is the kernel's queue, choices and clocks, each woken and asleep again. world/N:
// a whole world in which N processes fight for one lock, with every oracle, in one piece of memory.
#include <algorithm>
#include <chrono>
#include <ctime>
#include <deque>
#include <memory>

#include <benchmark/benchmark.h>
#include <malloc.h>

#include "lib/src/runtime/fetch_ahead.h"
#include "sim/bench/fight.h"
#include "sim/engine/stream.h"
#include "sim/world/world.h"

namespace leasehold::sim {
namespace {

using namespace std::chrono_literals;

benchmark::Counter rate(double count) { return {count, benchmark::Counter::kIsRate}; }

// A pause that is never the same: sleepers that keep step would be planned at the end.
class Pauses {
 public:
  Span<TrueClock> next() { return Span<TrueClock>::ns(draw_.within(1'000'000, 100'000'000)); }

 private:
  Stream draw_{1};
};

class BareQueue {
 public:
  explicit BareQueue(std::uint32_t pending) {
    for (std::uint32_t index = 0; index < pending; ++index) {
      queue_.plan(TrueTime{} + pauses_.next(), 0, {.kind = Task::Kind::wake, .process = index});
    }
  }
  void step() {
    const auto next = queue_.pop();
    queue_.plan(next.at + pauses_.next(), 0, next.task);
  }

 private:
  Pauses pauses_;
  Queue<Task> queue_;
};

class Timers {
 public:
  explicit Timers(std::uint32_t sleepers)
      : scenario_(quiet(sleepers)),
        names_(names_of(scenario_)),
        kernel_(scenario_, names_, {}),
        clock_(scenario_.host, Length(1)),
        store_(kernel_, clock_, {}, "leasehold"),
        network_(kernel_, store_) {
    for (std::uint32_t index = 0; index < sleepers; ++index) {
      sleepers_.emplace_back(*this, index).wake();
    }
  }
  void step() {
    const Task task = kernel_.next(
        [this](std::uint32_t process) { fetch_ahead(&sleepers_[process], sizeof(OneOfThem)); });
    sleepers_[task.process].doors.on_wake(task.generation);
  }

 private:
  static Scenario quiet(std::uint32_t sleepers) {
    Scenario world = fight(Authority::host_clock, sleepers, 1s);
    world.noise = {};
    return world;
  }

  struct OneOfThem final : Sleeper {
    OneOfThem(Timers& all, std::uint32_t index)
        : timers(all), doors(all.kernel_, all.network_, all.clock_, all.clock_, index) {}
    void wake() override {
      doors.wake_at(doors.now().at + Span<LocalClock>::ns(timers.pauses_.next().ns()), *this);
    }
    Timers& timers;
    ProcessDoors doors;
  };

  Scenario scenario_;
  Names names_;
  Kernel kernel_;
  VirtualClock clock_;
  StoreNode store_;
  Network network_;
  Pauses pauses_;
  std::deque<OneOfThem> sleepers_;
};

template <class Stepped>
void steps(benchmark::State& state) {
  Stepped stepped(static_cast<std::uint32_t>(state.range(0)));
  for (auto _ : state) stepped.step();
  state.counters["events"] = rate(static_cast<double>(state.iterations()));
}
void queue(benchmark::State& state) { steps<BareQueue>(state); }
void timers(benchmark::State& state) { steps<Timers>(state); }
BENCHMARK(queue)->RangeMultiplier(10)->Range(10, 1'000'000);
BENCHMARK(timers)->RangeMultiplier(10)->Range(10, 1'000'000);

// `growth`: how much more an event costs among 100,000 than among 100.
template <class Stepped>
double ns_of_a_step(std::uint32_t many) {
  constexpr int count = 2'000'000;
  Stepped stepped(many);
  for (std::uint32_t step = 0; step < 2 * many; ++step) stepped.step();
  const std::clock_t begun = std::clock();
  for (int step = 0; step < count; ++step) stepped.step();
  return static_cast<double>(std::clock() - begun) / CLOCKS_PER_SEC * 1e9 / count;
}
template <class Stepped>
void growth(benchmark::State& state) {
  double few = 0;
  double many = 0;
  for (auto _ : state) {
    few += ns_of_a_step<Stepped>(100);
    many += ns_of_a_step<Stepped>(100'000);
  }
  state.counters["growth"] = benchmark::Counter(many / few);
}
void growth_of_queue(benchmark::State& state) { growth<BareQueue>(state); }
void growth_of_timers(benchmark::State& state) { growth<Timers>(state); }
BENCHMARK(growth_of_queue)->Iterations(3)->Unit(benchmark::kMillisecond);
BENCHMARK(growth_of_timers)->Iterations(3)->Unit(benchmark::kMillisecond);

// What is not given back yet: what the world weighs, its scenario included, and what this program
// weighed before it.
double bytes_in_use() {
  const struct mallinfo2 info = mallinfo2();
  return static_cast<double>(info.uordblks + info.hblkhd);
}

void world(benchmark::State& state) {
  const auto processes = static_cast<std::uint32_t>(state.range(0));
  // About as much happens in all of them.
  const Length lasts = std::max<Length>(100ms, 20s * 1'000 / processes / 10);
  double events = 0;
  double weight = 0;
  for (auto _ : state) {
    state.PauseTiming();
    const double before = bytes_in_use();
    const Scenario scenario = fight(Authority::host_clock, processes, lasts, 50ms);
    const auto all = std::make_unique<World>(scenario, "leasehold", RunOptions{});
    state.ResumeTiming();
    const Run once = all->run();
    state.PauseTiming();
    events += static_cast<double>(once.tally.events);
    weight = bytes_in_use() - before;
    for (const Judgement& one : once.judgements) {
      if (one.verdict == Verdict::broken) state.SkipWithError("an invariant is broken");
    }
    state.ResumeTiming();
  }
  state.counters["events"] = rate(events);
  state.counters["gigabytes"] = benchmark::Counter(weight / 1e9);
  state.counters["bytes_each"] = benchmark::Counter(weight / processes);
}
BENCHMARK(world)
    ->RangeMultiplier(10)
    ->Range(10, 1'000'000)
    ->Iterations(1)
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace leasehold::sim

BENCHMARK_MAIN();
