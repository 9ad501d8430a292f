// What the fence in the user's own Redis script lets through (I2).
#include <memory>
#include <string>

#include <gtest/gtest.h>
#include <hiredis/hiredis.h>

#include <leasehold/redis_fence.h>
#include "lib/tests/stores/redis_fixture.h"

namespace leasehold {
namespace {

constexpr Incarnation table{1, 1};

Fence token(Term term, std::uint64_t digest, Incarnation incarnation = table) {
  return {.incarnation = incarnation, .key = "k", .term = term, .owner_digest = digest};
}

struct RedisFence : RedisTest {
  void SetUp() override {
    RedisTest::SetUp();
    if (IsSkipped()) return;
    server = std::make_unique<RedisServer>();
    context.reset(redisConnect("127.0.0.1", server->port_number()));
    ASSERT_TRUE(context);
    ASSERT_EQ(context->err, 0) << context->errstr;
  }
  /// Writes `value` under the token.
  FenceVerdict write(const Fence& fence, const std::string& value) {
    const auto fenced = run_fenced(
        context.get(), fence,
        {"redis.call('SET', KEYS[1], ARGV[1]) return #ARGV + #KEYS", {"resource"}, {value}});
    EXPECT_TRUE(fenced) << fenced.error().detail;
    if (!fenced) return FenceVerdict::refused;
    const bool ran = fenced->verdict == FenceVerdict::accepted;
    EXPECT_EQ(fenced->answer, ran ? std::optional<std::string>("2") : std::nullopt);
    EXPECT_EQ(server->text({"GET", "resource"}) == value, ran);
    return fenced->verdict;
  }

  struct Free {
    void operator()(redisContext* one) const { redisFree(one); }
  };
  std::unique_ptr<RedisServer> server;
  std::unique_ptr<redisContext, Free> context;
};

TEST_F(RedisFence, AnOlderTenureNeverWritesAfterANewer) {
  EXPECT_EQ(write(token(9, 30), "a"), FenceVerdict::accepted);
  EXPECT_EQ(write(token(9, 30), "b"), FenceVerdict::accepted) << "the same tenure goes on";
  EXPECT_EQ(write(token(11, 50), "c"), FenceVerdict::accepted);
  EXPECT_EQ(write(token(10, 40), "d"), FenceVerdict::refused);
  EXPECT_EQ(write(token(9, 30), "e"), FenceVerdict::refused);
  EXPECT_EQ(write(token(11, 50), "f"), FenceVerdict::accepted);
}

TEST_F(RedisFence, TermsUseAllOfTheirBits) {
  constexpr Term large = (Term{1} << 53U) + 1;
  EXPECT_EQ(write(token(large, 1), "a"), FenceVerdict::accepted);
  EXPECT_EQ(write(token(large - 1, 1), "b"), FenceVerdict::refused);
  EXPECT_EQ(write(token(large + 1, 1), "c"), FenceVerdict::accepted);
  EXPECT_EQ(write(token(large, 1), "d"), FenceVerdict::refused);
  EXPECT_EQ(write(token(~Term{0}, ~std::uint64_t{0}), "e"), FenceVerdict::accepted);
}

TEST_F(RedisFence, OfTwoTenuresOfOneTermTheFirstToWriteStays) {
  EXPECT_EQ(write(token(3, 30), "a"), FenceVerdict::accepted);
  EXPECT_EQ(write(token(3, 31), "b"), FenceVerdict::refused);
  EXPECT_EQ(write(token(3, 30), "c"), FenceVerdict::accepted);
}

TEST_F(RedisFence, AnotherTableOfLocksIsRefusedUntilAnOperatorRepins) {
  EXPECT_EQ(write(token(3, 30), "a"), FenceVerdict::accepted);
  const Fence after_a_wipe = token(9, 90, Incarnation{2, 2});
  EXPECT_EQ(write(after_a_wipe, "b"), FenceVerdict::other_incarnation);
  EXPECT_EQ(repin_fence(context.get(), token(1, 10, Incarnation{2, 2})).value(),
            FenceVerdict::accepted);
  EXPECT_EQ(write(after_a_wipe, "c"), FenceVerdict::accepted);
  EXPECT_EQ(write(token(4, 40), "d"), FenceVerdict::other_incarnation);
}

TEST_F(RedisFence, KeysAreFencedApartAndForeignDataLetsNobodyThrough) {
  EXPECT_EQ(write(token(9, 90), "a"), FenceVerdict::accepted);
  Fence other = token(1, 10);
  other.key = "another";
  EXPECT_EQ(write(other, "b"), FenceVerdict::accepted);
  server->ask({"SET", "leasehold:fence:another", "text"});
  EXPECT_EQ(write(other, "c"), FenceVerdict::other_incarnation);
}

TEST_F(RedisFence, TheFunctionStandsInScriptsOfOnesOwn) {
  stores::redis::Words words{"EVAL",
                             std::string(redis_fence_function()) +
                                 "return leasehold_fence(KEYS[1], ARGV[1], ARGV[2], ARGV[3])",
                             "1", "my fence"};
  const auto shown = [&](const Fence& fence) {
    stores::redis::Words all = words;
    for (const std::string& one : redis_fence_arguments(fence)) all.push_back(one);
    return server->text(all);
  };
  EXPECT_EQ(shown(token(2, 20)), "accepted");
  EXPECT_EQ(shown(token(1, 10)), "refused");
}

TEST_F(RedisFence, SaysWhatIsWrong) {
  expect_error(run_fenced(context.get(), Fence{}, {}), Errc::misuse, "empty");
  expect_error(run_fenced(nullptr, token(1, 1), {}), Errc::misuse, "broken");
  expect_error(run_fenced(context.get(), token(1, 1), {"this is no Lua", {}, {}}), Errc::misuse,
               "compiling");
  EXPECT_EQ(server->ask({"EXISTS", "leasehold:fence:k"}).integer, 0);
  // What it wrote before it failed stays written.
  expect_error(run_fenced(context.get(), token(1, 1), {"redis.call('GET')", {}, {}}), Errc::unknown,
               "stays written");
  server->ask({"SET", "text", "text"});
  expect_error(run_fenced(context.get(), token(1, 1),
                          {"return redis.call('HGET', KEYS[1], 'field')", {"text"}, {}}),
               Errc::unknown, "WRONGTYPE");
  server->ask({"CONFIG", "SET", "maxmemory", "1"});
  expect_error(run_fenced(context.get(), token(2, 2), {}), Errc::not_applied, "OOM");
  server->ask({"CONFIG", "SET", "maxmemory", "0"});
  server->kill_hard();
  expect_error(run_fenced(context.get(), token(2, 2), {}), Errc::unknown, "broke");
  expect_error(run_fenced(context.get(), token(2, 2), {}), Errc::misuse, "broken");
}

}  // namespace
}  // namespace leasehold
