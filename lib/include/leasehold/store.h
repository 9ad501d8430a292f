// What a store must do to carry leases: four small requests, each one atomic step.
//
// A store keeps one record per key, for ever. To write an adapter, keep the record described here
// in your engine and carry out each request as one atomic step there; the safety of every lock
// rests on these conditions and on nothing else in the adapter.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include <leasehold/export.h>
#include <leasehold/ids.h>
#include <leasehold/result.h>
#include <leasehold/time.h>
#include <leasehold/timing.h>

namespace leasehold {

/// A counter that the store raises by one at every applied change of a record; never reused.
using Version = std::uint64_t;
/// A counter in the record, raised by one at every new tenure whoever takes it; never reset.
using Term = std::uint64_t;
/// Counts the renewals of one tenure.
using Seq = std::uint64_t;

/// The longest key, in bytes: what every engine that we know can index.
inline constexpr std::size_t longest_key = 512;
/// The most renewals in one batch, so that no batch holds an engine's writer for long.
inline constexpr std::size_t largest_batch = 256;

/// What a store promises; constant for its life.
struct Traits {
  /// Who judges that a lease is over.
  Authority authority = Authority::host_clock;
  /// q: the step in which it keeps time, at least 1 ns.
  Length resolution{1};
  /// Where its times mean something; times of two different domains are never compared.
  std::string domain;
  /// True if a call may take effect after it returned (networks). Memory and SQLite: false.
  bool outlives_calls = false;
};

/// Asks for a new tenure. Applied only if the record is free or over *and* its term is
/// `expected_term`, so that a late or duplicated request is dead on arrival: every tenure moves the
/// term. Applied too if `owner` has the record already and it is not over ("own": a repeated
/// request), which writes the expiry anew and never starts another tenure.
struct AcquireRequest {
  /// The lock's name, in bytes.
  std::string key;
  /// Names the attempt, and the tenure if it is granted.
  OwnerId owner;
  /// The term that the record must show: 0 if it was never acquired.
  Term expected_term = 0;
  /// How long the lease is to last; the store rounds it up to its resolution.
  Length lease{};
  /// Who asks, for people to read: host, pid, a name.
  std::string info;
  /// Take over from a holder that is still there if the record's version is this one: the caller
  /// has watched it unchanged for `observation_wait` of the record's lease and for `lock_delay`.
  std::optional<Version> unchanged;
  /// A record that is over counts as held to this request until its expiry is so long past, by the
  /// clock that judges, rounded up to its resolution: whoever has it, `owner` too, and "own" is not
  /// repeated meanwhile. A record that is free is free. Says nothing where no clock judges.
  Length lock_delay{};
};

/// What was there before a grant.
enum class Previous { never, released, expired, own };

/// The request started (or, `own`, repeated) a tenure.
struct Granted {
  /// That of the tenure.
  Term term = 0;
  /// The record's, after this change.
  Version version = 0;
  /// Whose the tenure before was; null if there was none.
  OwnerId previous_owner;
  /// How that ended.
  Previous previous = Previous::never;
  /// When the lease ends, where the store or its domain can tell.
  std::optional<Instant<StoreClock>> expires_at;
};
/// Another tenure is there and is not known to be over, or not for as long as the request's
/// `lock_delay`.
struct Busy {
  /// The record's: unchanged since then means that nothing was renewed.
  Version version = 0;
  /// That of the tenure which is there.
  Term term = 0;
  /// The lease length of *that* tenure.
  Length lease{};
  /// What its owner says of itself.
  std::string info;
  /// Set if the store can judge this record: when the lease and the request's `lock_delay` after it
  /// end, as things stand. Absent if it must be observed.
  std::optional<Instant<StoreClock>> expiry_hint;
};
/// The record is free or over, but its term is not the expected one: ask again with this one.
struct Moved {
  /// The record's.
  Term term = 0;
};
using AcquireAnswer = std::variant<Granted, Busy, Moved>;

/// Renews one tenure: conditional on (owner, term), on `seq` being above the record's, and on the
/// record not being over where the store or its domain can tell. Never takes over, never moves an
/// expiry backwards. `lease` must be the length that the tenure began with, else `misuse`.
struct RenewRequest {
  /// The lock's name.
  std::string key;
  /// Together with the term: whose tenure.
  OwnerId owner;
  /// As it was granted.
  Term term = 0;
  /// Counts the renewals of this tenure, from 1.
  Seq seq = 0;
  /// Drawn anew for each: of two clones one meets the other's.
  RenewId renew_id;
  /// As it was granted.
  Length lease{};
};
/// The lease was written anew.
struct Renewed {
  /// The request's.
  Seq seq = 0;
  /// When the lease ends now, where the store or its domain can tell.
  std::optional<Instant<StoreClock>> expires_at;
};
/// The tenure is over: somebody else's, free, or run out.
struct NotOwner {
  /// Another tenure is there; none is; this one is, and ran out.
  enum class Why { superseded, free, over };
  /// The record's.
  Term term = 0;
  /// What is there instead.
  Why why = Why::superseded;
  /// What the one who had it last says of itself.
  std::string info;
};
/// The record has seen this seq or a later one; here is the last it saw.
struct Stale {
  /// The last that the record saw.
  Seq seq = 0;
  /// ... and by which attempt.
  RenewId renew_id;
};
/// One key may fail alone in a batch.
using RenewAnswer = std::variant<Renewed, NotOwner, Stale, Error>;

/// Ends one tenure: conditional on (owner, term). Repeatable.
struct ReleaseRequest {
  /// The lock's name.
  std::string key;
  /// Together with the term: whose tenure.
  OwnerId owner;
  /// As it was granted.
  Term term = 0;
};
/// The tenure is over: the key is free for the next term.
struct Released {};
using ReleaseAnswer = std::variant<Released, NotOwner>;

/// Makes an acquire that nobody waits for any more dead: if its owner has the record, releases it;
/// if the record is free with that term, raises the term and leaves it free.
struct AbandonRequest {
  /// The lock's name.
  std::string key;
  /// As the acquire named it.
  OwnerId owner;
  /// As the acquire expected it.
  Term expected_term = 0;
};
/// The attempt was ended, or is still about.
struct Abandoned {
  /// False if another tenure with exactly the expected term is there: a delayed copy of the acquire
  /// could still apply when that tenure ends, so ask again later. True: nothing of it can apply.
  bool settled = true;
};

/// A record as `inspect` shows it.
struct RecordView {
  /// Raised by one at every change.
  Version version = 0;
  /// Of the tenure that is there, or was last.
  Term term = 0;
  /// Null: the key is free.
  OwnerId owner;
  /// Who had the tenure before, or the last one if it is free; null if nobody had.
  OwnerId last_owner;
  /// That the tenure began with.
  Length lease{};
  /// Who was to judge it when it began.
  Authority authority = Authority::host_clock;
  /// Where its times mean something.
  std::string domain;
  /// When the lease ends; absent when free, and where no clock can tell.
  std::optional<Instant<StoreClock>> expires_at;
  /// Of the last renewal; 0: none.
  Seq seq = 0;
  /// The attempt that made it.
  RenewId renew_id;
  /// What its owner says of itself.
  std::string info;
  /// Set if the store can judge: true when the lease is over.
  std::optional<bool> over;
  /// What is left of the lease, by the clock that judges; absent when it is over or can't be
  /// judged.
  std::optional<Length> left;
};

/// One thing that a store can tell people about itself.
struct Fact {
  /// In snake_case, and the same in every version: programs read it.
  std::string name;
  /// What there is to know, for people.
  std::string value;
  /// What is wrong with it and what to do; empty if nothing is.
  std::string wrong{};
};

/// An answer and the table it came from.
template <class T>
struct Answered {
  /// The table's.
  Incarnation incarnation;
  /// What was answered.
  T answer;
};

/// Who hears of hints, see `Store::watch`.
class HintSink {
 public:
  HintSink() = default;
  HintSink(const HintSink&) = delete;
  HintSink& operator=(const HintSink&) = delete;
  virtual ~HintSink() = default;

