#include "sim/sweep/progress_line.h"

#include <algorithm>
#include <cstddef>

namespace leasehold::sim {
namespace {

constexpr std::uint64_t bar_width = 20;

void add_bar(std::string& line, std::uint64_t done, std::uint64_t all) {
  const auto full = static_cast<std::size_t>(done * bar_width / all);
  line.append(1, '[').append(full, '#').append(bar_width - full, '.').append(1, ']');
}

}  // namespace

std::string grouped(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3;) {
    at -= 3;
    text.insert(at, 1, ',');
  }
  return text;
}

std::string rough_time(std::uint64_t seconds) {
  if (seconds < 100) return std::to_string(seconds) + " s";
  const std::uint64_t minutes = seconds / 60;
  if (minutes < 60) return std::to_string(minutes) + " min";
  const std::string rest = std::to_string(100 + minutes % 60).substr(1);
  return std::to_string(minutes / 60) + " h " + rest + " min";
}

std::string progress_line(const Progress& progress) {
  const std::uint64_t all = std::max<std::uint64_t>(progress.all, 1);
  const std::uint64_t done = std::min(progress.done, all);
  const std::uint64_t ran = done - std::min(progress.held, done);
  const std::uint64_t rate = progress.elapsed_ms == 0 ? 0 : ran * 1'000 / progress.elapsed_ms;
  const std::string percent = std::to_string(done * 100 / all);
  std::string line;
  add_bar(line, done, all);
  line.append(5 - std::min<std::size_t>(percent.size(), 3), ' ');
  line += percent + " %  " + grouped(done) + " of " + grouped(all) + " worlds";
  if (rate > 0) {
    std::uint64_t left = (all - done) / rate;
    if (progress.most_ms > 0) {
      const std::uint64_t spent = std::min(progress.elapsed_ms, progress.most_ms);
      left = std::min(left, (progress.most_ms - spent) / 1'000);
    }
    line += "  " + grouped(rate) + "/s  " + rough_time(left) + " left";
  }
  if (progress.broken > 0) line += "  " + grouped(progress.broken) + " broken";
  return line;
}

}  // namespace leasehold::sim
