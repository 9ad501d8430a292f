// Tests of the store contract that any adapter can run, in real time or in virtual time.
//
// The rule to know: a case never fails for being slow. What can't be judged because time ran away
// is `inconclusive`: run the case again, or give it a longer lease.
#pragma once

#include <cstddef>
#include <iosfwd>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <leasehold/random.h>
#include <leasehold/store.h>
#include <leasehold/time.h>

namespace leasehold::conformance {

/// The store under test and its time. An adapter author implements it; its methods are called on
/// the thread that runs the case, and only the stores on others too.
class Subject {
 public:
  Subject() = default;
  Subject(const Subject&) = delete;
  Subject& operator=(const Subject&) = delete;
  virtual ~Subject() = default;

  /// The store. Other people may use it at the same time and its records may be old: every case
  /// draws keys of its own. It leaves their records behind.
  virtual Store& store() = 0;
  /// A second connection to the same table, if that makes sense; else the store itself.
  virtual Store& another() { return store(); }
  /// The lease that cases use which wait for a lease to end. Long enough for some requests to be
  /// answered within an eighth of it: 1 s where time is virtual, 200 ms on a fast machine. All
  /// other cases hold their leases for an hour and wait for nothing.
  virtual Length lease() = 0;
  /// Lets at least `length` of the store's time pass: moves its clock, or sleeps.
  virtual void pass(Length length) = 0;
  /// A clock that sees all the time that the store's clock sees, within a quarter: the sum of what
  /// passed where time is virtual, else a clock of this machine that counts suspend. Only
  /// differences mean something.
  virtual Length now() = 0;
  /// Where keys, owner ids and renew ids come from. By default the kernel; another one makes runs
  /// repeat, and must not repeat its ids while the store keeps its records.
  virtual Random& random();
};

/// What a case found out.
class Findings {
 public:
  /// How bad it is.
  enum class Kind {
    /// The store breaks its contract.
    wrong,
    /// It could not be judged: the store failed (`not_applied`, `unknown`), or a lease ended before
    /// the case came to its point.
    inconclusive,
    /// The store promises nothing of what the case is about.
    not_applicable,
  };

  /// Appends one.
  void add(Kind kind, std::string sentence) { found_[index(kind)].push_back(std::move(sentence)); }
  /// In the order in which they were found.
  const std::vector<std::string>& of(Kind kind) const { return found_[index(kind)]; }

 private:
  static std::size_t index(Kind kind) { return static_cast<std::size_t>(kind); }

  std::vector<std::string> found_[3];
};

/// One rule of the contract. `run` throws nothing, whatever the store does. It adds `wrong` and
/// `inconclusive` findings until it is done or can't go on; no finding at all means that the store
/// keeps the rule.
///
/// Why slowness can't make it say `wrong`: time enters the answers of a store only by ending
/// leases. The case notes its `now` before it sends a request that starts or prolongs a lease. An
/// answer that is not the expected one is `wrong` only if after it less than three quarters of the
/// lease had passed since then, or if the case let the lease end on purpose, which no slowness
/// undoes. Else it is `inconclusive`.
struct Case {
  /// A C++ identifier, unique among the cases.
  const char* name;
  /// Tries the rule on the subject.
  void (*run)(Subject& subject, Findings& findings);
};

/// All of them, by names that are C++ identifiers. They may run in any order, on one subject or on
/// one each.
std::span<const Case> cases();

/// Runs every case and prints a line for each finding. True if nothing was `wrong`.
bool run_all(Subject& subject, std::ostream& out);

}  // namespace leasehold::conformance
