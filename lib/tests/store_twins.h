// A store and the memory store, asked the same over one clock: the model is the contract.
#pragma once

#include <cstdlib>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include <leasehold/memory_store.h>
#include "lib/src/shell/async_store.h"
#include "lib/tests/doubles.h"
#include "lib/tests/machine_model.h"

namespace leasehold {

/// How often each kind of answer was given.
using SeenAnswers = std::map<core::Answer::Kind, int>;

/// One generated history of requests that are like those of live processes, of late copies and of
/// clones. Keys begin with `prefix`.
class StoreTwins {
 public:
  static constexpr auto start = Instant<LocalClock>::at_ns(100'000'000'000'000);

  /// `clock` is the one by which both judge, with the store's resolution as its tick; `moved` is
  /// called when it was moved. Where `real` judges nothing, so does the model.
  StoreTwins(std::uint64_t seed, Store& real, doubles::ManualClock& clock,
             std::function<void()> moved, std::string prefix = {})
      : random_(seed),
        clock_(clock),
        moved_(std::move(moved)),
        prefix_(std::move(prefix)),
        step_(clock.tick().ns()),
        model_(clock, ids_, {.authority = real.traits().authority}),
        real_(real) {}

  /// True if both gave the same answers to a request, or to a batch of renewals.
  testing::AssertionResult step() {
    move_time();
    if (random_.one_in(5)) return batch();
    const StoreCall call = any_call();
    const StoreReply real = perform(real_, call);
    learn(call, real);
    return compared(call, perform(model_, call), real);
  }

  testing::AssertionResult records_are_equal() {
    for (const std::string name : {"a", "b"}) {
      const std::string key = prefix_ + name;
      const auto model = model_.inspect(key);
      const auto real = real_.inspect(key);
      if (!real) return testing::AssertionFailure() << real.error().detail;
      if (model->answer.has_value() != real->answer.has_value()) {
        return testing::AssertionFailure() << "one has no record of " << key;
      }
      if (!model->answer) continue;
      const RecordView& m = *model->answer;
      const RecordView& r = *real->answer;
      if (m.version != r.version || m.term != r.term || m.owner != r.owner ||
          m.last_owner != r.last_owner || m.lease != r.lease || m.expires_at != r.expires_at ||
          m.seq != r.seq || m.renew_id != r.renew_id || m.over != r.over || m.left != r.left ||
          m.info != r.info) {
        return testing::AssertionFailure() << "the records of " << key << " differ";
      }
    }
    return testing::AssertionSuccess();
  }

  const SeenAnswers& seen() const { return seen_; }

 private:
  static std::string to_text(const StoreReply& reply) {
    const core::Answer& answer = reply.answer;
    const auto expiry = answer.expires_at ? std::to_string(answer.expires_at->ns()) : "none";
    return "kind " + std::to_string(static_cast<int>(answer.kind)) + " term " +
           std::to_string(answer.term) + " version " + std::to_string(answer.version) + " seq " +
           std::to_string(answer.seq) + " expiry " + expiry + " who " + reply.who;
  }

  testing::AssertionResult compared(const StoreCall& call, StoreReply model, StoreReply real) {
    ++seen_[real.answer.kind];
    model.answer.incarnation = real.answer.incarnation = {};
    if (model.answer == real.answer && model.who == real.who) return testing::AssertionSuccess();
    return testing::AssertionFailure()
           << "request of kind " << static_cast<int>(call.request.kind) << " for " << call.key
           << "\nmodel: " << to_text(model) << "\nstore: " << to_text(real) << " " << real.detail;
  }

  // Mostly on, sometimes back, and rarely so far back that what was written is not to be believed.
  // And often to where something is decided, or a tick beside it: nothing else would get there.
  void move_time() {
    if (!random_.one_in(3)) return;
    if (!moments_.empty() && random_.one_in(2)) {
      clock_.set(any_moment());
      return moved_();
    }
    Length by(random_.below(40'000'000));
    if (random_.one_in(10)) by = -by;
    if (random_.one_in(30)) by = -std::chrono::milliseconds(300);
    // A store sees the time in whole steps of its own, if those are coarse.
    clock_.advance(step_ < 1000 ? by : by / step_ * step_);
    moved_();
  }

  // Where a lease ends, with its lock delay if somebody asked for one, and where it is as far ahead
  // as can be believed.
  Instant<LocalClock> any_moment() {
    const Length leases[] = {{}, {}, std::chrono::milliseconds(100), std::chrono::milliseconds(90)};
    const Length tick(clock_.tick().ns());
    const Length aside = leases[random_.below(4)] + tick * 2 - tick * random_.below(4);
    return moments_[random_.below(moments_.size())] - on<LocalClock>(aside);
  }

