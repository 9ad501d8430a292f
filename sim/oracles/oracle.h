// An oracle judges one invariant on a history of events, in true time.
//
// The rule to know: an oracle sees nothing but events, so that it judges a simulated run, a history
// written by hand in a test, and one recorded from real processes in the same way.
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/oracles/bounds.h"
#include "sim/oracles/marks.h"
#include "sim/scenario/scenario.h"
#include "sim/trace/event.h"
#include "sim/trace/kinds.h"

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
  /// `looks_at`: the kinds of events that mean something to it.
  Oracle(Invariant invariant, const Names& names, const Kinds& looks_at)
      : invariant_(invariant), names_(names), looks_at_(looks_at) {}
  Oracle(const Oracle&) = delete;
  Oracle& operator=(const Oracle&) = delete;
  virtual ~Oracle() = default;

  Invariant invariant() const { return invariant_; }
  /// Requires: events in the order in which they happened, all of them or, which comes to the same,
  /// those that it `looks_at` and `time_passes` for the others.
  virtual void see(const Event& event) = 0;
  const Kinds& looks_at() const { return looks_at_; }
  /// What an event of another kind tells it: that it is `now`. Does nothing up to `quiet_until`.
  virtual void time_passes(TrueTime) {}
  TrueTime quiet_until() const { return quiet_until_; }
  /// From now on `alarm` is set back to `quiet_until` where that is earlier. It must outlive this.
  void share(TrueTime& alarm) { alarm_ = &alarm; }
  /// The history ends here. What is judged at a deadline may be due by now.
  virtual void finish(TrueTime) {}
  Verdict verdict() const;
  const std::optional<Finding>& finding() const { return finding_; }
  /// What it met that is worth being counted.
  const Marks& marks() const { return marks_; }

 protected:
  /// From here on a verdict means something.
  void exercised() { exercised_ = true; }
  /// Time means nothing to it until then; at first, for ever.
  void quiet_until(TrueTime moment) {
    quiet_until_ = moment;
    *alarm_ = std::min(*alarm_, moment);
  }
  /// Keeps the first finding.
  void broken(TrueTime at, std::string sentence);
  bool is_broken() const { return finding_.has_value(); }
  void reached(Mark mark) { marks_.reach(mark); }
  const std::string& name(std::uint32_t process) const { return names_.at(process); }

 private:
  const Invariant invariant_;
  const Names& names_;
  const Kinds looks_at_;
  TrueTime quiet_until_ = TrueTime::never();
  // The earliest of several oracles'; its own if it stands alone.
  TrueTime* alarm_ = &quiet_until_;
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
