// The Matrix Rust SDK's own lock cases, where what they ask for is sound, in this library's API.
//
// A test names the case that it follows: unless it says otherwise, of `mod tests` in
// crates/matrix-sdk-common/src/cross_process_lock.rs (store_locks.rs before it was renamed). Facts
// were carried over, no text. Where our answer is another one on purpose, the test says which and
// why.
//
// How time goes here. A client counts on the real boot clock and can be given no other, so these
// use the one authority under which that does not matter: `store_clock`, where the store alone says
// that a lease is over. Its clock stands still but where a test moves it. Leases last an hour, so
// that no renewal falls due and no guard runs out however slow the machine is. A process dies by
// being cut off from the store and never asked again.
#include <atomic>
#include <future>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <variant>

#include <gtest/gtest.h>

#include <leasehold/sqlite_store.h>
#include "lib/tests/client_fixture.h"
#include "lib/tests/connection.h"
#include "lib/tests/doubles.h"
#include "lib/tests/temp_dir.h"

namespace leasehold {
namespace {

using namespace std::chrono_literals;

/// A process: its client, named as the seed names a holder, and its connection.
class Process {
 public:
  Process(const std::shared_ptr<Store>& store, const Config& config, const std::string& name)
      : client_(ClientFixture::over(std::make_unique<doubles::Connection>(store, down_), config,
                                    Client::Options{name, {}})) {}
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  // A client that closes while it is cut off waits for the store.
  ~Process() { cut_off(false); }

  Lock lock() const { return client_.lock("key"); }
  void cut_off(bool yes = true) { *down_ = yes; }

 private:
  const std::shared_ptr<std::atomic<bool>> down_ = std::make_shared<std::atomic<bool>>(false);
  const Client client_;
};

/// Every `renew_every` a renewal, and as long to wait for any answer.
Config leases_of_an_hour(Length renew_every) {
  Config config;
  config.authority = Authority::store_clock;
  config.timing = {.lease = 1h,
                   .renew_every = renew_every,
                   .request_timeout = renew_every,
                   .retry_pause = 10ms,
                   .longest_wait = 50ms,
                   .min_useful = 1s};
  config.bounds.resolution = 1ns;
  return config;
}

struct SeedCases : testing::Test {
  bool owned() const { return static_cast<bool>(store->inspect("key")->answer->owner); }
  static Refusal::Why refused(const Grant& grant) {
    EXPECT_FALSE(grant);
    return grant ? Refusal::Why::closed : grant.refusal().why;
  }
  // Waits for the store, so that the key is free afterwards.
  static void release(Guard guard) {
    EXPECT_EQ(guard.release().what, ReleaseOutcome::What::released);
    EXPECT_FALSE(guard.is_held());
  }

