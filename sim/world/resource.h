// What the lock protects, and the way of writes to it.
//
// The rule to know: every write comes to two resources at once, one behind a fence and one without.
// The fenced one is what I2 speaks of; what the other one lets happen shows what the fence is for.
#pragma once

#include <cstdint>
#include <vector>

#include "lib/src/core/messages.h"
#include "lib/src/plant.h"
#include "sim/world/kernel.h"

namespace leasehold::sim {

/// The rule of a fenced resource, as leasehold/fence.h states it for one table of locks. The SQLite
/// form of it is `raise_fence`; a test feeds both the same tokens.
class FenceRule {
 public:
  /// Whether a write under `term` by the owner of `digest` may be carried out; it is, if so.
  bool admit(Term term, std::uint64_t digest) {
    const bool admitted = term > term_ || (term == term_ && digest == digest_);
    if (!admitted && !planted(Bug::M25)) return false;
    term_ = term;
    digest_ = digest;
    return admitted;
  }

 private:
  // The highest that was admitted; terms begin at 1.
  Term term_ = 0;
  std::uint64_t digest_ = 0;
};

class Resource {
 public:
  explicit Resource(Kernel& kernel)
      : kernel_(kernel),
        fences_(kernel.keys.names.size()),
        sent_(kernel.scenario.processes.size()) {}

  /// Sends a write under `tenure`, whose token has `digest`; the scenario's choices decide what
  /// becomes of it on its way, which is as long as that of a request to the store.
  void send(std::uint32_t process, const core::TenureId& tenure, std::uint64_t digest);
  void on_write(std::uint32_t index);

 private:
  struct Write {
    std::uint32_t process = nobody;
    std::uint32_t ordinal = 0;
    core::TenureId tenure;
    std::uint64_t digest = 0;
  };

  void plan(const Write& write, TrueTime at);
  static Event event_of(const Write& write, Event::Kind kind);

  Kernel& kernel_;
  // By key.
  std::vector<FenceRule> fences_;
  // On their way or over, in the order in which they were sent.
  std::vector<Write> writes_;
  // Writes so far of each process: what an ordinal counts.
  std::vector<std::uint32_t> sent_;
};

}  // namespace leasehold::sim
