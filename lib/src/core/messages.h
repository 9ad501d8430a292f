// What goes into the lock's state machine and what comes out of it.
//
// All of it is plain values: the machine never sees a string, a thread or a clock. A reply carries
// the very request that it answers, so an answer can't be mistaken for that of another attempt.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include <leasehold/clock.h>
#include <leasehold/store.h>

namespace leasehold::core {

/// A request for the store, without the key and the texts that the shell adds.
struct Request {
  enum class Kind : std::uint8_t { acquire, renew, release, abandon };
  Kind kind = Kind::acquire;
  /// Counts the requests of this machine, from 1.
  std::uint64_t ordinal = 0;
  /// The anchor t_s: our clocks before anything of this request was sent or computed elsewhere.
  LocalTime sent{};
  OwnerId owner{};
  /// acquire, abandon: the expected term. renew, release: the tenure's term.
  Term term = 0;
  Seq seq = 0;
  RenewId renew_id{};
  /// acquire: take over if the record still has this version.
  std::optional<Version> unchanged{};

  friend bool operator==(const Request&, const Request&) = default;
};

/// What a store answered, or how asking it failed.
struct Answer {
  enum class Kind : std::uint8_t {
    granted,
    busy,
    moved,
    renewed,
    not_owner,
    stale,
    released,
    abandoned,
    misuse,
    not_applied,
    unknown,
  };
  Kind kind = Kind::unknown;
  Incarnation incarnation{};
  Term term = 0;
  Version version = 0;
  Previous previous = Previous::never;
  /// granted: whose the tenure before was, nobody's if there was none.
  OwnerId previous_owner{};
  NotOwner::Why why = NotOwner::Why::superseded;
  /// busy: the lease length of the tenure that is there.
  Length lease{};
  /// granted, renewed: when the lease ends. busy: set if the store can judge the record.
  std::optional<Instant<StoreClock>> expires_at{};
  Seq seq = 0;
  RenewId renew_id{};
  bool settled = true;

  friend bool operator==(const Answer&, const Answer&) = default;
};

/// Names one tenure for ever. The owner id alone would do: it is drawn anew for every campaign. A
/// term alone would not: a store that was wiped, or forgot a grant, gives the same term twice.
struct TenureId {
  OwnerId owner{};
  Term term = 0;

  friend auto operator<=>(const TenureId&, const TenureId&) = default;
};

/// Somebody in this process wants a guard.
struct Waiter {
  /// True: leaves with the first definite answer (`try_acquire`). False: waits until it cancels.
  bool once = false;
  /// The ordinal of the last request sent when it joined: a request sent before is no answer to it.
  std::uint64_t since = 0;
};

// Events.
struct Join {
  bool once = false;
};
/// A waiter leaves without a guard.
struct Cancel {
  Waiter waiter;
};
/// A guard of `tenure` was dropped: the last one ends it, once its minimum hold is over. A guard of
/// a tenure that is over changes nothing.
struct Leave {
  TenureId tenure;
};
/// `tenure` is to end now, whoever still has a guard: every guard is dead, and it is released once
/// its minimum hold is over.
struct Release {
  TenureId tenure;
};
/// Every guard of `tenure` is dead from now on, but it is released only when the last of them goes,
/// or after S, and not within its minimum hold: renewed until then, so that whoever still works is
/// safe while he stops.
struct Stop {
  TenureId tenure;
};
struct Reply {
  Request request;
  Answer answer;
};
/// The key may have become free. Shortens a sleep and means nothing else.
struct Hint {};
/// Another lock of this process renews now: a renewal that is due soon may go along with it. Means
/// nothing else.
struct Company {};
/// Time has passed.
struct Alarm {};
using Event = std::variant<Join, Cancel, Leave, Release, Stop, Reply, Hint, Company, Alarm>;

/// Why a tenure ended without having been released.
enum class Loss : std::uint8_t { deadline, superseded, suspended, cloned, store_gone, forgotten };
const char* to_string(Loss reason);

/// How a release or an abandon ended.
enum class EndOutcome : std::uint8_t { released, already_lost, unknown };
const char* to_string(EndOutcome outcome);

/// Why waiters that try once were refused.
enum class Refusal : std::uint8_t { busy, too_late, misuse, not_applied, unknown };
const char* to_string(Refusal why);

/// Something the world should know.
struct Tell {
  enum class Kind : std::uint8_t {
    /// Everybody who waits now has a guard of `tenure`.
    granted,
    /// Those who try once and joined before request `ordinal` was sent: `refusal`.
    refused,
    /// Everybody who waits: the store says that the request itself is wrong.
    failed,
    renewed,
    renew_failed,
    /// Stop: the deadline is near. Guards stay valid until it; nobody joins any more.
    jeopardy,
    /// Every guard of `tenure` is dead: `loss`.
    lost,
    /// The guards of `tenure` are dead because it is being released; the store hears of it next, or
    /// when those who are stopping have stopped.
    stopped,
    /// The store's record is free of `tenure`, as far as we could learn: `outcome`. Unknown: it
    /// runs
    /// out.
    ended,
  };
  Kind kind = Kind::granted;
  /// What it is about, if about a tenure (`ended`: or about an attempt that nobody waits for).
  TenureId tenure{};
  std::uint64_t ordinal = 0;
  Refusal refusal = Refusal::busy;
  Loss loss = Loss::deadline;
  EndOutcome outcome = EndOutcome::unknown;
  /// granted: what is left until the deadline. renewed: what was left when the confirmation came,
  /// which is how near the tenure was to its loss.
  Span<LocalClock> margin{};

  friend bool operator==(const Tell&, const Tell&) = default;
};

/// To be carried out in order: guards are told that they are dead before a release is sent.
using Effect = std::variant<Request, Tell>;
using Effects = std::vector<Effect>;

}  // namespace leasehold::core
