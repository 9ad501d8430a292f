// Guards that outlive what they came from: a client, a store that hangs, a program. Nothing here
// depends on how long anything takes.
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <tuple>
#include <utility>

#include <gtest/gtest.h>

#include <leasehold/client.h>
#include <leasehold/memory_store.h>
#include <leasehold/sqlite_store.h>
#include "lib/src/runtime/system_clock.h"
#include "lib/src/runtime/system_random.h"
#include "lib/src/stores/sqlite/sidecar.h"
#include "lib/tests/actor.h"
#include "lib/tests/hanging_store.h"
#include "lib/tests/sqlite_user.h"
#include "lib/tests/temp_dir.h"

namespace leasehold {
namespace {

using namespace std::chrono_literals;
using doubles::Call;
using doubles::Hang;
using doubles::HangingStore;

Guard must(Grant grant) {
  EXPECT_TRUE(grant) << grant.refusal().text();
  return std::move(grant).guard();
}

/// Renews at once and all the time, waits for no answer, and never runs out in a test.
Config eager() {
  Config config = host_preset();
  config.timing.lease = 48h;
  config.timing.renew_every = 20ms;
  config.timing.request_timeout = 20ms;
  return config;
}

/// Everything that a guard can be asked, of one that is dead.
void expect_dead(Guard& guard, const Fence& fence) {
  EXPECT_FALSE(guard.is_held());
  EXPECT_EQ(guard.remaining(), Length::zero());
  EXPECT_EQ(guard.lost(), LossReason::closed);
  EXPECT_EQ(guard.fence(), fence) << "it names its tenure for ever";
  const Guard moved = std::move(guard);
  EXPECT_FALSE(moved.is_held());
}

// --- a store that hangs
// ---------------------------------------------------------------------------

enum class End { closed, destroyed };

class ClosingWhileTheStoreHangs : public testing::TestWithParam<std::tuple<Call, End>> {
 protected:
  ClosingWhileTheStoreHangs() {
    auto made = Client::over(std::make_unique<HangingStore>(store_, hang_), eager(), {});
    EXPECT_TRUE(made) << made.error().detail;
    client_ = std::make_unique<Client>(std::move(made).value());
    lock_ = std::make_unique<Lock>(client_->lock("k"));
  }
  // Whoever still hangs uses what is here.
  void TearDown() override {
    for (const Call call : {Call::acquire, Call::renew, Call::release, Call::abandon}) {
      hang_->let_go(call);
    }
    hang_->wait_for_nobody();
  }
  void end() {
    if (std::get<End>(GetParam()) == End::closed) {
      client_->close();
    } else {
      client_.reset();
    }
  }
  /// Begins a call that hangs, and leaves the guard that there is, if any.
  Guard begin(Call call);

  const std::shared_ptr<Hang> hang_ = std::make_shared<Hang>();
  std::unique_ptr<Client> client_;
  std::unique_ptr<Lock> lock_;
  std::promise<Refusal::Why> refused_;

 private:
  // For ever, as the library's own are: threads of a client that hung may be here to the very end.
  static MemoryStore& forever() {
    return *new MemoryStore(SystemClock::shared(), SystemRandom::shared());
  }
  const std::shared_ptr<Store> store_{&forever()};
};

Guard ClosingWhileTheStoreHangs::begin(Call call) {
  Guard guard;
  if (call == Call::renew || call == Call::release) guard = must(lock_->acquire({}));
  std::stop_source stop;
  if (call == Call::acquire || call == Call::abandon) {
    hang_->on(Call::acquire);
    lock_->acquire_async({.stop = stop.get_token()}, [this](Grant grant) {
      refused_.set_value(grant ? Refusal::Why::busy : grant.refusal().why);
    });
    hang_->wait_for(Call::acquire);
  }
  hang_->on(call);
  if (call == Call::release) guard.drop();
  if (call == Call::abandon) {
    stop.request_stop();
    EXPECT_EQ(refused_.get_future().get(), Refusal::Why::cancelled);
    hang_->let_go(Call::acquire);
  }
  hang_->wait_for(call);
  return guard;
}

TEST_P(ClosingWhileTheStoreHangs, ReturnsAndLeavesDeadGuards) {
  const Call call = std::get<Call>(GetParam());
  Guard guard = begin(call);
  const Fence fence = guard.fence();
  end();
  if (call == Call::renew) expect_dead(guard, fence);
  EXPECT_TRUE(call != Call::acquire || refused_.get_future().get() == Refusal::Why::closed);
  const Grant late = lock_->try_acquire();
  ASSERT_FALSE(late);
  EXPECT_EQ(late.refusal().why, Refusal::Why::closed);
  // What was stuck comes back to a client that is not there any more.
  hang_->let_go(call);
  hang_->wait_for_nobody();
  EXPECT_FALSE(guard.is_held());
}

std::string name_of(const testing::TestParamInfo<std::tuple<Call, End>>& about) {
  const char* const calls[] = {"Acquire", "Renew", "Release", "Abandon"};
  const bool closed = std::get<End>(about.param) == End::closed;
  return std::string("In") + calls[static_cast<int>(std::get<Call>(about.param))] +
         (closed ? "Closed" : "Destroyed");
}
INSTANTIATE_TEST_SUITE_P(Calls, ClosingWhileTheStoreHangs,
                         testing::Combine(testing::Values(Call::acquire, Call::renew, Call::release,
                                                          Call::abandon),
                                          testing::Values(End::closed, End::destroyed)),
                         name_of);

// --- SQLite
// ---------------------------------------------------------------------------------------

struct SqliteLifetime : testing::Test {
  std::unique_ptr<SqliteStore> store() const {
    auto opened = SqliteStore::open(file, {.busy_wait = 10min, .any_filesystem = true});
    EXPECT_TRUE(opened) << opened.error().detail;
    return std::move(opened).value();
  }
  std::unique_ptr<Client> client() const {
    auto made = Client::over(store(), eager(), {});
    EXPECT_TRUE(made) << made.error().detail;
    return std::make_unique<Client>(std::move(made).value());
  }
  static RecordView record(Store& store) { return store.inspect("k")->answer.value(); }