  testing::AssertionResult batch() {
    std::vector<StoreCall> calls(1 + random_.below(4));
    for (StoreCall& call : calls) call = any_call(core::Request::Kind::renew);
    const auto real = perform_renewals(real_, calls);
    const auto model = perform_renewals(model_, calls);
    for (std::size_t i = 0; i < calls.size(); ++i) {
      remember(real[i].answer);
      if (auto same = compared(calls[i], model[i], real[i]); !same) {
        return same << "\nthe " << i << "th of a batch of " << calls.size();
      }
    }
    return testing::AssertionSuccess();
  }

  void learn(const StoreCall& call, const StoreReply& reply) {
    const core::Answer& answer = reply.answer;
    if (answer.kind == core::Answer::Kind::granted) {
      terms_[call.key] = answer.term;
      owners_[call.key] = call.request.owner;
    }
    if (answer.kind == core::Answer::Kind::moved) terms_[call.key] = answer.term;
    if (answer.kind == core::Answer::Kind::busy) {
      versions_[call.key] = answer.version;
      terms_[call.key] = answer.term;
      delays_[call.key] = call.lock_delay;
    }
    remember(answer);
  }

  // The last few: those before are over and done with.
  void remember(const core::Answer& answer) {
    if (!answer.expires_at) return;
    moments_.push_back(same_kernel(*answer.expires_at));
    if (moments_.size() > 3) moments_.erase(moments_.begin());
  }

  // Not every lease is a multiple of a coarse resolution.
  Length any_lease() {
    if (random_.one_in(8)) return Length(std::chrono::milliseconds(90));
    const Length most = std::chrono::milliseconds(100);
    return random_.one_in(8) ? most - Length(3) : most;
  }

  StoreCall any_call() {
    const auto kind = static_cast<core::Request::Kind>(random_.below(4));
    return any_call(random_.one_in(2) ? core::Request::Kind::renew : kind);
  }

  StoreCall any_call(core::Request::Kind kind) {
    StoreCall call;
    call.key = prefix_ + (random_.one_in(2) ? "a" : "b");
    call.lease = any_lease();
    if (random_.one_in(4)) call.lock_delay = Length(random_.below(50'000'000));
    if (random_.one_in(4)) call.lock_delay = delays_[call.key];
    // Not every text is one.
    call.info = "process " + std::to_string(random_.below(3)) + " \xff";
    call.request.kind = kind;
    call.request.owner = OwnerId{7, 1 + random_.below(4)};
    if (random_.one_in(2)) call.request.owner = owners_[call.key];
    const Term term = terms_[call.key];
    call.request.term = random_.one_in(4) ? term - random_.below(term + 1) : term;
    call.request.seq = random_.below(6);
    call.request.renew_id = RenewId{8, 1 + random_.below(3)};
    if (random_.one_in(4)) call.request.unchanged = versions_[call.key] + random_.below(2);
    // One that was told so goes on at once.
    if (random_.one_in(4)) call.request.unchanged = versions_[call.key];
    return call;
  }

  core::SplitMix random_;
  doubles::ManualClock& clock_;
  const std::function<void()> moved_;
  const std::string prefix_;
  const std::int64_t step_;
  doubles::SequenceRandom ids_;
  MemoryStore model_;
  Store& real_;
  std::map<std::string, Term> terms_;
  std::map<std::string, OwnerId> owners_;
  std::map<std::string, Version> versions_;
  std::map<std::string, Length> delays_;
  std::vector<Instant<LocalClock>> moments_;
  SeenAnswers seen_;
};

/// How many histories are tried: `usually`, or what LEASEHOLD_SEQUENCES says.
inline std::uint64_t sequences(std::uint64_t usually) {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nobody writes it meanwhile
  const char* const wanted = std::getenv("LEASEHOLD_SEQUENCES");
  return wanted == nullptr ? usually : std::stoull(wanted);
}

/// Every kind of answer was given at least `times`: else the histories say too little.
inline void expect_rich(const SeenAnswers& seen, int times) {
  using Kind = core::Answer::Kind;
  for (const auto kind : {Kind::granted, Kind::busy, Kind::moved, Kind::renewed, Kind::not_owner,
                          Kind::stale, Kind::released, Kind::abandoned, Kind::misuse}) {
    const auto found = seen.find(kind);
    EXPECT_GE(found == seen.end() ? 0 : found->second, times)
        << "answers of kind " << static_cast<int>(kind) << " are rare";
  }
}

}  // namespace leasehold
