// Hand-made histories for the oracles' own tests.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include <leasehold/store.h>
#include "lib/src/shell/shell.h"
#include "sim/oracles/oracle.h"

namespace leasehold::sim {

inline constexpr std::uint32_t A = 0;
inline constexpr std::uint32_t B = 1;
inline constexpr std::uint32_t C = 2;
inline const Names abc{"A", "B", "C"};

/// Events one after another, each at the moment named last: `History().at(3ms).belief_begins(A,
/// 1)`. Given an oracle, it shows it every event at once; the oracle must outlive it.
class History {
 public:
  History() = default;
  explicit History(Oracle& oracle) : oracle_(&oracle) {}

  History& at(Length since_start) {
    now_ = TrueTime{} + on<TrueClock>(since_start);
    return *this;
  }
  /// What follows is about that key.
  History& of_key(std::uint32_t key) {
    key_ = key;
    return *this;
  }
  History& tell(Event::Kind kind, std::uint32_t process, Term term) {
    return see({.kind = kind, .process = process, .term = term});
  }
  History& granted(std::uint32_t process, Term term) {
    return tell(Event::Kind::granted, process, term);
  }
  /// The process is told that its `call` now has a guard.
  History& told_granted(std::uint32_t process, Term term, std::uint64_t call) {
    return see({.kind = Event::Kind::granted, .process = process, .term = term, .value = call});
  }
  History& stop_told(std::uint32_t process, Term term) {
    return tell(Event::Kind::stop_told, process, term);
  }
  History& lost(std::uint32_t process, Term term) { return tell(Event::Kind::lost, process, term); }
  History& stopped(std::uint32_t process, Term term) {
    return tell(Event::Kind::stopped, process, term);
  }
  History& stop_due(std::uint32_t process, Term term) {
    return tell(Event::Kind::stop_due, process, term);
  }
  History& crashed(std::uint32_t process) { return tell(Event::Kind::crashed, process, 0); }
  History& belief_begins(std::uint32_t process, Term term) {
    return tell(Event::Kind::belief_begins, process, term);
  }
  History& belief_ends(std::uint32_t process, Term term) {
    return tell(Event::Kind::belief_ends, process, term);
  }
  History& belief_until(std::uint32_t process, Term term, Length until) {
    return see({.kind = Event::Kind::belief_until,
                .process = process,
                .term = term,
                .until = TrueTime{} + on<TrueClock>(until)});
  }
  History& takeable(Term term, Length until, bool judged = true) {
    return see({.kind = Event::Kind::takeable,
                .detail = static_cast<std::uint8_t>(judged ? 1 : 0),
                .term = term,
                .until = TrueTime{} + on<TrueClock>(until)});
  }
  History& asked(std::uint32_t process, Term term, bool held, bool past_deadline) {
    return see({.kind = Event::Kind::asked,
                .process = process,
                .detail = static_cast<std::uint8_t>((held ? 1 : 0) + (past_deadline ? 2 : 0)),
                .term = term});
  }
  /// The store applied a request of `process` under the owner id `owner`.
  History& applied(std::uint32_t process, core::Request::Kind call, core::Answer::Kind answer,
                   Term term, std::uint64_t owner, Previous previous = Previous::released,
                   std::uint64_t value = 1, std::uint64_t ordinal = 0) {
    return see({.kind = Event::Kind::applied,
                .process = process,
                .call = call,
                .detail = static_cast<std::uint8_t>(answer),
                .other = static_cast<std::uint8_t>(previous),
                .ordinal = ordinal,
                .term = term,
                .value = value,
                .owner = {0, owner}});
  }
  History& grants(std::uint32_t process, Term term, std::uint64_t owner,
                  Previous previous = Previous::released) {
    return applied(process, core::Request::Kind::acquire, core::Answer::Kind::granted, term, owner,
                   previous);
  }
  History& renews(std::uint32_t process, Term term, std::uint64_t owner) {
    return applied(process, core::Request::Kind::renew, core::Answer::Kind::renewed, term, owner);
  }
  History& refuses_renewal(std::uint32_t process, Term term, std::uint64_t owner) {
    return applied(process, core::Request::Kind::renew, core::Answer::Kind::not_owner, term, owner);
  }
  History& refuses_release(std::uint32_t process, Term term, std::uint64_t owner) {
    return applied(process, core::Request::Kind::release, core::Answer::Kind::not_owner, term,
                   owner);
  }
  History& releases(std::uint32_t process, Term term, std::uint64_t owner) {
    return applied(process, core::Request::Kind::release, core::Answer::Kind::released, term,
                   owner);
  }
  History& abandons(std::uint32_t process, Term term, std::uint64_t owner, bool settled) {
    return applied(process, core::Request::Kind::abandon, core::Answer::Kind::abandoned, term,
                   owner, Previous::never, settled ? 1 : 0);
  }

