// I17: an error is neither a loss nor a success. What is answered `not_applied` never takes effect,
// and whoever could not hear the store's answer claims neither that it said yes nor that it said
// no. "Cloned" is said by nobody who was not, and "forgotten" of no store that kept everything. Nor
// is it a loss by a detour: who is refused because his own request, of whose answer he does not
// know, changed the record, has lost nothing.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "sim/engine/flat_map.h"
#include "sim/oracles/lineage.h"
#include "sim/oracles/oracle.h"
#include "sim/oracles/request_id.h"

namespace leasehold::sim {

class TruthfulErrors final : public Oracle {
 public:
  explicit TruthfulErrors(const Names& names);
  void see(const Event& event) override;

 private:
  struct Heard {
    TrueTime at{};
    std::uint64_t ordinal = 0;
    core::Request::Kind call{};
    core::Answer::Kind answer{};
  };
  struct Process {
    /// The answer that it heard last.
    std::optional<Heard> heard;
    /// The tenure that it holds, as it was told, and until when its belief in it lasts.
    std::optional<Term> tenure;
    std::optional<TrueTime> until;
    /// One whose guards are dead and that was not released yet: it is in its own process's way.
    std::optional<OwnerId> kept;
    /// Whose end its releases and abandons asked for.
    FlatMap<std::pair<core::Request::Kind, std::uint64_t>, OwnerId> asked_to_end;
  };

  void on_applied(const Event& event);
  void watch_holder(const Event& event);
  void on_answer_over(const Event& event);
  void on_answer_cut(const Event& event);
  // What the store did that this answer tells of, if it did anything.
  std::vector<Event>::iterator effect_behind(const Event& answered);
  void on_answered(const Event& event);
  void on_guard(const Event& event);
  void on_lost(const Event& event);
  void on_refused(const Event& event);
  void on_sent(const Event& event);
  void on_ended(const Event& event);
  bool was_lost_while_kept(const Event& event);
  void on_told(const Event& event);
  void on_crash(const Event& event);
  void on_cloned(const Event& event);
  Process& of(const Event& event) { return processes_.at(event.process); }
  bool heard_now(const Event& event, core::Request::Kind call, core::Answer::Kind answer);

  std::vector<Process> processes_;
  // The store has lost something that it acknowledged.
  bool has_forgotten_ = false;
  // What the store applied and nobody heard of yet, and requests that are said not to be applied.
  std::vector<Event> on_the_way_;
  FlatSet<RequestId> disowned_;
  // The tenure that the record shows, until when its store can tell that it is not over, and
  // renewals that were refused all the same.
  std::optional<Event> holder_;
  std::optional<TrueTime> over_at_;
  FlatSet<RequestId> refused_to_owner_;
  // Terms that a process was granted, as it heard.
  FlatSet<std::pair<std::uint32_t, Term>> confirmed_;
  Lineage lineage_;
};

}  // namespace leasehold::sim
