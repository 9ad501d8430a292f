// Requests as a script's arguments, and its replies as answers.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "lib/src/stores/record.h"
#include "lib/src/stores/redis/reply.h"

namespace leasehold::stores::redis {

/// Redis tells the time in microseconds.
inline constexpr Length resolution = std::chrono::microseconds(1);
inline constexpr const char* clock_domain = "redis";

/// The judge of every record, at a moment of the server's.
Judge judge_at(Instant<StoreClock> now);
/// What a script is told of a length: microseconds, rounded up.
std::string in_us(Length length);
/// A moment of the server's in whole microseconds.
std::string in_us(Instant<StoreClock> instant);
/// 32 hexadecimal digits, or "-" for nobody.
template <class AnyId>
std::string in_hex(const AnyId& id) {
  return id ? to_string(id) : std::string("-");
}

// All of these throw `Failure` if what the script found is no record of ours: `misuse` where the
// script saw it, `unknown` where it is first seen here.
/// Which table it was; null if there is none.
Incarnation incarnation_in(const Reply& reply);
AcquireAnswer acquire_answer(const Reply& reply);
ReleaseAnswer release_answer(const Reply& reply);
Abandoned abandon_answer(const Reply& reply);
std::optional<RecordView> inspect_answer(const Reply& reply);
/// Of one request in a batch; never throws.
RenewAnswer renew_answer(const Reply& one, const RenewRequest& request);
/// Where there is no table any more.
RenewAnswer renew_where_nothing_is(const RenewRequest& request);

}  // namespace leasehold::stores::redis