  const Config config = leases_of_an_hour(10min);
  doubles::ManualClock clock;
  doubles::SequenceRandom random;
  const std::shared_ptr<MemoryStore> store = std::make_shared<MemoryStore>(
      clock, random, MemoryStore::Options{.authority = Authority::store_clock});
  Process first{store, config, "first"};
  Process second{store, config, "second"};
};

// test_simple_lock_unlock
TEST_F(SeedCases, LocksAndUnlocksByATryAndByAWait) {
  Guard guard = must(first.lock().try_acquire());
  EXPECT_TRUE(guard.is_held());
  EXPECT_TRUE(owned());
  release(std::move(guard));
  EXPECT_FALSE(owned());

  guard = must(first.lock().acquire({}));
  EXPECT_TRUE(guard.is_held());
  EXPECT_TRUE(owned());
  release(std::move(guard));
  EXPECT_FALSE(owned());
}

// test_self_recovery, as far as it is sound: the handle is forgotten, and another one of the same
// process gets the lock at once.
TEST_F(SeedCases, AForgottenHandleIsMadeAnewAndHasTheLockStill) {
  auto handle = std::make_unique<Lock>(first.lock());
  const Guard guard = must(handle->try_acquire());
  handle.reset();
  const Guard again = must(first.lock().try_acquire());
  EXPECT_EQ(again.fence(), guard.fence()) << "one tenure";
  EXPECT_EQ(refused(second.lock().try_acquire()), Refusal::Why::busy);
}

// test_self_recovery, where we differ: there whoever bears the holder's name has the lock, so that
// two processes of one name have it both. Here a process that comes back is a new owner. It waits
// until the lease that it left behind has lapsed, and then takes it.
TEST_F(SeedCases, AProcessThatComesBackTakesItsLapsedLockUnderANewTerm) {
  const Guard lost = must(first.lock().try_acquire());
  const Fence before = lost.fence();
  first.cut_off();

  const Process recovered{store, config, "first"};
  EXPECT_EQ(refused(recovered.lock().try_acquire()), Refusal::Why::busy);
  clock.advance(1h);
  EXPECT_EQ(refused(recovered.lock().try_acquire()), Refusal::Why::busy) << "the last moment";
  clock.advance(1ns);
  const Guard guard = must(recovered.lock().try_acquire());
  EXPECT_EQ(guard.fence().term, before.term + 1);
  EXPECT_NE(guard.fence().owner_digest, before.owner_digest);
  EXPECT_EQ(refused(second.lock().try_acquire()), Refusal::Why::busy);
}

// test_multiple_holders_same_process
TEST_F(SeedCases, GuardsOfOneProcessAreCountedAndShareOneLease) {
  Guard one = must(first.lock().try_acquire());
  Guard two = must(first.lock().try_acquire());
  EXPECT_EQ(one.fence(), two.fence());

  one.drop();
  EXPECT_FALSE(one.is_held());
  EXPECT_TRUE(two.is_held());
  EXPECT_EQ(refused(second.lock().try_acquire()), Refusal::Why::busy);

  const Fence before = two.fence();
  two.drop();
  const Guard next = must(second.lock().acquire({}));
  EXPECT_EQ(next.fence().term, before.term + 1);
}

// test_multiple_processes
TEST_F(SeedCases, OfTwoProcessesOneHoldsAndTheOtherIsRefusedOrWaits) {
  Guard one = must(first.lock().try_acquire());
  const Grant busy = second.lock().try_acquire();
  EXPECT_EQ(refused(busy), Refusal::Why::busy);
  EXPECT_EQ(busy.refusal().who, "first") << "the name informs";

  std::promise<Guard> granted;
  second.lock().acquire_async(
      {}, [&granted](Grant grant) { granted.set_value(must(std::move(grant))); });
  one.drop();
  const Guard two = granted.get_future().get();
  EXPECT_TRUE(two.is_held());

  EXPECT_EQ(refused(first.lock().acquire({.within = 1ms})), Refusal::Why::timed_out);
  EXPECT_TRUE(two.is_held());
}

// A released lock is free at once: the second half of test_lease_locks (below) by way of clients.
// There a millisecond must pass, here none does.
TEST_F(SeedCases, AReleasedLockIsFreeAtOnceForWhoTriesOnce) {
  for (Term term = 1; term <= 6; term += 2) {
    Guard one = must(first.lock().try_acquire());
    EXPECT_EQ(one.fence().term, term);
    release(std::move(one));
    Guard two = must(second.lock().try_acquire());
    EXPECT_EQ(two.fence().term, term + 1);
    release(std::move(two));
  }
}

// test_multiple_processes_up_to_dirty. Where we differ: there the first grant of a lock object is
// clean whoever had the lock before, here nothing was loaded yet and so it is "changed".
TEST_F(SeedCases, WhoHasItAgainAfterAnotherIsToldUntilItAcknowledges) {
  const auto take = [](const Process& process, bool changed, bool acknowledges) {
    Guard guard = must(process.lock().try_acquire());
    auto change = guard.changed();
    EXPECT_EQ(change.has_value(), changed);
    if (change && acknowledges) {
      change->acknowledge();
      EXPECT_FALSE(guard.changed());
    }
    release(std::move(guard));
  };
  take(first, true, true);
  take(second, true, true);
  for (int times = 0; times < 3; ++times) {
    take(first, true, false);
    take(first, true, true);
    take(first, false, false);
    take(second, true, true);
  }
}

// CrossProcessLockState::Dirty, where the documentation promises that the lock "will report" it
// until it is cleared. There a task that joins a live guard is told "clean" all the same.
TEST_F(SeedCases, WhoJoinsALiveGuardIsToldOfTheChangeToo) {
  Guard before = must(first.lock().try_acquire());
  before.changed()->acknowledge();
  release(std::move(before));
  release(must(second.lock().try_acquire()));

  const Guard one = must(first.lock().try_acquire());
  const Guard two = must(first.lock().try_acquire());
  EXPECT_TRUE(one.changed());
  auto change = two.changed();
  ASSERT_TRUE(change);
  change->acknowledge();
  EXPECT_FALSE(one.changed()) << "one cache, acknowledged once";
}

// The same for a holder whose lease lapses under it. There its guard never learns of it.
TEST_F(SeedCases, AHolderThatLostAndRetookIsToldOfTheChangeUntilItAcknowledges) {
  Process holder{store, leases_of_an_hour(1s), "holder"};
  Guard guard = must(holder.lock().acquire({}));
  guard.changed()->acknowledge();
  ASSERT_FALSE(guard.changed());
  std::promise<LossReason> lost;
  guard.on_lost([&lost](LossReason reason) { lost.set_value(reason); });

  holder.cut_off();
  clock.advance(1h + 1ns);
  Guard others = must(second.lock().try_acquire());
  const Fence between = others.fence();
  EXPECT_EQ(between.term, guard.fence().term + 1);
  holder.cut_off(false);  // its next renewal is refused
  EXPECT_EQ(lost.get_future().get(), LossReason::superseded);
  EXPECT_FALSE(guard.is_held());
  EXPECT_TRUE(others.is_held());
  release(std::move(others));

  Guard again = must(holder.lock().acquire({}));
  EXPECT_EQ(again.fence().term, between.term + 1);
  EXPECT_TRUE(again.changed());
  EXPECT_FALSE(guard.is_held()) << "a dead guard stays dead";
  auto change = again.changed();
  ASSERT_TRUE(change) << "told again";
  change->acknowledge();
  EXPECT_FALSE(again.changed());
}

// test_generation_counter_invalidates_olm_machine, crates/matrix-sdk/src/encryption/mod.rs: what a
// process keeps stands while it alone has the lock, and falls when another had it between.
TEST_F(SeedCases, ACacheStandsOverOwnTenuresAndFallsWithAnothers) {
  Cache machine;
  const auto take = [&machine](const Process& process, bool changed) {
    Guard guard = must(process.lock().try_acquire());
    EXPECT_EQ(guard.changed(machine).has_value(), changed);
    if (auto change = guard.changed(machine)) change->acknowledge();
    release(std::move(guard));
  };
  take(first, true);
  take(first, false);
  take(first, false);
  release(must(second.lock().try_acquire()));
  take(first, true);
}

// test_generation_counter_no_spurious_invalidation, same file: what was loaded before the lock was
// first used falls at the first grant if another had it since, and not at the second.
TEST_F(SeedCases, ACacheFromBeforeTheFirstGrantFallsOnceIfAnotherHadTheLockSince) {
  Cache machine;
  machine.loaded(first.lock().term().value());
  release(must(second.lock().try_acquire()));
  {
    Guard guard = must(first.lock().try_acquire());
    auto change = guard.changed(machine);
    ASSERT_TRUE(change);
    change->acknowledge();
    release(std::move(guard));
  }
  Guard again = must(first.lock().try_acquire());
  EXPECT_FALSE(again.changed(machine));
}

/// The store alone, in virtual time.
struct LeaseLocks : testing::TestWithParam<const char*> {
  static constexpr OwnerId alice{0, 1};
  static constexpr OwnerId bob{0, 2};

