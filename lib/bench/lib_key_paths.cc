// The key paths of the library: the machine, the stores of this machine, and a guard.
#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <leasehold/client.h>
#include <leasehold/memory_store.h>
#include <leasehold/sqlite_store.h>
#include "lib/bench/key_paths.h"
#include "lib/src/core/machine.h"
#include "lib/src/runtime/system_clock.h"
#include "lib/src/runtime/system_random.h"
#include "lib/tests/machine_model.h"
#include "lib/tests/temp_dir.h"

namespace leasehold::bench {
namespace {

using namespace std::chrono_literals;

/// A machine and what it asked for last.
struct Machine {
  core::Request feed(Length at, const core::Event& event) {
    effects.clear();
    core::step(config, state, {Instant<LocalClock>::at_ns(at.count()), {}}, event, random, effects);
    for (const core::Effect& effect : effects) {
      if (const auto* request = std::get_if<core::Request>(&effect)) return *request;
    }
    return {};
  }
  core::Answer granted(Length at, Term term) const {
    return {.kind = core::Answer::Kind::granted, .term = term, .expires_at = ends(at)};
  }
  core::Answer renewed(Length at) const {
    return {.kind = core::Answer::Kind::renewed, .expires_at = ends(at)};
  }
  Instant<StoreClock> ends(Length at) const {
    return Instant<StoreClock>::at_ns((at + config.timing.lease).count());
  }

  const Config config = host_preset();
  core::State state;
  core::SplitMix random{1};
  core::Effects effects;
};

void core_tenure(int times) {
  Machine machine;
  Length now = 1s;
  for (Term term = 1; term <= static_cast<Term>(times); ++term, now += 1s) {
    const auto acquire = machine.feed(now, core::Join{});
    machine.feed(now, core::Reply{acquire, machine.granted(now, term)});
    must(machine.state.tenure.has_value(), "nothing is held");
    const auto release = machine.feed(now, core::Leave{machine.state.tenure->id()});
    machine.feed(now, core::Reply{release, {.kind = core::Answer::Kind::released}});
  }
}

void core_renewal(int times) {
  Machine machine;
  const auto acquire = machine.feed(1s, core::Join{});
  machine.feed(1s, core::Reply{acquire, machine.granted(1s, 1)});
  for (int i = 0; i < times; ++i) {
    const Length now(next_wake(machine.config, machine.state).ns());
    const auto renew = machine.feed(now, core::Alarm{});
    must(renew.kind == core::Request::Kind::renew, "it does not renew");
    machine.feed(now, core::Reply{renew, machine.renewed(now)});
  }
}

AcquireRequest ask(const std::string& key, std::uint64_t owner, Term expected) {
  return {.key = key,
          .owner = {1, owner},
          .expected_term = expected,
          .lease = 1h,
          .info = "key path",
          .unchanged = std::nullopt};
}

void take(Store& store, const std::string& key, std::uint64_t owner, Term expected) {
  const auto taken = store.acquire(ask(key, owner, expected));
  must(taken && std::holds_alternative<Granted>(taken->answer), "it is not granted");
}

void cycles(Store& store, int times) {
  for (int i = 0; i < times; ++i) {
    const auto owner = static_cast<std::uint64_t>(i) + 1;
    take(store, "k", owner, static_cast<Term>(i));
    must(store.release({"k", {1, owner}, static_cast<Term>(i) + 1}).has_value(), "not released");
  }
}

void find_busy(Store& store, int times) {
  take(store, "k", 1, 0);
  for (int i = 0; i < times; ++i) {
    const auto answer = store.acquire(ask("k", 2, 1));
    must(answer && std::holds_alternative<Busy>(answer->answer), "two have it");
  }
}

void renew_100(Store& store, int times) {
  std::vector<RenewRequest> batch;
  for (int i = 0; i < 100; ++i) {
    take(store, std::to_string(i), 1, 0);
    batch.push_back({std::to_string(i), {1, 1}, 1, 0, {}, 1h});
  }
  for (int i = 1; i <= times; ++i) {
    for (RenewRequest& one : batch) {
      one.seq = static_cast<Seq>(i);
      one.renew_id = {1, one.seq};
    }
    const auto renewed = store.renew(batch);
    must(renewed && std::holds_alternative<Renewed>(renewed->answer.back()), "a lock is lost");
  }
}

KeyPath in_memory(void (*path)(Store&, int)) {
  return [path](int times) {
    SystemRandom random;
    MemoryStore store(SystemClock::shared(), random);
    path(store, times);
  };
}

KeyPath in_sqlite(void (*path)(Store&, int)) {
  return [path](int times) {
    const TempDir directory;
    const auto store = SqliteStore::open(directory.file("locks.db"), {});
    must(store.has_value(), "SQLite can't be opened");
    path(**store, times);
  };
}

void join_and_drop(int times) {
  const auto client = open("memory:");
  const Lock lock = client->lock("k");
  const Guard first = std::move(lock.acquire({})).guard();
  for (int i = 0; i < times; ++i) must(static_cast<bool>(lock.acquire({})), "it can't be joined");
}

}  // namespace
}  // namespace leasehold::bench

int main(int count, char** arguments) {
  using namespace leasehold::bench;
  return run_key_path({{"core_renewal", core_renewal},
                       {"core_tenure", core_tenure},
                       {"guard_join_and_drop", join_and_drop},
                       {"memory_acquire_and_release", in_memory(cycles)},
                       {"memory_busy", in_memory(find_busy)},
                       {"memory_renew_100", in_memory(renew_100)},
                       {"sqlite_acquire_and_release", in_sqlite(cycles)},
                       {"sqlite_busy", in_sqlite(find_busy)},
                       {"sqlite_renew_100", in_sqlite(renew_100)}},
                      count, arguments);
}
