// Requests to a Redis store, of leases that no test waits for.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "lib/tests/record_makers.h"
#include "lib/tests/stores/redis_server.h"

namespace leasehold {

struct RedisRequests : RedisTest {
  static AcquireRequest asks(const std::string& key, OwnerId owner, Term expected) {
    AcquireRequest request = stores::asks(owner, expected);
    request.key = key;
    request.lease = std::chrono::hours(1);
    return request;
  }
  static RenewRequest renews(const std::string& key, OwnerId owner, Term term, Seq seq) {
    RenewRequest request = stores::renews(owner, term, seq);
    request.key = key;
    request.lease = std::chrono::hours(1);
    return request;
  }
  static Result<Answered<std::vector<RenewAnswer>>> renew_one(RedisStore& store,
                                                              const RenewRequest& request) {
    return store.renew(std::vector{request});
  }
  /// Grants it to Ann, who is the first.
  static void take(RedisStore& store, const std::string& key) {
    const auto granted = store.acquire(asks(key, stores::ann, 0));
    ASSERT_TRUE(granted) << granted.error().detail;
    EXPECT_EQ(stores::expect<Granted>(granted->answer).term, 1U);
  }
  static std::vector<Fact> facts(RedisStore& store) {
    const auto facts = store.facts();
    EXPECT_TRUE(facts) << facts.error().detail;
    return facts ? *facts : std::vector<Fact>{};
  }
  static Fact fact(const std::vector<Fact>& facts, const std::string& name) {
    for (const Fact& one : facts) {
      if (one.name == name) return one;
    }
    ADD_FAILURE() << "there is no fact " << name;
    return {};
  }
};

/// It is an error of this kind that says `words`.
template <class T>
void expect_error(const Result<T>& result, Errc kind, const std::string& words) {
  ASSERT_FALSE(result) << "an answer in the place of: " << words;
  EXPECT_EQ(result.error().kind, kind) << result.error().detail;
  EXPECT_NE(result.error().detail.find(words), std::string::npos) << result.error().detail;
}

}  // namespace leasehold
