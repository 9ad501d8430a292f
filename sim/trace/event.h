// What happens in a world, one small value an event. The trace is a list of these; oracles judge
// them, the hash sums them up, and the timeline prints them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "lib/src/core/messages.h"
#include "sim/engine/true_time.h"

namespace leasehold::sim {

/// No process: the event is the store's or the world's.
inline constexpr std::uint32_t nobody = 0xffff'ffff;

struct Event {
  enum class Kind : std::uint8_t {
    // What the program does. `value`: the acquire call.
    acquire,  // value, detail: 1 if it tries once
    cancel,   // value
    drop,     // term
    release,  // term
    // What the lock tells.
    granted,       // term, owner, value: the call now has a guard of this tenure (fresh or joined)
    refused,       // value: the call; detail: ShellListener::Ending; other: core::Refusal
    renewed,       // term
    renew_failed,  // term
    stop_told,     // term: jeopardy
    lost,          // term, owner, detail: core::Loss. Every guard of the tenure is dead
    stopped,       // term, owner: the tenure was ended by its owner; every guard of it is dead
    ended,         // term, owner, detail: core::EndOutcome
    // What the process believes, found by asking its guards.
    belief_begins,  // term, owner: from now on is_held() would answer true
    belief_until,   // term, until: ... until this moment, as things stand
    belief_ends,    // term: from now on is_held() would answer false
    asked,  // term, owner, detail: bit 0 is_held() answered true, bit 1 its own deadline has passed
    stop_due,  // term: the soft deadline passed and the process has had time to run since
    // The wire. `call` and `ordinal` name the request.
    sent,  // term, owner
    request_lost,
    duplicated,
    answer_lost,
    answered,  // detail: core::Answer::Kind
    // The store.
    applied,   // a request reached the store: term is that of the answer (renew, release: the
               // request's), detail: core::Answer::Kind, value: version or seq (abandon: 1 if
               // settled), owner; other: Previous, if granted. An error: it was not applied
    takeable,  // term, until: the earliest moment at which a contender within the bounds may
               // take the key from this tenure; detail: 1 if the store itself judges by it, 2 if
               // each caller judges by his own clock
    could_be_taken,  // term, until: as takeable, if the store's clock ran as fast and jumped as far
                     // as its bounds let it
    // What goes wrong.
    paused,  // detail: TimedFault::Kind
    resumed,
    crashed,
    restarted,
    starved,        // until
    clock_stepped,  // value: ns, two's complement
    clock_rated,    // value: ppm, two's complement
    wall_stepped,   // value: ns, two's complement
    // A process has a wake-up to come, and then none any more.
    armed,
    disarmed,
    // Writes to what the lock protects, each under one tenure: term, owner; ordinal: of the
    // process's writes.
    write_sent,
    write_lost,
    write_doubled,
    write_came,  // detail: 1 if the fence let it through
    // Caches of what the lock protects; value: which of the process's.
    looked,   // term: of the guard that was asked, detail: 1 if it said "unchanged"
    loaded,   // term: what it holds is as of this tenure
    batched,  // the store took renewals of several locks of a process as one batch; value: how many
    // A process is cut off from the store, and what that kept out.
    cut_off,  // detail: TimedFault::Kind, until
    request_cut,
    answer_cut,  // detail: core::Answer::Kind
    // The store can't carry out anything, and what waited for it.
    stalled,  // until
    kept_waiting,
    store_down,  // until
    store_up,
    store_clock_stepped,  // value: ns, two's complement
    store_clock_rated,    // value: ppm, two's complement
    failed_over,  // a replica is promoted. For each key the tenure that it knows of: process, term,
                  // owner (null: the key is free); value: how many changes it does not know
    cloned,       // the process begins as a copy of another; value: whose
    // A call that leaves at its deadline; value: the call.
    waits_until,  // until: when its own clock shows its deadline, as things stand
    wait_due,     // the deadline passed and the process has had time to run since
    wake_late,    // until: the wake-up that it waits for comes no earlier, though due before
    healed,       // from now on no fault is left; of every key
    delay_over,   // term, until: as the latest takeable, where there is a lock delay: from when on
                  // the store lets the key pass on from this tenure if that runs out
  };

  TrueTime at{};
  Kind kind = Kind::acquire;
  std::uint32_t process = nobody;
  /// Index in Keys::names.
  std::uint32_t key = 0;
  core::Request::Kind call = core::Request::Kind::acquire;
  std::uint8_t detail = 0;
  std::uint8_t other = 0;
  std::uint64_t ordinal = 0;
  Term term = 0;
  std::uint64_t value = 0;
  OwnerId owner{};
  TrueTime until{};

  friend bool operator==(const Event&, const Event&) = default;
};

/// The tenure that an event is about, if it names one by term and owner.
core::TenureId tenure_of(const Event& event);

const char* to_string(Event::Kind kind);
/// How sentences name the request that an event is about: "renewal #3".
std::string request_of(const Event& event);
/// "not the owner" ...
const char* words_of(core::Answer::Kind answer);
/// The words of `to_string`, in the order of Event::Kind.
const std::vector<std::string>& event_words();

}  // namespace leasehold::sim
