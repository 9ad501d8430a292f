// Every request reaches a blocking store as it is, and every answer and error comes back as it was.
#include "lib/src/shell/async_store.h"

#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace leasehold {
namespace {

using core::Answer;
using core::Request;
using namespace std::chrono_literals;

constexpr Incarnation table{0, 77};
constexpr OwnerId owner{0, 5};
constexpr RenewId renew_id{0, 6};
const Instant<StoreClock> expiry = Instant<StoreClock>::at_ns(1234);

/// Answers what it was told to, and remembers what it was asked.
class ScriptedStore final : public Store {
 public:
  const Traits& traits() const override { return traits_; }
  Result<Answered<AcquireAnswer>> acquire(const AcquireRequest& request) override {
    acquired = request;
    if (throws) throw std::runtime_error("out of luck");
    if (error) return *error;
    return Answered<AcquireAnswer>{table, acquire_answer};
  }
  Result<Answered<std::vector<RenewAnswer>>> renew(std::span<const RenewRequest> batch) override {
    renewed.assign(batch.begin(), batch.end());
    if (throws) throw std::runtime_error("out of luck");
    if (error) return *error;
    return Answered<std::vector<RenewAnswer>>{table, renew_answers};
  }
  Result<Answered<ReleaseAnswer>> release(const ReleaseRequest& request) override {
    released = request;
    if (throws) throw std::runtime_error("out of luck");
    if (error) return *error;
    return Answered<ReleaseAnswer>{table, release_answer};
  }
  Result<Answered<Abandoned>> abandon(const AbandonRequest& request) override {
    abandoned = request;
    if (throws) throw std::runtime_error("out of luck");
    if (error) return *error;
    return Answered<Abandoned>{table, abandon_answer};
  }
  Result<Answered<std::optional<RecordView>>> inspect(const std::string&) override {
    return Answered<std::optional<RecordView>>{table, std::nullopt};
  }

  std::optional<Error> error;
  bool throws = false;
  AcquireAnswer acquire_answer;
  std::vector<RenewAnswer> renew_answers;
  ReleaseAnswer release_answer;
  Abandoned abandon_answer;
  AcquireRequest acquired;
  std::vector<RenewRequest> renewed;
  ReleaseRequest released;
  AbandonRequest abandoned;