  /// An answer does not come through to the process.
  History& answer_cut(std::uint32_t process, core::Request::Kind call, core::Answer::Kind answer) {
    return see({.kind = Event::Kind::answer_cut,
                .process = process,
                .call = call,
                .detail = static_cast<std::uint8_t>(answer)});
  }
  /// The process hears an answer to its request of that kind and ordinal.
  History& answered(std::uint32_t process, core::Request::Kind call, core::Answer::Kind answer,
                    std::uint64_t ordinal = 0) {
    return see({.kind = Event::Kind::answered,
                .process = process,
                .call = call,
                .detail = static_cast<std::uint8_t>(answer),
                .ordinal = ordinal});
  }
  /// The process is told that its call is over.
  History& refused(std::uint32_t process, ShellListener::Ending ending,
                   core::Refusal why = core::Refusal::busy, std::uint64_t call = 0) {
    return see({.kind = Event::Kind::refused,
                .process = process,
                .detail = static_cast<std::uint8_t>(ending),
                .other = static_cast<std::uint8_t>(why),
                .value = call});
  }
  History& lost(std::uint32_t process, Term term, core::Loss why, std::uint64_t owner = 0) {
    return see({.kind = Event::Kind::lost,
                .process = process,
                .detail = static_cast<std::uint8_t>(why),
                .term = term,
                .owner = {0, owner}});
  }
  History& acquire(std::uint32_t process, std::uint64_t call = 0) {
    return see({.kind = Event::Kind::acquire, .process = process, .value = call});
  }
  /// It tries once.
  History& attempt(std::uint32_t process, std::uint64_t call) {
    return see({.kind = Event::Kind::acquire, .process = process, .detail = 1, .value = call});
  }
  /// The call has to leave by then; has had the time to.
  History& waits_until(std::uint32_t process, std::uint64_t call, Length until) {
    return lasting(Event::Kind::waits_until, process, until, call);
  }
  History& wait_due(std::uint32_t process, std::uint64_t call) {
    return see({.kind = Event::Kind::wait_due, .process = process, .value = call});
  }
  /// Something that goes on until then.
  History& lasting(Event::Kind kind, std::uint32_t process, Length until, std::uint64_t value = 0) {
    return see({.kind = kind,
                .process = process,
                .value = value,
                .until = TrueTime{} + on<TrueClock>(until)});
  }
  History& cancel(std::uint32_t process, std::uint64_t call = 0) {
    return see({.kind = Event::Kind::cancel, .process = process, .value = call});
  }
  History& drop(std::uint32_t process, Term term) { return tell(Event::Kind::drop, process, term); }
  History& release(std::uint32_t process, Term term) {
    return tell(Event::Kind::release, process, term);
  }
  History& sent(std::uint32_t process, core::Request::Kind call, Term term, std::uint64_t owner,
                std::uint64_t ordinal = 0) {
    return see({.kind = Event::Kind::sent,
                .process = process,
                .call = call,
                .ordinal = ordinal,
                .term = term,
                .owner = {0, owner}});
  }
  History& duplicated(std::uint32_t process, core::Request::Kind call, std::uint64_t ordinal = 0) {
    return see(
        {.kind = Event::Kind::duplicated, .process = process, .call = call, .ordinal = ordinal});
  }
  History& ended(std::uint32_t process, Term term, core::EndOutcome outcome,
                 std::uint64_t owner = 0) {
    return see({.kind = Event::Kind::ended,
                .process = process,
                .detail = static_cast<std::uint8_t>(outcome),
                .term = term,
                .owner = {0, owner}});
  }

  /// A write of `process` comes to what the lock protects.
  History& write_came(std::uint32_t process, Term term, bool accepted, std::uint64_t owner) {
    return see({.kind = Event::Kind::write_came,
                .process = process,
                .detail = static_cast<std::uint8_t>(accepted ? 1 : 0),
                .term = term,
                .owner = {0, owner}});
  }

  /// A guard of `process` is asked about one of its caches; one is loaded.
  History& looked(std::uint32_t process, Term term, bool unchanged, std::uint64_t cache = 0) {
    return see({.kind = Event::Kind::looked,
                .process = process,
                .detail = static_cast<std::uint8_t>(unchanged ? 1 : 0),
                .term = term,
                .value = cache});
  }
  History& loaded(std::uint32_t process, Term term, std::uint64_t cache = 0) {
    return see({.kind = Event::Kind::loaded, .process = process, .term = term, .value = cache});
  }

  /// `copy` begins as a copy of `original`.
  History& cloned(std::uint32_t copy, std::uint32_t original) {
    return see({.kind = Event::Kind::cloned, .process = copy, .value = original});
  }

  /// An event that none of these says.
  History& see(Event event) {
    event.at = now_;
    event.key = key_;
    events_.push_back(event);
    if (oracle_ != nullptr) oracle_->see(event);
    return *this;
  }

  const std::vector<Event>& events() const { return events_; }

 private:
  Oracle* oracle_ = nullptr;
  TrueTime now_{};
  std::uint32_t key_ = 0;
  std::vector<Event> events_;
};

/// What an oracle of this type makes of a history: "holds", "never exercised", or the sentence that
/// says how the invariant was broken.
/// `bounds`: for an oracle that judges by some.
template <class Judge, class... SomeBounds>
std::string judged_by(const History& history, const SomeBounds&... bounds) {
  Judge oracle(abc, bounds...);
  for (const Event& event : history.events()) oracle.see(event);
  return oracle.finding() ? oracle.finding()->sentence : to_string(oracle.verdict());
}

}  // namespace leasehold::sim
