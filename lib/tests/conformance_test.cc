// The stores of this library keep the contract, in virtual and in real time.
#include <chrono>
#include <functional>
#include <memory>
#include <sstream>
#include <string>
#include <tuple>

#include <gtest/gtest.h>

#include <leasehold/conformance.h>
#include <leasehold/memory_store.h>
#include <leasehold/sqlite_store.h>
#include "lib/tests/conformance_subject.h"
#include "lib/tests/temp_dir.h"

namespace leasehold::conformance {
namespace {

using namespace std::chrono_literals;

class MemorySubject final : public VirtualSubject {
 public:
  explicit MemorySubject(Authority authority)
      : store_(clock(), random(), {.authority = authority, .skew = std::chrono::milliseconds(50)}) {
  }
  Store& store() override { return store_; }

 private:
  MemoryStore store_;
};

class SqliteSubject final : public VirtualSubject {
 public:
  Store& store() override { return *one_; }
  Store& another() override { return *two_; }

 private:
  std::unique_ptr<SqliteStore> open() {
    const Length tick(clock().tick().ns());
    auto opened =
        SqliteStore::open(dir_.file("locks.db"), {.resolution = tick}, clock(), random(), "test");
    EXPECT_TRUE(opened) << opened.error().detail;
    return std::move(opened).value();
  }

  const TempDir dir_;
  const std::unique_ptr<SqliteStore> one_ = open();
  const std::unique_ptr<SqliteStore> two_ = open();
};

/// The store as users open it, with real leases.
std::unique_ptr<Subject> real_sqlite() {
  // Its directory goes when nobody can open the file any more, at the end of the test's process.
  static const TempDir dir;
  static int files = 0;
  const std::string file = dir.file("locks" + std::to_string(++files) + ".db");
  const auto open = [&]() -> std::unique_ptr<Store> {
    auto opened = SqliteStore::open(file, {.any_filesystem = true});
    EXPECT_TRUE(opened) << opened.error().detail;
    return std::move(opened).value();
  };
  auto one = open();
  return std::make_unique<RealSubject>(std::move(one), open(), 200ms);
}

struct Kit {
  const char* name;
  bool in_virtual_time;
  std::function<std::unique_ptr<Subject>()> make;
};

const Kit kits[] = {
    {"Memory", true, [] { return std::make_unique<MemorySubject>(Authority::host_clock); }},
    {"MemoryWallClock", true,
     [] { return std::make_unique<MemorySubject>(Authority::wall_clock); }},
    {"MemoryObserved", true,
     [] { return std::make_unique<MemorySubject>(Authority::observation); }},
    {"Sqlite", true, [] { return std::make_unique<SqliteSubject>(); }},
    {"SqliteInRealTime", false, &real_sqlite}};

class Conformance : public testing::TestWithParam<std::tuple<Kit, Case>> {};

TEST_P(Conformance, Holds) {
  const auto& [kit, rule] = GetParam();
  const auto subject = kit.make();
  expect_kept(rule, *subject, kit.in_virtual_time);
}

INSTANTIATE_TEST_SUITE_P(Stores, Conformance,
                         testing::Combine(testing::ValuesIn(kits),
                                          testing::ValuesIn(cases().begin(), cases().end())),
                         [](const auto& about) {
                           return std::string(std::get<0>(about.param).name) + "_" +
                                  std::get<1>(about.param).name;
                         });

TEST(ConformanceSuite, RunsOnAStoreThatIsNotEmptyAndSaysWhatDoesNotApply) {
  MemorySubject subject(Authority::host_clock);
  for (int times = 0; times < 2; ++times) {
    std::ostringstream out;
    EXPECT_TRUE(run_all(subject, out));
    EXPECT_EQ(out.str(),
              "observed_lease_is_never_judged: not applicable: leases of this store are judged\n");
  }
}

}  // namespace
}  // namespace leasehold::conformance