 private:
  const Traits traits_{};
};

StoreCall call_of(Request::Kind kind) {
  return {.key = "k",
          .lease = 9s,
          .info = "me",
          .request = {.kind = kind, .owner = owner, .term = 4, .seq = 3, .renew_id = renew_id}};
}
StoreReply acquire(AcquireAnswer answer) {
  ScriptedStore store;
  store.acquire_answer = std::move(answer);
  return perform(store, call_of(Request::Kind::acquire));
}
StoreReply renew(RenewAnswer answer) {
  ScriptedStore store;
  store.renew_answers = {std::move(answer)};
  return perform(store, call_of(Request::Kind::renew));
}

TEST(AsyncStore, AnAcquireSaysAllThatTheStoreMustKnow) {
  ScriptedStore store;
  StoreCall call = call_of(Request::Kind::acquire);
  perform(store, call);
  EXPECT_EQ(store.acquired.key, "k");
  EXPECT_EQ(store.acquired.owner, owner);
  EXPECT_EQ(store.acquired.expected_term, 4U);
  EXPECT_EQ(store.acquired.lease, 9s);
  EXPECT_EQ(store.acquired.info, "me");
  EXPECT_FALSE(store.acquired.unchanged);
  call.request.unchanged = 8;
  perform(store, call);
  EXPECT_EQ(store.acquired.unchanged, 8U);
}

TEST(AsyncStore, AnEndingNamesTheOwnerAndTheTerm) {
  ScriptedStore store;
  perform(store, call_of(Request::Kind::release));
  EXPECT_EQ(store.released.key, "k");
  EXPECT_EQ(store.released.owner, owner);
  EXPECT_EQ(store.released.term, 4U);
  perform(store, call_of(Request::Kind::abandon));
  EXPECT_EQ(store.abandoned.key, "k");
  EXPECT_EQ(store.abandoned.owner, owner);
  EXPECT_EQ(store.abandoned.expected_term, 4U);
}

TEST(AsyncStore, ARenewalCarriesItsSeqAndId) {
  ScriptedStore store;
  store.renew_answers = {Renewed{}};
  perform(store, call_of(Request::Kind::renew));
  ASSERT_EQ(store.renewed.size(), 1U);
  EXPECT_EQ(store.renewed[0].key, "k");
  EXPECT_EQ(store.renewed[0].owner, owner);
  EXPECT_EQ(store.renewed[0].term, 4U);
  EXPECT_EQ(store.renewed[0].seq, 3U);
  EXPECT_EQ(store.renewed[0].renew_id, renew_id);
  EXPECT_EQ(store.renewed[0].lease, 9s);
}

TEST(AsyncStore, TranslatesTheAnswersToAnAcquire) {
  const StoreReply granted = acquire(Granted{.term = 5,
                                             .version = 6,
                                             .previous_owner = {},
                                             .previous = Previous::expired,
                                             .expires_at = expiry});
  EXPECT_EQ(granted.answer, (Answer{.kind = Answer::Kind::granted,
                                    .incarnation = table,
                                    .term = 5,
                                    .version = 6,
                                    .previous = Previous::expired,
                                    .expires_at = expiry}));
  const StoreReply busy =
      acquire(Busy{.version = 6, .term = 5, .lease = 2s, .info = "she", .expiry_hint = expiry});
  EXPECT_EQ(busy.answer, (Answer{.kind = Answer::Kind::busy,
                                 .incarnation = table,
                                 .term = 5,
                                 .version = 6,
                                 .lease = 2s,
                                 .expires_at = expiry}));
  EXPECT_EQ(busy.who, "she");
  EXPECT_EQ(acquire(Moved{.term = 9}).answer,
            (Answer{.kind = Answer::Kind::moved, .incarnation = table, .term = 9}));
}

TEST(AsyncStore, ARecordThatNobodyCanJudgeHasNoExpiry) {
  const Busy unjudged{.version = 6, .term = 5, .lease = 2s, .info = "", .expiry_hint = {}};
  EXPECT_FALSE(acquire(unjudged).answer.expires_at);
  EXPECT_FALSE(acquire(Granted{}).answer.expires_at);
  EXPECT_FALSE(renew(Renewed{}).answer.expires_at);
}

TEST(AsyncStore, TranslatesTheAnswersToARenewal) {
  EXPECT_EQ(
      renew(Renewed{.seq = 3, .expires_at = expiry}).answer,
      (Answer{
          .kind = Answer::Kind::renewed, .incarnation = table, .expires_at = expiry, .seq = 3}));
  const StoreReply lost = renew(NotOwner{.term = 8, .why = NotOwner::Why::over, .info = "she"});
  EXPECT_EQ(lost.answer, (Answer{.kind = Answer::Kind::not_owner,
                                 .incarnation = table,
                                 .term = 8,
                                 .why = NotOwner::Why::over}));
  EXPECT_EQ(lost.who, "she");
  EXPECT_EQ(
      renew(Stale{.seq = 7, .renew_id = renew_id}).answer,
      (Answer{.kind = Answer::Kind::stale, .incarnation = table, .seq = 7, .renew_id = renew_id}));
}

TEST(AsyncStore, TranslatesTheAnswersToAnEnding) {
  ScriptedStore store;
  EXPECT_EQ(perform(store, call_of(Request::Kind::release)).answer,
            (Answer{.kind = Answer::Kind::released, .incarnation = table}));
  store.release_answer = NotOwner{.term = 8, .why = NotOwner::Why::free, .info = "she"};
  EXPECT_EQ(perform(store, call_of(Request::Kind::release)).answer,
            (Answer{.kind = Answer::Kind::not_owner,
                    .incarnation = table,
                    .term = 8,
                    .why = NotOwner::Why::free}));
  for (const bool settled : {true, false}) {
    store.abandon_answer.settled = settled;
    EXPECT_EQ(perform(store, call_of(Request::Kind::abandon)).answer,
              (Answer{.kind = Answer::Kind::abandoned, .incarnation = table, .settled = settled}));
  }
}

struct Kinds {
  Errc error;
  Answer::Kind answer;
};
constexpr Kinds every_error[] = {{Errc::misuse, Answer::Kind::misuse},
                                 {Errc::not_applied, Answer::Kind::not_applied},
                                 {Errc::unknown, Answer::Kind::unknown}};

TEST(AsyncStore, TheThreeKindsOfErrorStayApartForEveryRequest) {
  for (const Kinds& kinds : every_error) {
    for (const auto kind : {Request::Kind::acquire, Request::Kind::renew, Request::Kind::release,
                            Request::Kind::abandon}) {
      SCOPED_TRACE(static_cast<int>(kind));
      ScriptedStore store;
      store.error = Error{kinds.error, "the disk is full"};
      const StoreReply reply = perform(store, call_of(kind));
      EXPECT_EQ(reply.answer, (Answer{.kind = kinds.answer}));
      EXPECT_EQ(reply.detail, "the disk is full");
    }
  }
}

TEST(AsyncStore, OneKeyOfABatchFailsAlone) {
  for (const Kinds& kinds : every_error) {
    ScriptedStore store;
    store.renew_answers = {Renewed{.seq = 1, .expires_at = {}}, Error{kinds.error, "no such table"},
                           Renewed{.seq = 3, .expires_at = {}}};
    std::vector<StoreCall> calls(3, call_of(Request::Kind::renew));
    calls[1].key = "other";
    const std::vector<StoreReply> replies = perform_renewals(store, calls);
    ASSERT_EQ(replies.size(), 3U);
    EXPECT_EQ(store.renewed.at(1).key, "other");
    EXPECT_EQ(replies[0].answer.seq, 1U);
    EXPECT_EQ(replies[1].answer.kind, kinds.answer);
    EXPECT_EQ(replies[1].detail, "no such table");
    EXPECT_EQ(replies[2].answer.seq, 3U);
  }
}

TEST(AsyncStore, AnAdapterThatAnswersTooFewLeavesTheRestUnknown) {
  ScriptedStore store;
  store.renew_answers = {Renewed{3, std::nullopt}};
  const std::vector<StoreCall> calls(2, call_of(Request::Kind::renew));
  const std::vector<StoreReply> replies = perform_renewals(store, calls);
  ASSERT_EQ(replies.size(), 2U);
  EXPECT_EQ(replies[0].answer.kind, Answer::Kind::renewed);
  EXPECT_EQ(replies[1].answer.kind, Answer::Kind::unknown);
  EXPECT_EQ(replies[1].detail, "renew: the store answered 1 of 2 requests: mend its adapter");
}

TEST(AsyncStore, AnAdapterThatThrowsLeavesTheOutcomeUnknown) {
  ScriptedStore store;
  store.throws = true;
  for (const auto kind : {Request::Kind::acquire, Request::Kind::renew, Request::Kind::release,
                          Request::Kind::abandon}) {
    const StoreReply reply = perform(store, call_of(kind));
    EXPECT_EQ(reply.answer.kind, Answer::Kind::unknown);
    EXPECT_EQ(reply.detail, "the store threw: out of luck");
  }
}

TEST(AsyncStore, ABatchThatFailsFailsForEveryKey) {
  ScriptedStore store;
  store.error = Error{Errc::not_applied, "connection refused"};
  const std::vector<StoreCall> calls(2, call_of(Request::Kind::renew));
  for (const StoreReply& reply : perform_renewals(store, calls)) {
    EXPECT_EQ(reply.answer.kind, Answer::Kind::not_applied);
    EXPECT_EQ(reply.detail, "connection refused");
  }
}

}  // namespace
}  // namespace leasehold
