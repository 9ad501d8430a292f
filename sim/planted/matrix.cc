#include "sim/planted/matrix.h"

#include <algorithm>
#include <iomanip>
#include <iterator>

namespace leasehold::sim {
namespace {

std::uint64_t count_of(const std::map<Invariant, std::uint64_t>& counts, Invariant invariant) {
  const auto found = counts.find(invariant);
  return found == counts.end() ? 0 : found->second;
}

void print_names(std::ostream& out, const char* what, const std::set<Invariant>& invariants) {
  out << what;
  for (const Invariant one : invariants) out << " " << to_string(one);
  out << (invariants.empty() ? " none\n" : "\n");
}

}  // namespace

void Matrix::add(const std::string& bug, const Trial& trial) { rows_.push_back({bug, trial}); }

void Matrix::print(std::ostream& out) const {
  if (rows_.empty()) return;
  std::vector<Invariant> seen;
  std::set<Invariant> unseen;
  for (const Invariant invariant : all_invariants) {
    const bool any = std::any_of(rows_.begin(), rows_.end(), [invariant](const Row& row) {
      return count_of(row.trial.killers, invariant) > 0;
    });
    if (any) seen.push_back(invariant);
    if (!any) unseen.insert(invariant);
  }
  out << "necessity: of each bug's broken worlds the share, in %, in which an invariant is "
         "broken\n";
  print_rows(out, seen);
  const Unneeded unneeded = print_needs(out, seen);
  print_names(out, "never the only one to see a bug:", unneeded.by_bugs);
  print_names(out, "nor in any world the only one to see it:", unneeded.by_worlds);
  print_names(out, "saw none of these bugs:", unseen);
}

void Matrix::print_rows(std::ostream& out, const std::vector<Invariant>& seen) const {
  out << "bug  worlds";
  for (const Invariant invariant : seen) out << std::setw(5) << to_string(invariant);
  out << "\n";
  for (const Row& row : rows_) {
    out << std::left << std::setw(4) << row.bug << std::right << std::setw(7) << row.trial.broken;
    for (const Invariant invariant : seen) {
      const std::uint64_t broken = count_of(row.trial.killers, invariant);
      // Rare is not never.
      const std::uint64_t share = std::max<std::uint64_t>(1, 100 * broken / row.trial.broken);
      out << std::setw(5) << (broken == 0 ? "." : std::to_string(share));
    }
    out << (row.trial.killers.size() == 1 ? "  only " + to_string(row.trial.killers.begin()->first)
                                          : std::string())
        << "\n";
  }
}

Matrix::Unneeded Matrix::print_needs(std::ostream& out, const std::vector<Invariant>& seen) const {
  Unneeded unneeded;
  out << "oracle, bugs that it sees, bugs that in some world it alone sees, bugs that only it "
         "sees\n";
  for (const Invariant invariant : seen) {
    std::uint64_t sees = 0;
    std::uint64_t sometimes = 0;
    std::vector<std::string> only;
    for (const auto& [bug, trial] : rows_) {
      if (count_of(trial.killers, invariant) == 0) continue;
      ++sees;
      if (count_of(trial.alone, invariant) > 0) ++sometimes;
      if (trial.killers.size() == 1) only.push_back(bug);
    }
    if (only.empty()) unneeded.by_bugs.insert(invariant);
    if (only.empty() && sometimes == 0) unneeded.by_worlds.insert(invariant);
    out << std::left << std::setw(4) << to_string(invariant) << std::right << std::setw(4) << sees
        << std::setw(5) << sometimes << std::setw(5) << only.size();
    for (const std::string& bug : only) out << " " << bug;
    out << "\n";
  }
  return unneeded;
}

}  // namespace leasehold::sim