  /// `key` may have become free. Called on a thread of the store's.
  virtual void on_hint(const std::string& key) = 0;
};

/// A place where leases are kept. Every call is one atomic step at the store and blocks until that
/// step is answered or failed. Errors are split by what a lease holder must know, see `Errc`;
/// "somebody else holds it" is an answer. Thread-safe.
///
/// `misuse` in every store, whatever its records say: a key that is empty or longer than
/// `longest_key` (keys are bytes, nulls included), a null owner id, a lease outside (0,
/// `longest_length`], a lock delay outside [0, `longest_length`], a batch above `largest_batch`. A
/// wrong request fails alone in its batch.
class LEASEHOLD_API Store {
 public:
  Store() = default;
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;
  virtual ~Store() = default;

  /// What this store promises; the same at every call.
  virtual const Traits& traits() const = 0;
  /// Starts a tenure, or says who is in the way, see `AcquireRequest`.
  virtual Result<Answered<AcquireAnswer>> acquire(const AcquireRequest& request) = 0;
  /// Renews a batch (at most 256) in one step; answers in the order of the requests.
  virtual Result<Answered<std::vector<RenewAnswer>>> renew(std::span<const RenewRequest> batch) = 0;
  /// Ends a tenure, see `ReleaseRequest`.
  virtual Result<Answered<ReleaseAnswer>> release(const ReleaseRequest& request) = 0;
  /// Ends an attempt that nobody waits for any more, see `AbandonRequest`.
  virtual Result<Answered<Abandoned>> abandon(const AbandonRequest& request) = 0;
  /// The record as it is, or nullopt if the key was never acquired. Changes nothing.
  virtual Result<Answered<std::optional<RecordView>>> inspect(const std::string& key) = 0;
  /// Up to `most` of the keys that have a record, in the order of their bytes, from the first one
  /// above `after` on. Changes nothing. Optional: by default `misuse`.
  virtual Result<Answered<std::vector<std::string>>> list(const std::string& after,
                                                          std::size_t most);
  /// What somebody who has to trust this store wants to know of it beyond its traits: versions,
  /// settings, who may write it. Changes nothing. Optional: by default there is nothing to tell.
  virtual Result<std::vector<Fact>> facts();

  /// True if no call ever waits for anything but other calls of this process, or calls anybody
  /// back: a client then makes those of `acquire` and of a guard's end on the thread that asks,
  /// with its own mutex held, and not on a thread of its own. The same at every call. Optional: by
  /// default false, which is always right.
  virtual bool answers_at_once() const { return false; }

  // Optional wake-up hints, for a hand-over in milliseconds without busy polling. A hint may be
  // late, in vain or missing; nothing but the length of a sleep may rest on it. By default there
  // are none.
  /// From now on `sink` hears of watched keys. Null: nobody does, and nothing is under way any more
  /// when this returns; not to be called from a hint.
  virtual void set_hint_sink(HintSink* /*sink*/) {}
  /// Hints for `key` are wanted, until as many `unwatch` as `watch`. Does not block.
  virtual void watch(const std::string& /*key*/) {}
  /// One of those who watched `key` does so no more. Does not block.
  virtual void unwatch(const std::string& /*key*/) {}
};

}  // namespace leasehold
