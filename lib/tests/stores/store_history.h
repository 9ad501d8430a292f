// Many at once ask a store about one key, and write down what they saw.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "lib/tests/machine_model.h"
#include "lib/tests/stores/linearizable.h"
#include "lib/tests/stores/lossy_proxy.h"

namespace leasehold {

/// What callers know of the key: of what was answered to any of them, the latest.
struct Rumours {
  std::atomic<Term> term = 0;
  std::atomic<Version> version = 0;
};

/// Makes a call, with trouble or without.
using Caller = std::function<StoreReply(Store&, const StoreCall&, core::SplitMix&)>;

inline StoreReply undisturbed(Store& store, const StoreCall& call, core::SplitMix&) {
  return perform(store, call);
}

/// One call in eight loses its answer, and so does whatever else is under way meanwhile. By calls
/// and not by time: a slow machine loses as many as a fast one.
inline Caller losing_answers(LossyProxy& proxy) {
  return [&proxy](Store& store, const StoreCall& call, core::SplitMix& random) {
    if (!random.one_in(8)) return perform(store, call);
    proxy.set(random.one_in(8) ? LossyProxy::Fault::answers_vanish
                               : LossyProxy::Fault::cut_before_answer);
    StoreReply reply = perform(store, call);
    proxy.set(LossyProxy::Fault::none);
    return reply;
  };
}

/// One caller's calls, on a connection of its own. Leases are of a day.
inline std::vector<Observed> calls_of(Store& store, const std::string& key, std::uint64_t seed,
                                      int calls, Rumours& rumours, const Caller& make) {
  core::SplitMix random(seed);
  std::vector<Observed> observed;
  const auto now = [] { return std::chrono::steady_clock::now().time_since_epoch().count(); };
  OwnerId owner;
  Term term = 0;
  for (int i = 0; i < calls; ++i) {
    StoreCall call;
    call.key = key;
    call.lease = std::chrono::hours(24);
    call.info = std::to_string(seed % 3);
    call.request.kind = static_cast<core::Request::Kind>(random.below(4));
    // One that has a tenure uses it, or lets it go.
    if (!owner || random.one_in(6)) owner = OwnerId{seed, 1 + random.below(1000)};
    call.request.owner = owner;
    call.request.term = random.one_in(8) ? rumours.term + random.below(2) : rumours.term.load();
    if (call.request.kind != core::Request::Kind::acquire && term != 0) call.request.term = term;
    call.request.seq = 1 + random.below(6);
    call.request.renew_id = RenewId{seed, 1 + random.below(1000)};
    // By an observer who waited long enough: so that tenures end without a release, too.
    if (random.one_in(4)) call.request.unchanged = rumours.version.load();
    Observed one;
    one.call = call;
    one.asked = now();
    one.reply = make(store, call, random);
    one.answered = now();
    const core::Answer& answer = one.reply.answer;
    if (answer.kind == core::Answer::Kind::granted) term = answer.term;
    if (answer.term != 0) rumours.term = answer.term;
    if (answer.version != 0) rumours.version = answer.version;
    observed.push_back(std::move(one));
  }
  return observed;
}

/// `stores` are asked at once, each by a thread of its own.
inline std::vector<Observed> history_of(const std::vector<std::unique_ptr<Store>>& stores,
                                        const std::string& key, std::uint64_t seed, int calls,
                                        const Caller& make = undisturbed) {
  Rumours rumours;
  std::mutex mutex;
  std::vector<Observed> all;
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < stores.size(); ++i) {
    threads.emplace_back([&, i] {
      auto mine = calls_of(*stores[i], key, seed * 100 + i, calls, rumours, make);
      const std::scoped_lock lock(mutex);
      for (Observed& one : mine) all.push_back(std::move(one));
    });
  }
  for (std::thread& thread : threads) thread.join();
  return all;
}

/// What a set of histories came to.
struct Tally {
  int good = 0;
  int unknown_calls = 0;
  int granted = 0;
  int undecided = 0;
};

/// Judges a history; one that is not that of a fenced lock fails the test.
inline void judge(const std::vector<Observed>& history, Tally& tally) {
  for (const Observed& one : history) {
    if (one.reply.answer.kind == core::Answer::Kind::unknown) ++tally.unknown_calls;
    if (one.reply.answer.kind == core::Answer::Kind::granted) ++tally.granted;
    EXPECT_NE(one.reply.answer.kind, core::Answer::Kind::misuse) << one.reply.detail;
  }
  switch (Linearizer(history).search()) {
    case Linearizable::yes:
      ++tally.good;
      break;
    case Linearizable::too_long:
      ++tally.undecided;
      break;
    case Linearizable::no: {
      std::string text;
      for (const Observed& one : history) {
        text += std::to_string(one.asked) + " to " + std::to_string(one.answered) + ": kind " +
                std::to_string(static_cast<int>(one.call.request.kind)) + " owner " +
                to_string(one.call.request.owner) + " term " +
                std::to_string(one.call.request.term) + " -> " +
                std::to_string(static_cast<int>(one.reply.answer.kind)) + " term " +
                std::to_string(one.reply.answer.term) + " version " +
                std::to_string(one.reply.answer.version) + "\n";
      }
      ADD_FAILURE() << "no order of these calls is that of one fenced lock:\n" << text;
    }
  }
}

/// So many histories, each of another key.
inline void expect_one_fenced_lock(const std::vector<std::unique_ptr<Store>>& stores,
                                   int histories) {
  Tally tally;
  for (std::uint64_t seed = 1; seed <= static_cast<std::uint64_t>(histories); ++seed) {
    judge(history_of(stores, "key " + std::to_string(seed), seed, 12), tally);
    ASSERT_FALSE(testing::Test::HasFailure()) << "seed " << seed;
  }
  EXPECT_EQ(tally.good, histories);
  EXPECT_EQ(tally.unknown_calls, 0);
  EXPECT_GE(tally.granted, 3 * histories);
}

/// The same while answers are lost, by `proxy`, through which `stores` go.
inline void expect_one_fenced_lock(const std::vector<std::unique_ptr<Store>>& stores, int histories,
                                   LossyProxy& proxy) {
  for (const auto& store : stores) ASSERT_TRUE(store);
  Tally tally;
  for (std::uint64_t seed = 1; seed <= static_cast<std::uint64_t>(histories); ++seed) {
    judge(history_of(stores, "key " + std::to_string(seed), seed, 8, losing_answers(proxy)), tally);
  }
  testing::Test::RecordProperty("unknown_calls", tally.unknown_calls);
  testing::Test::RecordProperty("undecided", tally.undecided);
  EXPECT_GE(tally.unknown_calls, 1);
  EXPECT_GE(tally.granted, 1);
}

}  // namespace leasehold
