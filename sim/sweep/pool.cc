#include "sim/sweep/pool.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace leasehold::sim {
namespace {

class PlanRun {
 public:
  PlanRun(const Plan& plan, const std::map<Chunk, ChunkRun>& held, const Pool& pool)
      : plan_(plan), held_(held), pool_(pool) {}

  // One thread's part.
  void work() {
    // Whoever took an index runs it: what was taken is always a row without gaps.
    while (!stopped_ && !pool_.out_of_time()) {
      const std::uint64_t index = next_++;
      if (index >= plan_.size()) return;
      const Chunk chunk = plan_.at(index);
      const auto known = held_.find(chunk);
      const bool was_held = known != held_.end();
      finish(index, {was_held ? known->second : pool_.run(chunk), was_held});
    }
  }

 private:
  struct Finished {
    ChunkRun run;
    bool was_held = false;
  };

  void finish(std::uint64_t index, Finished finished) {
    const std::lock_guard<std::mutex> lock(mutex_);
    waiting_.emplace(index, std::move(finished));
    while (!stopped_ && !waiting_.empty() && waiting_.begin()->first == taken_) {
      const Finished& first = waiting_.begin()->second;
      if (!pool_.take(first.run, first.was_held)) stopped_ = true;
      waiting_.erase(waiting_.begin());
      ++taken_;
    }
  }

  const Plan& plan_;
  const std::map<Chunk, ChunkRun>& held_;
  const Pool& pool_;
  std::atomic<std::uint64_t> next_{0};
  std::atomic<bool> stopped_{false};
  std::mutex mutex_;
  // Those that were done before one that comes earlier.
  std::map<std::uint64_t, Finished> waiting_;
  std::uint64_t taken_ = 0;
};

void on_threads(unsigned jobs, const std::function<void()>& work) {
  std::vector<std::thread> threads;
  for (unsigned thread = 1; thread < jobs; ++thread) threads.emplace_back(work);
  work();
  for (std::thread& thread : threads) thread.join();
}

}  // namespace

void in_parallel(unsigned jobs, std::uint64_t count,
                 const std::function<void(std::uint64_t)>& work) {
  std::atomic<std::uint64_t> next{0};
  const auto threads = static_cast<unsigned>(std::min<std::uint64_t>(jobs, count));
  on_threads(threads, [&] {
    for (std::uint64_t index = next++; index < count; index = next++) work(index);
  });
}

void run_plan(const Plan& plan, const std::map<Chunk, ChunkRun>& held, const Pool& pool) {
  PlanRun run(plan, held, pool);
  on_threads(static_cast<unsigned>(std::min<std::uint64_t>(pool.jobs, plan.size())),
             [&run] { run.work(); });
}

}  // namespace leasehold::sim
