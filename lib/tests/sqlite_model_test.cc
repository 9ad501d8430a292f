// The SQLite store gives the answers of the memory store to any history of requests, over the same
// clock: the model is the contract.
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <leasehold/memory_store.h>
#include <leasehold/sqlite_store.h>
#include "lib/src/shell/async_store.h"
#include "lib/tests/doubles.h"
#include "lib/tests/machine_model.h"
#include "lib/tests/temp_dir.h"

namespace leasehold {
namespace {

using namespace std::chrono_literals;
using core::Answer;
using core::Request;
using core::SplitMix;

std::string to_text(const Answer& answer, const std::string& who) {
  const auto expiry = answer.expires_at ? std::to_string(answer.expires_at->ns()) : "none";
  return "kind " + std::to_string(static_cast<int>(answer.kind)) + " term " +
         std::to_string(answer.term) + " version " + std::to_string(answer.version) + " seq " +
         std::to_string(answer.seq) + " expiry " + expiry + " who " + who;
}

/// Two stores that are asked the same.
class Twins {
 public:
  Twins(std::uint64_t seed, const std::string& file, Length resolution)
      : random_(seed), clock_(start, on<LocalClock>(resolution)) {
    auto opened = SqliteStore::open(file, {.resolution = resolution}, clock_, ids_, "test");
    EXPECT_TRUE(opened) << opened.error().detail;
    real_ = std::move(opened).value();
  }

  /// True if both gave the same answer to a request that is like those of live processes, of late
  /// copies and of clones.
  testing::AssertionResult step() {
    if (random_.one_in(3)) clock_.advance(Length(random_.below(40'000'000)));
    const StoreCall call = any_call();
    StoreReply model = perform(model_, call);
    StoreReply real = perform(*real_, call);
    ++seen[real.answer.kind];
    if (real.answer.kind == Answer::Kind::granted) {
      terms_[call.key] = real.answer.term;
      owners_[call.key] = call.request.owner;
    }
    if (real.answer.kind == Answer::Kind::moved) terms_[call.key] = real.answer.term;
    if (real.answer.kind == Answer::Kind::busy) versions_[call.key] = real.answer.version;
    model.answer.incarnation = real.answer.incarnation = {};
    const std::string want = to_text(model.answer, model.who);
    const std::string got = to_text(real.answer, real.who);
    if (model.answer == real.answer && model.who == real.who) return testing::AssertionSuccess();
    return testing::AssertionFailure() << "model: " << want << "\nSQLite: " << got;
  }

  testing::AssertionResult records_are_equal() {
    for (const std::string key : {"a", "b"}) {
      const auto model = model_.inspect(key);
      const auto real = real_->inspect(key);
      if (!real || model->answer.has_value() != real->answer.has_value()) {
        return testing::AssertionFailure() << "one has no record of " << key;
      }
      if (!model->answer) continue;
      const RecordView& m = *model->answer;
      const RecordView& r = *real->answer;
      if (m.version != r.version || m.owner != r.owner || m.last_owner != r.last_owner ||
          m.lease != r.lease || m.expires_at != r.expires_at || m.renew_id != r.renew_id ||
          m.over != r.over || m.info != r.info) {
        return testing::AssertionFailure() << "the records of " << key << " differ";
      }
    }
    return testing::AssertionSuccess();
  }

  std::map<Answer::Kind, int> seen;

 private:
  static constexpr auto start = Instant<LocalClock>::at_ns(1'000'003);

  // Not every lease is a multiple of a coarse resolution.
  Length any_lease() {
    if (random_.one_in(8)) return Length(90ms);
    return random_.one_in(8) ? Length(100ms) - Length(3) : Length(100ms);
  }

  StoreCall any_call() {
    StoreCall call;
    call.key = random_.one_in(2) ? "a" : "b";
    call.lease = any_lease();
    call.info = "process " + std::to_string(random_.below(3));
    call.request.owner = OwnerId{7, 1 + random_.below(4)};
    if (random_.one_in(2)) call.request.owner = owners_[call.key];
    const Term term = terms_[call.key];
    call.request.term = random_.one_in(4) ? term - random_.below(term + 1) : term;
    call.request.seq = random_.below(6);
    call.request.renew_id = RenewId{8, 1 + random_.below(3)};
    if (random_.one_in(4)) call.request.unchanged = versions_[call.key] + random_.below(2);
    call.request.kind = static_cast<Request::Kind>(random_.below(4));
    if (random_.one_in(2)) call.request.kind = Request::Kind::renew;
    return call;
  }

  SplitMix random_;
  doubles::ManualClock clock_;
  doubles::SequenceRandom ids_;
  MemoryStore model_{clock_, ids_};
  std::unique_ptr<SqliteStore> real_;
  std::map<std::string, Term> terms_;
  std::map<std::string, OwnerId> owners_;
  std::map<std::string, Version> versions_;
};

class SqliteModel : public testing::TestWithParam<Length> {};

TEST_P(SqliteModel, AnyHistoryGetsTheAnswersOfTheMemoryStore) {
  const TempDir dir;
  std::map<Answer::Kind, int> seen;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    Twins twins(seed, dir.file("locks" + std::to_string(seed) + ".db"), GetParam());
    for (int step = 0; step < 150; ++step) {
      ASSERT_TRUE(twins.step()) << "seed " << seed << ", step " << step;
    }
    ASSERT_TRUE(twins.records_are_equal()) << "seed " << seed;
    for (const auto& [kind, times] : twins.seen) seen[kind] += times;
  }
  for (const auto kind : {Answer::Kind::granted, Answer::Kind::busy, Answer::Kind::moved,
                          Answer::Kind::renewed, Answer::Kind::not_owner, Answer::Kind::stale,
                          Answer::Kind::released, Answer::Kind::abandoned, Answer::Kind::misuse}) {
    EXPECT_GE(seen[kind], 20) << "answers of kind " << static_cast<int>(kind)
                              << " are rare: the histories say too little";
  }
}

// In nanoseconds: the adapter's own, and coarser than the steps in which the clock moves.
INSTANTIATE_TEST_SUITE_P(Resolutions, SqliteModel, testing::Values(Length(1), Length(10)),
                         [](const auto& one) { return std::to_string(one.param.count()) + "ns"; });

}  // namespace
}  // namespace leasehold
