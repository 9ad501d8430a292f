// The conformance kit can fail: each store here breaks one rule, and some case says so.
#include <algorithm>
#include <map>
#include <mutex>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

#include "lib/src/stores/record.h"
#include "lib/tests/conformance_subject.h"

namespace leasehold::conformance {
namespace {

using Kind = Findings::Kind;
using stores::Judge;
using stores::Record;

enum class Fault {
  none,
  // acquire
  term_not_raised,
  moved_never,
  moved_always_zero,
  moved_counts,
  busy_counts,
  busy_says_its_own_info,
  own_starts_a_tenure,
  own_does_not_prolong,
  any_unchanged_will_do,
  unchanged_is_ignored,
  previous_is_released,
  previous_owner_is_lost,
  expires_early,
  expires_never,
  delay_is_ignored,
  delay_spares_the_owner,
  delay_follows_a_release,
  version_jumps,
  // renew
  renew_takes_over,
  renew_resurrects,
  renew_ignores_the_term,
  stale_seq_is_accepted,
  stale_says_nothing,
  renew_changes_the_lease,
  renew_does_not_prolong,
  renew_moves_the_expiry_back,
  renew_keeps_the_version,
  batch_is_reversed,
  batch_fails_as_one,
  batch_has_no_bound,
  // release and abandon
  release_is_unconditional,
  release_ignores_the_term,
  release_twice_is_released,
  release_resets_the_term,
  abandon_does_nothing,
  abandon_frees_others,
  abandon_always_settles,
  abandon_never_settles,
  abandon_keeps_own,
  // all
  null_owner_is_welcome,
  long_key_is_cut,
  key_ends_at_nul,
  key_case_is_folded,
  any_lease_is_welcome,
  any_delay_is_welcome,
  inspect_counts,
  inspect_makes_records,
  list_begins_at_after,
  list_has_no_order,
  list_knows_no_end,
  incarnation_is_null,
  incarnation_changes,
  expiry_is_not_told,
  misuse_always,
  throws,
  last,
};

// The memory store, but for one fault.
class FaultyStore final : public Store {
 public:
  FaultyStore(const Clock& clock, Fault fault) : clock_(clock), fault_(fault) {
    traits_.domain = "faulty";
  }

  const Traits& traits() const override { return traits_; }

  Result<Answered<AcquireAnswer>> acquire(const AcquireRequest& asked) override {
    const std::lock_guard lock(mutex_);
    if (is(Fault::throws)) throw std::runtime_error("no connection");
    if (auto wrong = misuse(asked)) return *std::move(wrong);
    Record& record = at(asked.key);
    const Record before = record;
    AcquireAnswer answer = stores::acquire(record, judge(), twisted(asked, record));
    if (is(Fault::delay_follows_a_release) && asked.lock_delay > Length::zero() && !before.owner) {
      record = before;
      answer = Busy{};
    }
    if (auto* const granted = std::get_if<Granted>(&answer)) spoil(record, before, *granted);
    if (auto* const busy = std::get_if<Busy>(&answer)) {
      if (is(Fault::busy_counts)) ++record.version;
      if (is(Fault::busy_says_its_own_info)) busy->info = asked.info;
    }
    if (auto* const moved = std::get_if<Moved>(&answer)) {
      if (is(Fault::moved_counts)) ++record.version;
      if (is(Fault::moved_always_zero)) moved->term = 0;
    }
    return answered(std::move(answer));
  }

  Result<Answered<std::vector<RenewAnswer>>> renew(std::span<const RenewRequest> batch) override {
    const std::lock_guard lock(mutex_);
    const auto too_large = stores::find_misuse(batch);
    if (too_large && !is(Fault::batch_has_no_bound)) return *too_large;
    std::vector<RenewAnswer> answers;
    for (const RenewRequest& request : batch) {
      const auto wrong = misuse(request);
      if (wrong && is(Fault::batch_fails_as_one)) return *wrong;
      answers.push_back(wrong ? RenewAnswer(*wrong) : renew_one(at(request.key), request));
    }
    if (is(Fault::batch_is_reversed)) std::reverse(answers.begin(), answers.end());
    return answered(std::move(answers));
  }

  Result<Answered<ReleaseAnswer>> release(const ReleaseRequest& asked) override {
    const std::lock_guard lock(mutex_);
    if (auto wrong = misuse(asked)) return *std::move(wrong);
    Record& record = at(asked.key);
    ReleaseRequest request = asked;
    if (is(Fault::release_is_unconditional)) request.owner = record.owner;
    if (is(Fault::release_ignores_the_term)) request.term = record.term;
    ReleaseAnswer answer = stores::release(record, request);
    if (is(Fault::release_resets_the_term) && !record.owner) record.term = 0;
    if (is(Fault::release_twice_is_released) && !record.owner) answer = Released{};
    return answered(std::move(answer));
  }

