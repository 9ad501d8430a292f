// Short names for records and requests, so that a test of the store contract reads as a situation.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include <gtest/gtest.h>

#include "lib/src/stores/record.h"

namespace leasehold::stores {

inline constexpr OwnerId ann{0, 1};
inline constexpr OwnerId bob{0, 2};

constexpr Instant<StoreClock> at(std::int64_t ns) { return Instant<StoreClock>::at_ns(ns); }

// Time goes in steps of 10 ns; leases are 100 ns unless a test says otherwise.
inline Judge judge_at(std::int64_t ns, Authority authority = Authority::host_clock,
                      std::string_view domain = "here") {
  return Judge{.authority = authority, .domain = domain, .resolution = Length(10), .now = at(ns)};
}

inline AcquireRequest asks(OwnerId owner, Term expected) {
  return AcquireRequest{.key = "k",
                        .owner = owner,
                        .expected_term = expected,
                        .lease = Length(100),
                        .info = "owner " + std::to_string(owner.low),
                        .unchanged = std::nullopt};
}
inline AcquireRequest saw_unchanged(OwnerId owner, Term expected, Version version) {
  AcquireRequest request = asks(owner, expected);
  request.unchanged = version;
  return request;
}
inline RenewRequest renews(OwnerId owner, Term term, Seq seq) {
  return RenewRequest{.key = "k",
                      .owner = owner,
                      .term = term,
                      .seq = seq,
                      .renew_id = RenewId{7, seq},
                      .lease = Length(100)};
}
inline ReleaseRequest releases(OwnerId owner, Term term) {
  return {.key = "k", .owner = owner, .term = term};
}
inline AbandonRequest abandons(OwnerId owner, Term expected) {
  return {.key = "k", .owner = owner, .expected_term = expected};
}

// Ann's tenure with term 1 and version 1, granted at 1003 and so good until 1100.
inline Record held_by_ann(Authority authority = Authority::host_clock) {
  Record record;
  const auto answer = acquire(record, judge_at(1003, authority), asks(ann, 0));
  EXPECT_TRUE(std::holds_alternative<Granted>(answer));
  return record;
}
inline Record released_by_ann() {
  Record record = held_by_ann();
  EXPECT_TRUE(std::holds_alternative<Released>(release(record, releases(ann, 1))));
  return record;
}

template <class Answer, class Any>
Answer expect(const Any& answer) {
  EXPECT_TRUE(std::holds_alternative<Answer>(answer))
      << "another answer, number " << answer.index();
  return std::holds_alternative<Answer>(answer) ? std::get<Answer>(answer) : Answer{};
}
inline void expect_why(const RenewAnswer& answer, NotOwner::Why why) {
  EXPECT_EQ(expect<NotOwner>(answer).why, why);
}

}  // namespace leasehold::stores
