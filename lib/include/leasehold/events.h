// What a client tells of its locks to logs and monitors.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include <leasehold/call_site.h>
#include <leasehold/export.h>
#include <leasehold/loss.h>
#include <leasehold/store.h>

namespace leasehold {

/// Something that happened to one key of one client.
struct LEASEHOLD_API Event {
  /// What happened.
  enum class Kind {
    /// A tenure began; `margin` is left until its deadline.
    acquired,
    /// Others had the key since this client's last tenure, if there was one: caches are out of
    /// date. Told after `acquired`.
    changed,
    /// A renewal was confirmed; without it the tenure would have been lost after `margin`.
    renewed,
    /// A renewal failed or was not answered in time; `detail` says how, if the store said so.
    renewal_failed,
    /// The deadline is near: holders are told to stop.
    jeopardy,
    /// The tenure was lost, or given up because its owner was silent: `reason`.
    lost,
    /// The tenure was released or closed by this process; the store hears of it next, or when its
    /// minimum hold is over.
    released,
    /// A try found the lock taken; `detail` is what the holder says of itself.
    busy,
    /// A call has waited for `Client::Options::stalled_after`, and waits on: `waited` so far, at
    /// `where`; `detail` says who holds the lock, as far as that is known. Told once per call.
    stalled,
  };
  /// Says which of the fields below mean something.
  Kind kind = Kind::acquired;
  /// Without the client's prefix.
  std::string key{};
  /// The tenure's term; 0 for `busy` and `stalled`.
  Term term = 0;
  /// `acquired`, `renewed`: what was left until the deadline.
  Length margin{};
  /// `lost`: why.
  LossReason reason = LossReason::deadline;
  /// `renewal_failed`, `busy`, `stalled`: what was heard, for people.
  std::string detail{};
  /// `stalled`: the line of the call.
  CallSite where{};
  /// `stalled`: for how long so far.
  Length waited{};

  /// One line for people.
  std::string text() const;
};
/// The kind's name, as written above.
LEASEHOLD_API const char* to_string(Event::Kind kind);

/// Hears of events, one at a time and in order, on the client's callback thread. A slow one delays
/// other callbacks, never a renewal.
using EventListener = std::function<void(const Event&)>;

/// How often each kind of event came, over all keys of a client.
struct Counters {
  /// Tenures that began.
  std::uint64_t acquired = 0;
  /// ... after others had the key.
  std::uint64_t changed = 0;
  /// Renewals that were confirmed.
  std::uint64_t renewed = 0;
  /// Renewals that failed or were not answered in time.
  std::uint64_t renewals_failed = 0;
  /// Tenures whose deadline came near.
  std::uint64_t jeopardies = 0;
  /// Tenures that were lost or given up as silent.
  std::uint64_t lost = 0;
  /// Tenures that were released or closed.
  std::uint64_t released = 0;
  /// Tries that found the lock taken.
  std::uint64_t busy = 0;
  /// Calls that waited too long.
  std::uint64_t stalled = 0;
  /// Callbacks of the user that threw. The exception ends there.
  std::uint64_t callbacks_thrown = 0;
  /// The smallest `margin` of all renewals: how near a lock ever came to its loss.
  std::optional<Length> smallest_margin{};
};

}  // namespace leasehold