  Result<Answered<Abandoned>> abandon(const AbandonRequest& asked) override {
    const std::lock_guard lock(mutex_);
    if (auto wrong = misuse(asked)) return *std::move(wrong);
    Record& record = at(asked.key);
    AbandonRequest request = asked;
    if (is(Fault::abandon_does_nothing)) return answered(Abandoned{.settled = true});
    if (is(Fault::abandon_keeps_own) && record.owner == request.owner) {
      return answered(Abandoned{.settled = true});
    }
    if (is(Fault::abandon_frees_others) && record.owner) request.owner = record.owner;
    Abandoned answer = stores::abandon(record, request);
    if (is(Fault::abandon_always_settles)) answer.settled = true;
    if (is(Fault::abandon_never_settles)) answer.settled = false;
    return answered(answer);
  }

  Result<Answered<std::optional<RecordView>>> inspect(const std::string& key) override {
    const std::lock_guard lock(mutex_);
    if (auto wrong = stores::find_misuse(folded(key))) return *std::move(wrong);
    Record& record = at(key);
    if (is(Fault::inspect_counts) && record.version > 0) ++record.version;
    if (is(Fault::inspect_makes_records) && record.version == 0) record.version = 1;
    std::optional<RecordView> shown;
    if (record.version > 0) shown = stores::view(record, judge());
    return answered(std::move(shown));
  }

  Result<Answered<std::vector<std::string>>> list(const std::string& after,
                                                  std::size_t most) override {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> keys;
    auto next =
        is(Fault::list_begins_at_after) ? records_.lower_bound(after) : records_.upper_bound(after);
    if (is(Fault::list_knows_no_end)) ++most;
    for (; next != records_.end() && keys.size() < most; ++next) keys.push_back(next->first);
    if (is(Fault::list_has_no_order)) std::reverse(keys.begin(), keys.end());
    return answered(std::move(keys));
  }

 private:
  bool is(Fault fault) const { return fault_ == fault; }

  Judge judge(Length ahead = {}) const {
    return Judge{.authority = traits_.authority,
                 .domain = traits_.domain,
                 .resolution = traits_.resolution,
                 .now = same_kernel(clock_.now().at) + on<StoreClock>(ahead)};
  }

  std::string folded(std::string key) const {
    if (is(Fault::long_key_is_cut)) key = key.substr(0, 512);
    if (is(Fault::key_ends_at_nul)) key = key.substr(0, key.find('\0'));
    if (is(Fault::key_case_is_folded)) std::replace(key.begin(), key.end(), 'K', 'k');
    return key;
  }

  Record& at(const std::string& key) { return records_[folded(key)]; }

  template <class Request>
  std::optional<Error> misuse(Request request) const {
    request.key = folded(request.key);
    if (is(Fault::null_owner_is_welcome)) request.owner = OwnerId{1, 1};
    if constexpr (requires { request.lease; }) {
      if (is(Fault::any_lease_is_welcome)) request.lease = Length(1);
    }
    if constexpr (requires { request.lock_delay; }) {
      if (is(Fault::any_delay_is_welcome)) request.lock_delay = Length(1);
    }
    if (is(Fault::misuse_always)) return Error{Errc::misuse, "not today"};
    return stores::find_misuse(request);
  }

  AcquireRequest twisted(AcquireRequest request, Record& record) const {
    const bool own = record.owner && record.owner == request.owner;
    const bool over = stores::over(record, judge()).value_or(false);
    if (is(Fault::moved_never)) request.expected_term = record.term;
    if (is(Fault::own_starts_a_tenure) && own) {
      request.unchanged = record.version;
      request.expected_term = record.term;
      record.owner.low ^= 1;
    }
    if (is(Fault::any_unchanged_will_do) && request.unchanged) request.unchanged = record.version;
    if (is(Fault::unchanged_is_ignored)) request.unchanged.reset();
    const auto half = on<StoreClock>(record.lease / 2);
    const bool half_over = record.expires_at && judge().now > *record.expires_at - half;
    if (is(Fault::expires_early) && half_over) record.expires_at = record.expires_at->at_ns(0);
    if (is(Fault::expires_never) && over) record.expires_at = judge().now;
    if (is(Fault::delay_is_ignored)) request.lock_delay = Length::zero();
    if (is(Fault::delay_spares_the_owner) && own) request.lock_delay = Length::zero();
    return request;
  }

  void spoil(Record& record, const Record& before, Granted& granted) const {
    const bool own = granted.previous == Previous::own;
    if (is(Fault::term_not_raised) && !own && before.term > 0) granted.term = --record.term;
    if (is(Fault::own_does_not_prolong) && own) record.expires_at = before.expires_at;
    if (is(Fault::previous_is_released)) granted.previous = Previous::released;
    if (is(Fault::previous_owner_is_lost)) granted.previous_owner = record.last_owner = OwnerId{};
    if (is(Fault::version_jumps)) granted.version = record.version = record.version + 6;
    if (is(Fault::expiry_is_not_told)) granted.expires_at.reset();
  }

