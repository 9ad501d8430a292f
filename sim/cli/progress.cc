#include "sim/cli/progress.h"

#include <cstddef>
#include <iostream>
#include <string>
#include <unistd.h>

#include "sim/sweep/progress_line.h"

namespace leasehold::sim {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t quiet_ms = 2'000;
constexpr const char* clear_line = "\r\033[K";

std::string rate(std::uint64_t worlds, std::uint64_t ms) {
  return grouped(worlds * 1'000 / (ms == 0 ? 1 : ms)) + "/s";
}

}  // namespace

ProgressMeter::ProgressMeter(std::uint64_t worlds, std::optional<std::uint64_t> minutes)
    : worlds_(worlds), minutes_(minutes) {
  if (isatty(STDERR_FILENO) != 0) shower_ = std::thread([this] { show_until_done(); });
}

ProgressMeter::~ProgressMeter() { stop_showing(); }

void ProgressMeter::stop_showing() {
  if (!shower_.joinable()) return;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    is_finished_ = true;
  }
  finished_.notify_one();
  shower_.join();
}

std::uint64_t ProgressMeter::elapsed_ms() const {
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - began_).count());
}

bool ProgressMeter::out_of_time() const { return minutes_ && elapsed_ms() >= *minutes_ * 60'000; }

ChunkRun ProgressMeter::timed(const Sweep& sweep, const Chunk& chunk) {
  const Clock::time_point began = Clock::now();
  ChunkRun run = run_chunk(sweep, chunk);
  const auto ns = std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now() - began);
  Spent& spent = spent_.at(static_cast<std::size_t>(chunk.authority));
  spent.worlds += run.counts.worlds;
  spent.ns += static_cast<std::uint64_t>(ns.count());
  return run;
}

void ProgressMeter::count(const ChunkRun& run, bool was_held) {
  done_ += run.counts.worlds;
  if (was_held) held_ += run.counts.worlds;
  broken_ += run.counts.broken;
}

void ProgressMeter::show_until_done() {
  std::unique_lock<std::mutex> lock(mutex_);
  bool shown = false;
  while (!finished_.wait_for(lock, 200ms, [this] { return is_finished_; })) {
    const std::uint64_t elapsed = elapsed_ms();
    if (elapsed < quiet_ms) continue;
    shown = true;
    std::cerr << clear_line
              << progress_line(
                     {done_, worlds_, held_, broken_, elapsed, minutes_.value_or(0) * 60'000})
              << std::flush;
  }
  if (shown) std::cerr << clear_line << std::flush;
}

void ProgressMeter::finish(const Sweep& sweep, unsigned jobs) {
  const std::uint64_t elapsed = elapsed_ms();
  stop_showing();
  std::string parts;
  std::uint64_t worlds = 0;
  for (const Authority authority : sweep.authorities) {
    const Spent& spent = spent_.at(static_cast<std::size_t>(authority));
    if (spent.worlds == 0) continue;
    worlds += spent.worlds;
    parts += (parts.empty() ? "" : ", ") + std::string(to_string(authority)) + " " +
             rate(spent.worlds, spent.ns / 1'000'000);
  }
  if (worlds == 0) return;
  std::cerr << grouped(worlds) << " worlds in " << rough_time(elapsed / 1'000) << " on " << jobs
            << (jobs == 1 ? " thread: " : " threads: ") << rate(worlds, elapsed) << " (" << parts
            << " a thread)\n";
}

}  // namespace leasehold::sim
