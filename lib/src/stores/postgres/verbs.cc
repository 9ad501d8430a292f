#include "lib/src/stores/postgres/verbs.h"

#include <set>

#include "lib/src/stores/postgres/failure.h"
#include "lib/src/stores/record.h"

namespace leasehold::stores {
namespace {

constexpr Length microsecond = std::chrono::microseconds(1);

std::int64_t in_us(Length length) { return rounded_up(length, microsecond) / microsecond; }

Length from_us(std::int64_t us) { return us * microsecond; }

Instant<StoreClock> instant(std::int64_t us) {
  return Instant<StoreClock>::at_ns(0) + on<StoreClock>(from_us(us));
}

std::optional<Instant<StoreClock>> optional_instant(const Rows& rows, int row, int column) {
  const auto us = rows.optional_integer(row, column);
  if (!us) return std::nullopt;
  return instant(*us);
}

std::int64_t stored(std::uint64_t count) { return static_cast<std::int64_t>(count); }

std::uint64_t count(const Rows& rows, int row, int column) {
  return static_cast<std::uint64_t>(rows.integer(row, column));
}

[[noreturn]] void unknown_answer(const std::string& kind) {
  throw PostgresFailure(PostgresFailure::Stage::unanswered, {},
                        "the server's answer \"" + kind + "\" is none that this program knows");
}

Previous previous_of(const std::string& word) {
  if (word == "never") return Previous::never;
  if (word == "released") return Previous::released;
  if (word == "expired") return Previous::expired;
  if (word == "own") return Previous::own;
  unknown_answer(word);
}

NotOwner not_owner(const Rows& rows, int row, const std::string& kind, int term, int info) {
  NotOwner answer{.term = count(rows, row, term), .why = {}, .info = rows.bytes(row, info)};
  if (kind == "free") {
    answer.why = NotOwner::Why::free;
  } else if (kind == "superseded") {
    answer.why = NotOwner::Why::superseded;
  } else if (kind == "over") {
    answer.why = NotOwner::Why::over;
  } else {
    unknown_answer(kind);
  }
  return answer;
}

RenewAnswer renew_answer(const RenewRequest& request, const Rows& rows, int row) {
  const std::string kind = rows.text(row, 2);
  if (kind == "renewed") return Renewed{count(rows, row, 4), optional_instant(rows, row, 6)};
  if (kind == "stale") return Stale{count(rows, row, 4), rows.id<RenewId>(row, 5)};
  if (kind == "other_lease") return other_lease(request, from_us(rows.integer(row, 7)));
  if (kind == "locked") {
    return Error{Errc::not_applied,
                 "renew \"" + request.key +
                     "\": another transaction holds its row: look at pg_locks, and end it"};
  }
  return not_owner(rows, row, kind, 3, 8);
}

bool has_a_key_twice(std::span<const RenewRequest> batch) {
  std::set<std::string_view> keys;
  for (const RenewRequest& request : batch) {
    if (!keys.insert(request.key).second) return true;
  }
  return false;
}

Parameters parameters_of(std::span<const RenewRequest> batch) {
  ArrayText keys;
  ArrayText owners;
  ArrayText terms;
  ArrayText seqs;
  ArrayText ids;
  ArrayText leases;
  for (const RenewRequest& request : batch) {
    keys.add_bytes(request.key);
    owners.add_id(request.owner);
    terms.add(stored(request.term));
    seqs.add(stored(request.seq));
    ids.add_id(request.renew_id);
    leases.add(in_us(request.lease));
  }
  Parameters all;
  for (const ArrayText& one : {keys, owners, terms, seqs, ids, leases}) all.add_text(one.text());
  all.add_text(has_a_key_twice(batch) ? "f" : "t");
  return all;
}

}  // namespace

PostgresVerbs::PostgresVerbs(const std::string& schema)
    : incarnation_{"leasehold_incarnation", "SELECT incarnation FROM " + schema + ".meta"},
      acquire_{"leasehold_acquire",
               "SELECT kind, incarnation, term, version, expires_at_us, previous, previous_owner, "
               "lease_us, info FROM " +
                   schema +
                   ".acquire_1($1::bytea, $2::uuid, $3::bigint, $4::bigint, $5::bytea, $6::bigint, "
                   "$7::bigint)"},
      renew_{
          "leasehold_renew",
          "SELECT n, incarnation, kind, term, seq, renew_id, expires_at_us, lease_us, info FROM " +
              schema +
              ".renew_1($1::bytea[], $2::uuid[], $3::bigint[], $4::bigint[], $5::uuid[], "
              "$6::bigint[], $7::boolean)"},
      release_{"leasehold_release", "SELECT kind, incarnation, term, info FROM " + schema +
                                        ".release_1($1::bytea, $2::uuid, $3::bigint)"},
      abandon_{"leasehold_abandon", "SELECT settled, incarnation FROM " + schema +
                                        ".abandon_1($1::bytea, $2::uuid, $3::bigint)"},
      // A statement and no function, since nothing is decided by it; the time is read after the
      // row.
      inspect_{"leasehold_inspect",
               "SELECT m.incarnation, " + schema +
                   ".now_us_1(), t.version, t.term, t.owner, t.last_owner, t.lease_us, "
                   "t.expires_at_us, t.seq, t.renew_id, t.info FROM " +
                   schema + ".meta m LEFT JOIN " + schema + ".record t ON t.key = $1::bytea"},
      // Its first row is there even if no key is.
      list_{"leasehold_list", "SELECT m.incarnation, k.key FROM " + schema +
                                  ".meta m LEFT JOIN (SELECT key FROM " + schema +
                                  ".record WHERE key > $1::bytea ORDER BY key LIMIT $2::bigint) k "
                                  "ON true ORDER BY k.key"} {}

Answered<AcquireAnswer> PostgresVerbs::acquire(Session& session, const AcquireRequest& request,
                                               const Patience& patience) const {
  Parameters parameters;
  parameters.add_bytes(request.key).add_id(request.owner).add(stored(request.expected_term));
  parameters.add(in_us(request.lease)).add_bytes(request.info);
  parameters.add(request.unchanged ? std::optional(stored(*request.unchanged)) : std::nullopt);
  parameters.add(in_us(request.lock_delay));
  const Rows rows = session.run(acquire_, parameters, patience);
  const std::string kind = rows.text(0, 0);
  const auto incarnation = rows.id<Incarnation>(0, 1);
  const Term term = count(rows, 0, 2);
  if (kind == "moved") return {incarnation, Moved{term}};
  const Version version = count(rows, 0, 3);
  const auto expires_at = optional_instant(rows, 0, 4);
  if (kind == "busy") {
    return {incarnation, Busy{.version = version,
                              .term = term,
                              .lease = from_us(rows.integer(0, 7)),
                              .info = rows.bytes(0, 8),
                              .expiry_hint = expires_at}};
  }
  if (kind != "granted") unknown_answer(kind);
  return {incarnation, Granted{.term = term,
                               .version = version,
                               .previous_owner = rows.id<OwnerId>(0, 6),
                               .previous = previous_of(rows.text(0, 5)),
                               .expires_at = expires_at}};
}

Answered<std::vector<RenewAnswer>> PostgresVerbs::renew(Session& session,
                                                        std::span<const RenewRequest> batch,
                                                        const Patience& patience) const {
  if (batch.empty()) {
    return {session.run(incarnation_, Parameters{}, patience).id<Incarnation>(0, 0), {}};
  }
  const Rows rows = session.run(renew_, parameters_of(batch), patience);
  // Answers come in any order, each with the number of its request, from 1.
  Answered<std::vector<RenewAnswer>> answered;
  const Error missing{Errc::unknown, "renew: the server left out an answer"};
  answered.answer.assign(batch.size(), missing);
  for (int row = 0; row < rows.size(); ++row) {
    const auto index = static_cast<std::size_t>(rows.integer(row, 0) - 1);
    if (index >= batch.size()) unknown_answer(rows.text(row, 0));
    answered.incarnation = rows.id<Incarnation>(row, 1);
    answered.answer[index] = renew_answer(batch[index], rows, row);
  }
  return answered;
}

Answered<ReleaseAnswer> PostgresVerbs::release(Session& session, const ReleaseRequest& request,
                                               const Patience& patience) const {
  Parameters parameters;
  parameters.add_bytes(request.key).add_id(request.owner).add(stored(request.term));
  const Rows rows = session.run(release_, parameters, patience);
  const std::string kind = rows.text(0, 0);
  const auto incarnation = rows.id<Incarnation>(0, 1);
  if (kind == "released") return {incarnation, Released{}};
  return {incarnation, not_owner(rows, 0, kind, 2, 3)};
}

Answered<Abandoned> PostgresVerbs::abandon(Session& session, const AbandonRequest& request,
                                           const Patience& patience) const {
  Parameters parameters;
  parameters.add_bytes(request.key).add_id(request.owner).add(stored(request.expected_term));
  const Rows rows = session.run(abandon_, parameters, patience);
  return {rows.id<Incarnation>(0, 1), Abandoned{.settled = rows.boolean(0, 0)}};
}

Answered<std::optional<RecordView>> PostgresVerbs::inspect(Session& session, const std::string& key,
                                                           const Traits& traits,
                                                           const Patience& patience) const {
  Parameters parameters;
  parameters.add_bytes(key);
  const Rows rows = session.run(inspect_, parameters, patience);
  Answered<std::optional<RecordView>> answered{rows.id<Incarnation>(0, 0), std::nullopt};
  if (rows.is_null(0, 2)) return answered;
  const Record record{.version = count(rows, 0, 2),
                      .term = count(rows, 0, 3),
                      .owner = rows.id<OwnerId>(0, 4),
                      .last_owner = rows.id<OwnerId>(0, 5),
                      .lease = from_us(rows.integer(0, 6)),
                      .authority = traits.authority,
                      .domain = traits.domain,
                      .expires_at = optional_instant(rows, 0, 7),
                      .seq = count(rows, 0, 8),
                      .renew_id = rows.id<RenewId>(0, 9),
                      .info = rows.bytes(0, 10)};
  answered.answer = view(record, Judge{.authority = traits.authority,
                                       .domain = traits.domain,
                                       .resolution = traits.resolution,
                                       .now = instant(rows.integer(0, 1))});
  return answered;
}

Answered<std::vector<std::string>> PostgresVerbs::list(Session& session, const std::string& after,
                                                       std::size_t most,
                                                       const Patience& patience) const {
  Parameters parameters;
  parameters.add_bytes(after).add(stored(most));
  const Rows rows = session.run(list_, parameters, patience);
  Answered<std::vector<std::string>> answered{rows.id<Incarnation>(0, 0), {}};
  for (int row = 0; row < rows.size(); ++row) {
    if (!rows.is_null(row, 1)) answered.answer.push_back(rows.bytes(row, 1));
  }
  return answered;
}

}  // namespace leasehold::stores