  RenewAnswer renew_one(Record& record, RenewRequest request) const {
    const Record before = record;
    if (is(Fault::renew_takes_over) && record.owner) record.owner = request.owner;
    if (is(Fault::renew_ignores_the_term)) request.term = record.term;
    if (is(Fault::stale_seq_is_accepted)) record.seq = 0, ++request.seq;
    if (is(Fault::renew_changes_the_lease) && record.owner) record.lease = request.lease;
    if (is(Fault::renew_resurrects) && record.expires_at) {
      record.expires_at = std::max(*record.expires_at, judge().now);
    }
    RenewAnswer answer = stores::renew(record, judge(), request);
    if (auto* const stale = std::get_if<Stale>(&answer)) {
      if (is(Fault::stale_says_nothing)) *stale = Stale{};
    }
    if (!std::holds_alternative<Renewed>(answer)) return answer;
    if (is(Fault::renew_does_not_prolong)) record.expires_at = before.expires_at;
    if (is(Fault::renew_keeps_the_version)) record.version = before.version;
    if (is(Fault::renew_moves_the_expiry_back)) {
      record.expires_at = *before.expires_at - Span<StoreClock>::ns(1);
    }
    return answer;
  }

  template <class Answer>
  Answered<Answer> answered(Answer answer) {
    if (is(Fault::incarnation_changes)) ++incarnation_.low;
    return {is(Fault::incarnation_is_null) ? Incarnation{} : incarnation_, std::move(answer)};
  }

  const Clock& clock_;
  const Fault fault_;
  Traits traits_;
  Incarnation incarnation_{5, 5};
  std::mutex mutex_;
  std::map<std::string, Record> records_;
};

class FaultySubject final : public VirtualSubject {
 public:
  explicit FaultySubject(Fault fault) : store_(clock(), fault) {}
  Store& store() override { return store_; }

 private:
  FaultyStore store_;
};

// How many cases find something of this kind.
int count(Fault fault, Kind kind) {
  int found = 0;
  for (const Case& each : cases()) {
    FaultySubject subject(fault);
    Findings findings;
    each.run(subject, findings);
    if (!findings.of(kind).empty()) ++found;
  }
  return found;
}

TEST(ConformanceFaults, TheStoreWithoutAFaultPasses) {
  EXPECT_EQ(count(Fault::none, Kind::wrong), 0);
  EXPECT_EQ(count(Fault::none, Kind::inconclusive), 0);
}

TEST(ConformanceFaults, EveryBrokenRuleIsCaught) {
  for (int fault = 1; fault < static_cast<int>(Fault::last); ++fault) {
    EXPECT_GE(count(static_cast<Fault>(fault), Kind::wrong), 1) << "fault number " << fault;
  }
}

// A machine that is so slow that every short lease is over before its holder's next request.
class SlowSubject final : public VirtualSubject {
 public:
  SlowSubject() : store_(clock(), Fault::none) {}
  Store& store() override { return store_; }
  void pass(Length length) override { VirtualSubject::pass(3 * length); }

 private:
  FaultyStore store_;
};

TEST(ConformanceFaults, SlownessIsNeverWrong) {
  int inconclusive = 0;
  for (const Case& each : cases()) {
    SlowSubject subject;
    Findings findings;
    each.run(subject, findings);
    EXPECT_EQ(findings.of(Kind::wrong), std::vector<std::string>{}) << each.name;
    if (!findings.of(Kind::inconclusive).empty()) ++inconclusive;
  }
  EXPECT_EQ(inconclusive, 3) << "those that keep a short lease";
}

// A store that can't be reached proves nothing.
class DeadStore final : public Store {
 public:
  const Traits& traits() const override { return traits_; }
  Result<Answered<AcquireAnswer>> acquire(const AcquireRequest& /*request*/) override {
    return dead_;
  }
  Result<Answered<std::vector<RenewAnswer>>> renew(
      std::span<const RenewRequest> /*batch*/) override {
    return dead_;
  }
  Result<Answered<ReleaseAnswer>> release(const ReleaseRequest& /*request*/) override {
    return dead_;
  }
  Result<Answered<Abandoned>> abandon(const AbandonRequest& /*request*/) override { return dead_; }
  Result<Answered<std::optional<RecordView>>> inspect(const std::string& /*key*/) override {
    return dead_;
  }

 private:
  const Traits traits_{};
  const Error dead_{Errc::unknown, "no answer"};
};

class DeadSubject final : public VirtualSubject {
 public:
  Store& store() override { return store_; }

 private:
  DeadStore store_;
};

TEST(ConformanceFaults, AStoreThatFailsIsInconclusive) {
  for (const Case& each : cases()) {
    DeadSubject subject;
    Findings findings;
    each.run(subject, findings);
    EXPECT_TRUE(findings.of(Kind::wrong).empty()) << each.name;
    if (findings.of(Kind::not_applicable).empty()) {
      EXPECT_FALSE(findings.of(Kind::inconclusive).empty()) << each.name;
    }
  }
}

}  // namespace
}  // namespace leasehold::conformance
