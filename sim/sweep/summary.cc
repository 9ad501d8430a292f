#include "sim/sweep/summary.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <tuple>

namespace leasehold::sim {
namespace {

// The least share that must be so, and the largest in which nobody had the key.
constexpr std::uint64_t least_hand_over = 30;
constexpr std::uint64_t least_contended = 30;
constexpr std::uint64_t most_nobody_held = 15;

// "62.1 %", rounded down.
std::string share(std::uint64_t some, std::uint64_t all) {
  if (all == 0) return "-";
  const std::uint64_t per_mille = some * 1'000 / all;
  return std::to_string(per_mille / 10) + "." + std::to_string(per_mille % 10) + " %";
}

using Line = std::array<std::string, 9>;

void write_lines(std::ostream& out, const std::vector<Line>& lines) {
  std::array<std::size_t, std::tuple_size_v<Line>> widths{};
  for (const Line& line : lines) {
    for (std::size_t column = 0; column < line.size(); ++column) {
      widths.at(column) = std::max(widths.at(column), line.at(column).size());
    }
  }
  for (const Line& line : lines) {
    // Words to the left, numbers to the right.
    out << line.front() << std::string(widths.front() - line.front().size(), ' ');
    for (std::size_t column = 1; column < line.size(); ++column) {
      out << std::string(widths.at(column) - line.at(column).size() + 2, ' ') << line.at(column);
    }
    out << "\n";
  }
}

// The words of what no world met.
template <class Kind, std::size_t size>
std::string never(const std::array<std::uint64_t, size>& counts) {
  std::string words;
  for (std::size_t index = 0; index < size; ++index) {
    if (counts[index] > 0) continue;
    words += (words.empty() ? "" : ", ") + std::string(to_string(static_cast<Kind>(index)));
  }
  return words;
}

void write_never(std::ostream& out, const Summary::Row& row) {
  if (row.counts.worlds == 0) return;
  const std::string marks = never<Mark>(row.counts.marks);
  const std::string faults = never<FaultKind>(row.counts.faults);
  if (!marks.empty())
    out << "never met under " << to_string(row.authority) << ": " << marks << "\n";
  if (!faults.empty()) {
    out << "never active under " << to_string(row.authority) << ": " << faults << "\n";
  }
}

void add_kind(std::vector<FailureKind>& kinds, const Chunk& chunk, const Failure& failure) {
  auto known = std::find_if(kinds.begin(), kinds.end(), [&failure](const FailureKind& kind) {
    return kind.signature == failure.signature;
  });
  if (known == kinds.end()) {
    known =
        kinds.insert(kinds.end(), {failure.invariant, failure.signature, {}, seeds_end, {}, {}});
  }
  known->worlds[chunk.authority] += failure.seeds.size();
  const std::uint64_t seed = failure.seeds.front();
  if (std::tie(seed, chunk.authority) >= std::tie(known->seed, known->authority)) return;
  known->seed = seed;
  known->authority = chunk.authority;
  known->sentence = failure.sentence;
}

}  // namespace

std::uint64_t Summary::worlds() const {
  std::uint64_t all = 0;
  for (const Row& row : rows) all += row.counts.worlds;
  return all;
}

Summary sum_up(const Sweep& sweep, const std::map<Chunk, ChunkRun>& chunks) {
  Summary summary{sweep, {}, {}};
  for (const Authority authority : sweep.authorities) {
    Summary::Row row{authority, {}, {}};
    Hash128 hash;
    for (const auto& [chunk, run] : chunks) {
      if (chunk.authority != authority) continue;
      row.counts.add(run.counts);
      hash.add(run.digest);
      for (const Failure& failure : run.failures) add_kind(summary.kinds, chunk, failure);
    }
    row.digest = hash.digest();
    summary.rows.push_back(row);
  }
  std::sort(summary.kinds.begin(), summary.kinds.end(), [](const auto& a, const auto& b) {
    return std::tie(a.invariant, a.signature) < std::tie(b.invariant, b.signature);
  });
  return summary;
}

void write_table(std::ostream& out, const Summary& summary, std::uint64_t planned) {
  const Sweep& sweep = summary.sweep;
  out << "seeds " << to_string(sweep.seeds) << " under " << sweep.algorithm << ", profile "
      << sweep.profile << "\n";
  std::vector<Line> lines{{"authority", "worlds", "broken", "hand-over", "contended", "nobody held",
                           "losses", "events", "digest"}};
  for (const Summary::Row& row : summary.rows) {
    const Counts& counts = row.counts;
    lines.push_back({to_string(row.authority), std::to_string(counts.worlds),
                     std::to_string(counts.broken), share(counts.hand_over, counts.worlds),
                     share(counts.contended, counts.worlds),
                     share(counts.nobody_held, counts.worlds), share(counts.lossy, counts.worlds),
                     std::to_string(counts.events), to_string(row.digest)});
  }
  write_lines(out, lines);
  for (const Summary::Row& row : summary.rows) write_never(out, row);
  if (summary.worlds() < planned) {
    out << "not complete: " << summary.worlds() << " of " << planned << " worlds\n";
  }
}

std::string told(const FailureKind& kind) {
  std::uint64_t all = 0;
  std::string where;
  for (const auto& [authority, worlds] : kind.worlds) {
    all += worlds;
    where += (where.empty() ? "" : ", ") + std::string(to_string(authority)) + " " +
             std::to_string(worlds);
  }
  return kind.signature + " (in " + std::to_string(all) + (all == 1 ? " world: " : " worlds: ") +
         where + ")";
}

std::vector<std::string> vacuities(const Summary::Row& row) {
  const Counts& counts = row.counts;
  std::vector<std::string> found;
  if (counts.worlds < worlds_for_shares) return found;
  const auto add = [&](std::uint64_t some, const char* what, const std::string& wanted) {
    found.push_back(std::string(to_string(row.authority)) + ": " + what + " in " +
                    share(some, counts.worlds) + " of the worlds; wanted: " + wanted + " %");
  };
  if (counts.hand_over * 100 < least_hand_over * counts.worlds) {
    add(counts.hand_over, "the key changed hands", "at least " + std::to_string(least_hand_over));
  }
  if (counts.contended * 100 < least_contended * counts.worlds) {
    add(counts.contended, "somebody found it taken", "at least " + std::to_string(least_contended));
  }
  if (counts.nobody_held * 100 > most_nobody_held * counts.worlds) {
    add(counts.nobody_held, "nobody ever had it", "at most " + std::to_string(most_nobody_held));
  }
  return found;
}

std::vector<std::string> vacuities(const Summary& summary) {
  std::vector<std::string> found;
  for (const Summary::Row& row : summary.rows) {
    for (std::string& vacuity : vacuities(row)) found.push_back(std::move(vacuity));
  }
  return found;
}

}  // namespace leasehold::sim