  std::unique_ptr<Store> make() {
    if (GetParam() == std::string("Memory")) return std::make_unique<MemoryStore>(clock, random);
    auto opened =
        SqliteStore::open(directory.file("locks.db"), SqliteStore::Options{}, clock, random, "t");
    EXPECT_TRUE(opened) << opened.error().detail;
    return std::move(opened).value();
  }
  AcquireAnswer asks(const OwnerId& owner, Term expected) {
    const auto answered = store->acquire({.key = "key",
                                          .owner = owner,
                                          .expected_term = expected,
                                          .lease = 300ms,
                                          .info = "somebody",
                                          .unchanged = std::nullopt});
    EXPECT_TRUE(answered) << answered.error().detail;
    return answered->answer;
  }
  /// The term of the tenure that begins, 0 if none does.
  Term takes(const OwnerId& owner, Term expected) {
    const AcquireAnswer answer = asks(owner, expected);
    const auto* const granted = std::get_if<Granted>(&answer);
    return granted != nullptr ? granted->term : 0;
  }
  bool is_refused(const OwnerId& owner, Term expected) {
    return std::holds_alternative<Busy>(asks(owner, expected));
  }
  bool renews(const OwnerId& owner, Term term, Seq seq) {
    const RenewRequest request{.key = "key",
                               .owner = owner,
                               .term = term,
                               .seq = seq,
                               .renew_id = RenewId{7, seq},
                               .lease = 300ms};
    const auto answered = store->renew(std::span(&request, 1));
    EXPECT_TRUE(answered) << answered.error().detail;
    return std::holds_alternative<Renewed>(answered->answer.front());
  }
  bool releases(const OwnerId& owner, Term term) {
    const auto answered = store->release({.key = "key", .owner = owner, .term = term});
    EXPECT_TRUE(answered) << answered.error().detail;
    return std::holds_alternative<Released>(answered->answer);
  }