  const TempDir dir;
  const std::string file = dir.file("locks.db");
};

TEST_F(SqliteLifetime, GuardsAndLocksOutliveTheirClient) {
  const auto others = store();
  auto first = client();
  const Lock lock = first->lock("k");
  Guard one = must(lock.acquire({}));
  Guard two = must(lock.acquire({}));
  const Fence fence = one.fence();
  const std::stop_token stop = one.stop_token();
  first.reset();
  expect_dead(one, fence);
  expect_dead(two, fence);
  EXPECT_TRUE(stop.stop_requested() || stop.stop_possible()) << "the token may be asked";
  const Grant late = lock.acquire({});
  ASSERT_FALSE(late);
  EXPECT_EQ(late.refusal().why, Refusal::Why::closed);
  one.drop();
  two.drop();
  EXPECT_EQ(record(*others).term, fence.term) << "nothing but the release came of them";
}

// The store hangs in earnest: another writer stands still in the file.
TEST_F(SqliteLifetime, AWriterThatStandsStillHangsNoClose) {
  const auto others = store();
  Guard guard;
  Fence fence;
  SqliteUser writer(file);
  {
    const auto holder = client();
    guard = must(holder->lock("k").acquire({}));
    fence = guard.fence();
    sqlite3_busy_timeout(writer.db(), 600'000);
    writer.run("BEGIN IMMEDIATE");
  }
  expect_dead(guard, fence);
  EXPECT_TRUE(record(*others).owner) << "nobody could write that it is free";
  writer.run("COMMIT");
  guard.drop();
}

// A thread that a hanging store keeps is still there when the program has destroyed what it had.
TEST_F(SqliteLifetime, AThreadThatWasLeftBehindSurvivesTheEndOfTheProgram) {
  const Performance performed = perform_actor({"leave", file});
  EXPECT_EQ(performed.code, 0);
  EXPECT_EQ(performed.text, "closed\ncommitted\nreleased\n");
}

// What a program that was started by a holder has of the lock: nothing.
TEST_F(SqliteLifetime, AnExecdProgramHasNeitherFilesNorLocks) {
  const auto holder = client();
  const Guard guard = must(holder->lock("k").acquire({}));
  const auto others = store();
  // Another file's, because the holder's own is taken and left all the time.
  const auto sidecar = stores::Sidecar::open(dir.file("gate.db")).value();
  auto ours = std::make_unique<stores::Gate>(sidecar);
  ASSERT_TRUE(ours->enter(stores::Patience(0s)));
  Pipe to_child;
  Pipe from_child;
  Actor child({"files", dir.path().string()}, to_child, from_child);
  from_child.close_in();
  EXPECT_EQ(from_child.line(), "listed") << "nothing else: it has none of our files";
  // As if we had died in our turn: a descriptor that the program had would keep the lock.
  ours.reset();
  stores::Gate next(sidecar);
  EXPECT_TRUE(next.enter(stores::Patience(0s)));
  next.leave();
  EXPECT_TRUE(guard.is_held());
  const Seq seq = record(*others).seq;
  while (record(*others).seq <= seq) std::this_thread::sleep_for(1ms);  // it is renewed
  EXPECT_EQ(record(*others).term, guard.fence().term);
  to_child.close_in();
  EXPECT_EQ(child.wait(), 0);
  EXPECT_TRUE(guard.is_held());
}

// A holder that becomes another program holds no longer: its lease runs out, and no lock of a file
// stays with the process.
TEST_F(SqliteLifetime, AHolderThatExecsIsFollowedByAnother) {
  Pipe to_child;
  Pipe from_child;
  Actor child({"become", file, dir.path().string()}, to_child, from_child);
  from_child.close_in();
  EXPECT_EQ(from_child.line(), "granted");
  EXPECT_EQ(from_child.line(), "listed") << "nothing else: it has none of our files";
  const auto others = store();
  bool granted = false;
  while (!granted) {
    const auto answered = others->acquire({.key = "k",
                                           .owner = {6, 1},
                                           .expected_term = 1,
                                           .lease = 1h,
                                           .info = "next",
                                           .unchanged = std::nullopt});
    ASSERT_TRUE(answered) << answered.error().detail;
    granted = std::holds_alternative<Granted>(answered->answer);
  }
  to_child.close_in();
  EXPECT_EQ(child.wait(), 0);
}

}  // namespace
}  // namespace leasehold
