// An oracle judges one invariant on a history of events, in true time.
//
// The rule to know: an oracle sees nothing but events, so that it judges a simulated run, a history
// written by hand in a test, and one recorded from real processes in the same way.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/oracles/bounds.h"
#include "sim/oracles/marks.h"
#include "sim/scenario/scenario.h"
#include "sim/trace/event.h"

namespace leasehold::sim {

/// The names of the processes, for sentences.
using Names = std::vector<std::string>;

enum class Verdict : std::uint8_t {
  /// It was put to the test and held.
  holds,
  broken,
  /// Nothing happened that could have broken it.
  never_exercised,
};
const char* to_string(Verdict verdict);

/// The first thing that broke an invariant.
struct Finding {
  TrueTime at{};
  /// One sentence with names, terms and moments.
  std::string sentence;
};

class Oracle {
 public:
  Oracle(Invariant invariant, const Names& names) : invariant_(invariant), names_(names) {}
  Oracle(const Oracle&) = delete;
  Oracle& operator=(const Oracle&) = delete;
  virtual ~Oracle() = default;

  Invariant invariant() const { return invariant_; }
  /// Requires: events in the order in which they happened.
  virtual void see(const Event& event) = 0;
  /// The history ends here. What is judged at a deadline may be due by now.
  virtual void finish(TrueTime) {}
  Verdict verdict() const;
  const std::optional<Finding>& finding() const { return finding_; }
  /// What it met that is worth being counted.
  const Marks& marks() const { return marks_; }

 protected:
  /// From here on a verdict means something.
  void exercised() { exercised_ = true; }
  /// Keeps the first finding.
  void broken(TrueTime at, std::string sentence);
  bool is_broken() const { return finding_.has_value(); }
  void reached(Mark mark) { marks_.reach(mark); }
  const std::string& name(std::uint16_t process) const { return names_.at(process); }

 private:
  const Invariant invariant_;
  const Names& names_;
  bool exercised_ = false;
  std::optional<Finding> finding_;
  Marks marks_;
};

/// One oracle for each of `all_invariants` but I18, which takes two histories (independent_keys.h),
/// in that order. `names` must outlive them.
std::vector<std::unique_ptr<Oracle>> make_oracles(const Names& names, const Bounds& bounds);

/// "0.560000001 s" - a moment as sentences print it.
std::string moment(TrueTime at);

}  // namespace leasehold::sim