  const TempDir directory;
  doubles::ManualClock clock{Instant<LocalClock>::at_ns(1'000'003)};
  doubles::SequenceRandom random;
  const std::unique_ptr<Store> store = make();
};

// test_lease_locks of the stores' integration tests: crates/matrix-sdk-base/src/event_cache/store
// and src/media/store (with generations), crates/matrix-sdk-crypto/src/store (without). What one
// call does there, by its lease and by whom it finds, is acquire, renew and release here, and a
// lease of 0 is `misuse`. A generation rises with the holder's name; a term at every tenure.
TEST_P(LeaseLocks, GoFromHandToHandByReleaseAndByExpiry) {
  ASSERT_EQ(takes(alice, 0), 1U) << "nobody had it";
  EXPECT_TRUE(renews(alice, 1, 1));
  EXPECT_TRUE(renews(alice, 1, 2)) << "extends: the term is the same";
  EXPECT_TRUE(is_refused(bob, 1));
  EXPECT_TRUE(is_refused(bob, 1)) << "asking again does not help";
  clock.advance(50ms);
  EXPECT_TRUE(is_refused(bob, 1));
  clock.advance(250ms);
  EXPECT_TRUE(is_refused(bob, 1)) << "the lease ends after its last moment";
  clock.advance(1ns);
  ASSERT_EQ(takes(bob, 1), 2U);
  EXPECT_FALSE(renews(alice, 1, 3)) << "what lapsed is not extended";
  EXPECT_FALSE(releases(alice, 1)) << "nor can its release end another's";
  EXPECT_TRUE(is_refused(alice, 2));

  EXPECT_TRUE(releases(bob, 2));
  ASSERT_EQ(takes(alice, 2), 3U) << "free at once";
  EXPECT_TRUE(releases(alice, 3));
  ASSERT_EQ(takes(bob, 3), 4U);
  EXPECT_TRUE(is_refused(alice, 4));
  EXPECT_TRUE(renews(bob, 4, 1)) << "the holder holds on";
}

INSTANTIATE_TEST_SUITE_P(Stores, LeaseLocks, testing::Values("Memory", "Sqlite"),
                         [](const auto& about) { return std::string(about.param); });

}  // namespace
}  // namespace leasehold
