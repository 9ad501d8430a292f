// I5: no guard says that it is held at or after its own deadline; holders are told to stop once the
// soft deadline has passed and they have had time to run; and whoever hears from the store that its
// tenure is over believes in it no longer than until that very moment.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "sim/engine/flat_map.h"
#include "sim/oracles/oracle.h"

namespace leasehold::sim {

class LossIsTold final : public Oracle {
 public:
  explicit LossIsTold(const Names& names);
  void see(const Event& event) override;
  void time_passes(TrueTime now) override { judge_heard(now); }
  void finish(TrueTime end) override { judge_heard(end); }

 private:
  // A process heard that the tenure in which it believed is over.
  struct Heard {
    TrueTime at{};
    std::uint32_t process = nobody;
    Term term = 0;
  };

  // The tenure that a process was granted last. Answers to renewals up to number `before` say
  // nothing new of it: they were sent for another, or were answered already.
  struct Latest {
    Term term = 0;
    std::uint64_t before = 0;
    std::uint64_t sent = 0;
    bool believes = false;
  };
  void on_answered(const Event& event);
  static void on_granted(Latest& latest, Term term);
  void judge_heard(TrueTime now);

  FlatSet<std::pair<std::uint32_t, Term>> told_;
  // By process.
  std::vector<Latest> latest_;
  std::optional<Heard> heard_;
};

}  // namespace leasehold::sim
