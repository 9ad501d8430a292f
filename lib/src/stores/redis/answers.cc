#include "lib/src/stores/redis/answers.h"

#include <charconv>
#include <utility>

#include "lib/src/stores/redis/failure.h"

namespace leasehold::stores::redis {
namespace {

// `unknown`: the script has done its work when this is found.
Failure makes_no_sense(const std::string& what, const std::string& found) {
  const std::string error = "LEASEHOLD the " + what + " \"" + found + "\" makes no sense";
  return Failure(Errc::unknown, failure_of(error, Phase::in_use).what());
}

std::uint64_t counter(const std::string& text, const char* name) {
  std::uint64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end || text.empty()) throw makes_no_sense(name, text);
  return value;
}

// What the scripts let through has up to 16 digits, and 10^16 us are more than 2^63 ns: such a
// number is later than every lease could end, and stays so.
std::int64_t ns_of(const std::string& us, const char* name) {
  std::int64_t ns = 0;
  const bool is_too_long = __builtin_mul_overflow(counter(us, name), 1000, &ns);
  return is_too_long ? Instant<StoreClock>::never().ns() : ns;
}

std::optional<Instant<StoreClock>> instant(const std::string& us) {
  if (us == "-") return std::nullopt;
  return Instant<StoreClock>::at_ns(ns_of(us, "time"));
}

std::uint64_t half_of(const std::string& hex, std::size_t from) {
  std::uint64_t half = 0;
  const char* const start = hex.data() + from;
  const auto [stop, error] = std::from_chars(start, start + 16, half, 16);
  if (error != std::errc() || stop != start + 16) throw makes_no_sense("id", hex);
  return half;
}

template <class AnyId>
AnyId id_in(const std::string& hex) {
  if (hex == "-") return {};
  if (hex.size() != 32) throw makes_no_sense("id", hex);
  return AnyId{half_of(hex, 0), half_of(hex, 16)};
}

NotOwner::Why why_of(const std::string& word) {
  if (word == "free") return NotOwner::Why::free;
  if (word == "over") return NotOwner::Why::over;
  return NotOwner::Why::superseded;
}

Previous previous_of(const std::string& word) {
  for (const auto& [name, previous] :
       {std::pair{"never", Previous::never}, std::pair{"released", Previous::released},
        std::pair{"expired", Previous::expired}, std::pair{"own", Previous::own}}) {
    if (word == name) return previous;
  }
  throw makes_no_sense("answer", word);
}

// `at` is where "not_owner" stands.
NotOwner not_owner(const Reply& reply, std::size_t at) {
  return NotOwner{.term = counter(reply.text_at(at + 1), "term"),
                  .why = why_of(reply.text_at(at + 2)),
                  .info = reply.text_at(at + 3)};
}

// The first word of what stands behind the incarnation.
const std::string& word_in(const Reply& reply) {
  if (reply.text_at(1) == "failed") throw failure_of(reply.text_at(2), Phase::in_use);
  return reply.text_at(1);
}

// The words of record.h for a lease that is not the record's.
RenewAnswer another_lease(const RenewRequest& request, Length lease) {
  Record record;
  record.owner = request.owner;
  record.term = request.term;
  record.lease = lease;
  return stores::renew(record, judge_at({}), request);
}

RenewAnswer renewed_or_not(const Reply& one, const RenewRequest& request) {
  const std::string& word = one.text_at(0);
  if (word == "renewed") return Renewed{request.seq, instant(one.text_at(1))};
  if (word == "not_owner") return not_owner(one, 0);
  if (word == "stale") {
    return Stale{counter(one.text_at(1), "seq"), id_in<RenewId>(one.text_at(2))};
  }
  if (word == "lease") return another_lease(request, Length(ns_of(one.text_at(1), "lease")));
  if (word == "failed") throw failure_of(one.text_at(1), Phase::in_use);
  throw makes_no_sense("answer", word);
}

}  // namespace

Judge judge_at(Instant<StoreClock> now) {
  return Judge{.authority = Authority::store_clock,
               .domain = clock_domain,
               .resolution = resolution,
               .now = now};
}

std::string in_us(Length length) {
  return std::to_string(rounded_up(length, resolution) / std::chrono::microseconds(1));
}

std::string in_us(Instant<StoreClock> instant) { return std::to_string(instant.ns() / 1000); }

Incarnation incarnation_in(const Reply& reply) {
  const std::string& hex = reply.text_at(0);
  return hex.empty() ? Incarnation{} : id_in<Incarnation>(hex);
}

AcquireAnswer acquire_answer(const Reply& reply) {
  const std::string& word = word_in(reply);
  if (word == "granted") {
    return Granted{.term = counter(reply.text_at(2), "term"),
                   .version = counter(reply.text_at(3), "version"),
                   .previous_owner = id_in<OwnerId>(reply.text_at(4)),
                   .previous = previous_of(reply.text_at(5)),
                   .expires_at = instant(reply.text_at(6))};
  }
  if (word == "busy") {
    return Busy{.version = counter(reply.text_at(2), "version"),
                .term = counter(reply.text_at(3), "term"),
                .lease = Length(ns_of(reply.text_at(4), "lease")),
                .info = reply.text_at(5),
                .expiry_hint = instant(reply.text_at(6))};
  }
  if (word == "moved") return Moved{counter(reply.text_at(2), "term")};
  throw makes_no_sense("answer", word);
}

ReleaseAnswer release_answer(const Reply& reply) {
  const std::string& word = word_in(reply);
  if (word == "released") return Released{};
  if (word == "not_owner") return not_owner(reply, 1);
  throw makes_no_sense("answer", word);
}

Abandoned abandon_answer(const Reply& reply) {
  const std::string& word = word_in(reply);
  if (word != "settled" && word != "about") throw makes_no_sense("answer", word);
  return Abandoned{.settled = word == "settled"};
}

std::optional<RecordView> inspect_answer(const Reply& reply) {
  if (word_in(reply).empty()) return std::nullopt;
  Record record;
  record.authority = Authority::store_clock;
  record.domain = clock_domain;
  record.version = counter(reply.text_at(2), "version");
  record.term = counter(reply.text_at(3), "term");
  record.owner = id_in<OwnerId>(reply.text_at(4));
  record.last_owner = id_in<OwnerId>(reply.text_at(5));
  record.lease = Length(ns_of(reply.text_at(6), "lease"));
  record.expires_at = instant(reply.text_at(7));
  record.seq = counter(reply.text_at(8), "seq");
  record.renew_id = id_in<RenewId>(reply.text_at(9));
  record.info = reply.text_at(10);
  return view(record, judge_at(instant(reply.text_at(1)).value_or(Instant<StoreClock>{})));
}

RenewAnswer renew_answer(const Reply& one, const RenewRequest& request) {
  try {
    return renewed_or_not(one, request);
  } catch (const Failure& failure) {
    return Error{failure.kind(), "redis: renew \"" + request.key + "\": " + failure.what()};
  }
}

RenewAnswer renew_where_nothing_is(const RenewRequest& request) {
  Record nothing;
  return renew(nothing, judge_at({}), request);
}

}  // namespace leasehold::stores::redis
