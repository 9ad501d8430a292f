// How far a long run is, on one line.
#pragma once

#include <cstdint>
#include <string>

namespace leasehold::sim {

struct Progress {
  std::uint64_t done = 0;
  std::uint64_t all = 0;
  /// Of `done`, those that were there at the beginning: they took no time.
  std::uint64_t held = 0;
  std::uint64_t broken = 0;
  std::uint64_t elapsed_ms = 0;
  /// The run ends then at the latest; 0: when all are done.
  std::uint64_t most_ms = 0;
};

/// "[#####...............]  25 %  250 of 1000 worlds  1,302/s  12 s left  2 broken".
std::string progress_line(const Progress& progress);

/// "1,302,000"; "75 s", "12 min", "3 h 05 min".
std::string grouped(std::uint64_t number);
std::string rough_time(std::uint64_t seconds);

}  // namespace leasehold::sim
