// The Redis store keeps the contract, in virtual and in real time.
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <tuple>

#include <gtest/gtest.h>

#include <leasehold/conformance.h>
#include "lib/tests/conformance_subject.h"
#include "lib/tests/stores/redis_server.h"

namespace leasehold::conformance {
namespace {

using namespace std::chrono_literals;

class VirtualRedis final : public VirtualSubject {
 public:
  Store& store() override { return *one_; }
  Store& another() override { return *two_; }

 private:
  std::unique_ptr<RedisStore> open() {
    auto opened =
        RedisStore::open(server_.url(), {.patience = RedisTest::patience}, clock(), random());
    EXPECT_TRUE(opened) << opened.error().detail;
    return std::move(opened).value();
  }

  const RedisServer server_{};
  const std::unique_ptr<RedisStore> one_ = open();
  const std::unique_ptr<RedisStore> two_ = open();
};

/// The store as users open it, with real leases by the server's clock.
class RealRedis final : public Subject {
 public:
  Store& store() override { return real_.store(); }
  Store& another() override { return real_.another(); }
  Length lease() override { return real_.lease(); }
  void pass(Length length) override { real_.pass(length); }
  Length now() override { return real_.now(); }

 private:
  const RedisServer server_{};
  RealSubject real_{RedisTest::opened(server_.url()), RedisTest::opened(server_.url()), 200ms};
};

struct Kit {
  const char* name;
  bool in_virtual_time;
  std::function<std::unique_ptr<Subject>()> make;
};

const Kit kits[] = {{"Redis", true, [] { return std::make_unique<VirtualRedis>(); }},
                    {"RedisInRealTime", false, [] { return std::make_unique<RealRedis>(); }}};

class RedisConformance : public RedisTest,
                         public testing::WithParamInterface<std::tuple<Kit, Case>> {};

TEST_P(RedisConformance, Holds) {
  const auto& [kit, rule] = GetParam();
  const auto subject = kit.make();
  expect_kept(rule, *subject, kit.in_virtual_time);
}

INSTANTIATE_TEST_SUITE_P(Stores, RedisConformance,
                         testing::Combine(testing::ValuesIn(kits),
                                          testing::ValuesIn(cases().begin(), cases().end())),
                         [](const auto& about) {
                           return std::string(std::get<0>(about.param).name) + "_" +
                                  std::get<1>(about.param).name;
                         });

}  // namespace
}  // namespace leasehold::conformance
