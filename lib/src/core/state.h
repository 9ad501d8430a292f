// The whole memory of one lock in one process: a plain value that is copied, compared and hashed.
#pragma once

#include <array>
#include <optional>
#include <tuple>

#include "lib/src/core/messages.h"

namespace leasehold::core {

/// A request whose answer is being waited for.
struct InFlight {
  std::uint64_t ordinal = 0;
  LocalTime sent{};

  friend bool operator==(const InFlight&, const InFlight&) = default;
  auto fields() const { return std::tie(ordinal, sent.at, sent.asleep); }
};

/// One unbroken possession of the key.
struct Tenure {
  OwnerId owner{};
  Term term = 0;
  Incarnation incarnation{};
  /// Our clocks at the send of the latest confirmed attempt.
  LocalTime anchor{};
  /// D: from here on nobody believes, however late every thread is.
  Instant<LocalClock> deadline{};
  /// Our clocks at the send of the latest attempt, confirmed or not.
  LocalTime last_attempt{};
  /// When the grant came. Not when it was asked for: a tenure is not born too old to be joined.
  Instant<LocalClock> began{};
  /// Of the last renewal sent, and of the latest confirmed; 0 is the grant.
  Seq seq = 0;
  Seq confirmed = 0;
  RenewId renew_id{};
  Instant<LocalClock> next_renewal{};
  std::optional<InFlight> renewal{};
  /// The last renewal was sent early, along with another lock's.
  bool in_company = false;
  /// The soft deadline has passed; final.
  bool jeopardy = false;
  /// Set: the guards are dead, and by then it is released.
  std::optional<Instant<LocalClock>> release_at{};
  /// None: it is kept for its minimum hold alone.
  std::uint32_t guards = 0;

  friend bool operator==(const Tenure&, const Tenure&) = default;
  TenureId id() const { return {owner, term}; }
  auto fields() const {
    return std::tie(owner, term, incarnation, anchor.at, anchor.asleep, deadline, last_attempt.at,
                    last_attempt.asleep, began, seq, confirmed, renew_id, next_renewal, renewal,
                    in_company, jeopardy, release_at, guards);
  }
};

/// An unbroken row of this process's own tenures: nobody else had the key since it began. What was
/// loaded when the term before it had ended is still as it was.
struct Run {
  Incarnation incarnation{};
  /// The terms of its first and of its latest tenure.
  Term since = 0;
  Term last = 0;
  /// Whose the latest is.
  OwnerId owner{};

  friend bool operator==(const Run&, const Run&) = default;
  auto fields() const { return std::tie(incarnation, since, last, owner); }
};

/// Whether what was loaded as of term `valid_at` of the table `incarnation` is still as it was, for
/// a holder whose run is `run`. Between the end of term `valid_at` and now lay only the tenures
/// valid_at + 1 .. last; all of them are our own exactly if since <= valid_at + 1.
inline bool unchanged(const Run& run, const Incarnation& incarnation, Term valid_at) {
  return run.incarnation == incarnation && run.since <= valid_at + 1;
}

/// The attempt, shared by all waiters, to get a tenure. One owner id belongs to one expected term:
/// when the term moved, every request with the old one is dead, and the next gets a new id.
struct Campaign {
  OwnerId owner{};
  Term expected_term = 0;
  /// Some request with this owner id may still be applied.
  bool uncertain = false;
  Instant<LocalClock> next_try{};
  Span<LocalClock> backoff{};
  Instant<LocalClock> last_sent{};
  std::optional<InFlight> acquire{};
  /// A hint came while the acquire was in flight: its answer may be older.
  bool hinted = false;
  /// The last try that a hint caused.
  std::optional<Instant<LocalClock>> hurried{};

  friend bool operator==(const Campaign&, const Campaign&) = default;
  auto fields() const {
    return std::tie(owner, expected_term, uncertain, next_try, backoff, last_sent, acquire, hinted,
                    hurried);
  }
};

/// A release or an abandon, repeated until it is answered or the row has surely run out.
struct Ending {
  Request::Kind kind = Request::Kind::release;
  OwnerId owner{};
  Term term = 0;
  Instant<LocalClock> next_try{};
  Instant<LocalClock> give_up_at{};
  std::optional<InFlight> request{};
  /// It was waited for long enough (Q, or an error): a new campaign need not wait for it any more.
  bool overdue = false;

  friend bool operator==(const Ending&, const Ending&) = default;
  TenureId tenure() const { return {owner, term}; }
  auto fields() const {
    return std::tie(kind, owner, term, next_try, give_up_at, request, overdue);
  }
};

/// A record that the store could not judge, and since when we have seen it unchanged. It outlives
/// campaigns: versions are never reused, so a takeover on `version` proves that nothing happened.
struct Sighting {
  Incarnation incarnation{};
  Version version = 0;
  LocalTime since{};
  Length lease{};

  friend bool operator==(const Sighting&, const Sighting&) = default;
  auto fields() const { return std::tie(incarnation, version, since.at, since.asleep, lease); }
};

struct State {
  std::optional<Tenure> tenure;
  std::optional<Campaign> campaign;
  /// Two, so that a campaign that did not wait for the last ending can itself be ended.
  std::array<std::optional<Ending>, 2> endings;
  std::optional<Sighting> sighting;
  /// The row that the latest tenure belongs to; outlives it.
  std::optional<Run> run;
  /// The last term that we heard of.
  Term known_term = 0;
  /// Waiters that stay until they cancel.
  std::uint32_t patient = 0;
  /// Waiters that leave at the answer to the acquire in flight, and those that joined after it was
  /// sent and leave at the answer to the next.
  std::uint32_t trying_now = 0;
  std::uint32_t trying_next = 0;
  /// Requests made so far.
  std::uint64_t requests = 0;

  friend bool operator==(const State&, const State&) = default;
  auto fields() const {
    return std::tie(tenure, campaign, endings, sighting, run, known_term, patient, trying_now,
                    trying_next, requests);
  }
};

}  // namespace leasehold::core
