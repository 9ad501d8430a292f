// I16: after the end nothing stays armed and nothing is sent beyond that tenure's release or
// abandon, repeated until it is answered or its time is over. A tenure that is kept for its minimum
// hold has not come to its end.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "sim/engine/flat_map.h"
#include "sim/oracles/oracle.h"

namespace leasehold::sim {

class Quiet final : public Oracle {
 public:
  explicit Quiet(const Names& names, const Bounds& bounds = {})
      : Oracle(Invariant::I16, names,
               {Event::Kind::acquire, Event::Kind::cancel, Event::Kind::refused,
                Event::Kind::granted, Event::Kind::stopped, Event::Kind::lost, Event::Kind::sent,
                Event::Kind::answered, Event::Kind::ended, Event::Kind::armed,
                Event::Kind::disarmed, Event::Kind::crashed, Event::Kind::cloned}),
        keeps_(bounds.timing.min_hold > Length::zero()),
        processes_(names.size()) {}
  void see(const Event& event) override;
  void time_passes(TrueTime now) override;

 private:
  /// A release or an abandon that is not over yet: its owner id and its latest request.
  struct Ending {
    OwnerId owner{};
    core::Request::Kind call = core::Request::Kind::release;
    std::uint64_t ordinal = 0;
  };
  struct Process {
    std::vector<std::uint64_t> calls;
    std::optional<Term> tenure;
    /// Its guards are dead, and it is not released yet.
    std::optional<core::TenureId> kept;
    std::vector<Ending> endings;
    bool armed = false;
    /// The term of a renewal of a tenure that nobody was told of yet.
    std::optional<Term> early_renewal;

    bool has_to_do() const { return !calls.empty() || tenure || kept || !endings.empty(); }
  };

  void call_over(const Event& event);
  void on_sent(const Event& event);
  void on_ending_sent(const Event& event);
  void on_answered(const Event& event);
  void on_granted(const Event& event);
  void on_cloned(const Event& event);
  void end(const Event& event, const OwnerId& owner);
  void check(std::uint32_t process);
  Process& of(const Event& event) { return processes_.at(event.process); }
  void touch(const Event& event);

  // Tenures have a minimum hold.
  const bool keeps_;
  std::vector<Process> processes_;
  // Owner ids whose release or abandon is over, by process.
  FlatSet<std::pair<std::uint32_t, OwnerId>> over_;
  // The processes to look at before time goes on from `now_`.
  TrueTime now_{};
  std::vector<std::uint32_t> touched_;
};

}  // namespace leasehold::sim
