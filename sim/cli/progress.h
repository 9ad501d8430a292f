// A line on the terminal that says how far a sweep is, and how fast it went.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <thread>

#include "sim/sweep/chunk_run.h"
#include "sim/sweep/plan.h"

namespace leasehold::sim {

/// Measures and shows; nothing that a sweep finds depends on it. The line is shown on stderr if
/// that is a terminal, and from the third second on.
class ProgressMeter {
 public:
  ProgressMeter(std::uint64_t worlds, std::optional<std::uint64_t> minutes);
  ProgressMeter(const ProgressMeter&) = delete;
  ProgressMeter& operator=(const ProgressMeter&) = delete;
  ~ProgressMeter();

  bool out_of_time() const;
  /// Runs a chunk and takes its time; for any number of threads at once.
  ChunkRun timed(const Sweep& sweep, const Chunk& chunk);
  /// Another chunk is done.
  void count(const ChunkRun& run, bool was_held);
  /// Takes the line away, and prints how fast worlds were run if any were.
  void finish(const Sweep& sweep, unsigned jobs);

 private:
  using Clock = std::chrono::steady_clock;
  struct Spent {
    std::atomic<std::uint64_t> worlds{0};
    std::atomic<std::uint64_t> ns{0};
  };

  std::uint64_t elapsed_ms() const;
  void show_until_done();
  void stop_showing();

  const Clock::time_point began_ = Clock::now();
  const std::uint64_t worlds_;
  const std::optional<std::uint64_t> minutes_;
  std::atomic<std::uint64_t> done_{0};
  std::atomic<std::uint64_t> held_{0};
  std::atomic<std::uint64_t> broken_{0};
  std::array<Spent, 4> spent_;  // by authority
  std::mutex mutex_;
  std::condition_variable finished_;
  bool is_finished_ = false;
  std::thread shower_;
};

}  // namespace leasehold::sim
