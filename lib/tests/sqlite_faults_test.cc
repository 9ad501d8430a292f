// Errors of the SQLite store are truthful (I17): whatever the file system refuses, and whenever,
// `not_applied` left the record as it was for good, a success is there, and the store works again.
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include <leasehold/sqlite_store.h>
#include "lib/tests/doubles.h"
#include "lib/tests/faulty_vfs.h"
#include "lib/tests/temp_dir.h"

namespace leasehold {
namespace {

using namespace std::chrono_literals;
using doubles::FileOp;

constexpr OwnerId ann{9, 1};
constexpr OwnerId bob{9, 2};

// --- what is asked
// --------------------------------------------------------------------------------

using Outcome = std::optional<Error>;

template <class Answer>
Outcome outcome_of(const Result<Answered<Answer>>& result) {
  if (!result) return result.error();
  if constexpr (std::is_same_v<Answer, std::vector<RenewAnswer>>) {
    for (const RenewAnswer& one : result->answer) {
      if (const auto* const error = std::get_if<Error>(&one)) return *error;
    }
  }
  return std::nullopt;
}

Outcome acquire(Store& store, OwnerId owner, Term expected, const std::string& key = "k") {
  return outcome_of(store.acquire({.key = key,
                                   .owner = owner,
                                   .expected_term = expected,
                                   .lease = 1s,
                                   .info = "somebody",
                                   .unchanged = std::nullopt}));
}
RenewRequest renewal(const std::string& key, Seq seq) {
  return {.key = key, .owner = ann, .term = 1, .seq = seq, .renew_id = {1, seq}, .lease = 1s};
}
Outcome renew_both(Store& store) {
  return outcome_of(store.renew(std::array{renewal("k", 1), renewal("l", 1)}));
}
Outcome release(Store& store) {
  return outcome_of(store.release({.key = "k", .owner = ann, .term = 1}));
}
Outcome abandon(Store& store, OwnerId owner, Term expected) {
  return outcome_of(store.abandon({.key = "k", .owner = owner, .expected_term = expected}));
}

struct Verb {
  const char* what;
  /// Ann has had both keys, since 2 s if `expired`, and then let them go if `free`.
  bool fresh = false;
  bool free = false;
  bool expired = false;
  /// On the disk before it is answered.
  bool durable = false;
  std::function<Outcome(Store&)> ask;
};

std::vector<Verb> verbs() {
  return {
      {.what = "acquire",
       .fresh = true,
       .durable = true,
       .ask = [](Store& store) { return acquire(store, ann, 0); }},
      {.what = "acquire",
       .free = true,
       .durable = true,
       .ask = [](Store& store) { return acquire(store, bob, 1); }},
      {.what = "acquire",
       .expired = true,
       .durable = true,
       .ask = [](Store& store) { return acquire(store, bob, 1); }},
      {.what = "acquire",
       .durable = true,
       .ask = [](Store& store) { return acquire(store, ann, 0); }},
      {.what = "renew", .ask = renew_both},
      {.what = "release", .ask = release},
      {.what = "abandon",
       .durable = true,
       .ask = [](Store& store) { return abandon(store, ann, 0); }},
      {.what = "abandon",
       .free = true,
       .durable = true,
       .ask = [](Store& store) { return abandon(store, bob, 1); }},
  };
}

// --- what goes wrong
// ------------------------------------------------------------------------------

struct Trouble {
  const char* name;
  FileOp op;
  int code;
  bool for_good = false;
  bool torn = false;
  /// Nobody needs to hear of it.
  bool passes = false;
};

const Trouble troubles[] = {
    {.name = "AWriteFails", .op = FileOp::write, .code = SQLITE_IOERR_WRITE},
    {.name = "AWriteIsTorn", .op = FileOp::write, .code = SQLITE_IOERR_WRITE, .torn = true},
    {.name = "WritesFail", .op = FileOp::write, .code = SQLITE_IOERR_WRITE, .for_good = true},
    {.name = "TheDiskIsFull", .op = FileOp::write, .code = SQLITE_FULL, .for_good = true},
    {.name = "TheDiskFillsUpInAWrite", .op = FileOp::write, .code = SQLITE_FULL, .torn = true},
    {.name = "ASyncFails", .op = FileOp::sync, .code = SQLITE_IOERR_FSYNC},
    {.name = "SyncsFail", .op = FileOp::sync, .code = SQLITE_IOERR_FSYNC, .for_good = true},
    {.name = "AReadFails", .op = FileOp::read, .code = SQLITE_IOERR_READ},
    {.name = "ReadsFail", .op = FileOp::read, .code = SQLITE_IOERR_READ, .for_good = true},
    {.name = "AnOpenFails", .op = FileOp::open, .code = SQLITE_CANTOPEN},
    {.name = "ALockFails", .op = FileOp::lock, .code = SQLITE_IOERR_LOCK},
    {.name = "ALockOfTheLogFails", .op = FileOp::shm_lock, .code = SQLITE_IOERR_SHMLOCK},
    {.name = "TheLogsIndexCanNotBeMapped", .op = FileOp::shm_map, .code = SQLITE_IOERR_SHMMAP},
    {.name = "TheMemoryIsFull", .op = FileOp::shm_map, .code = SQLITE_NOMEM},
    {.name = "TheFileIsBusyForAMoment", .op = FileOp::lock, .code = SQLITE_BUSY, .passes = true},
    {.name = "TheLogIsBusyForAMoment", .op = FileOp::shm_lock, .code = SQLITE_BUSY, .passes = true},
    // The last, because opening waits longer for it than a test should.
    {.name = "TheFileIsBusy", .op = FileOp::lock, .code = SQLITE_BUSY, .for_good = true},
};

class SqliteFaults : public testing::TestWithParam<Trouble> {
 protected:
  std::unique_ptr<SqliteStore> store(const std::string& at) {
    const Length patience = GetParam().passes ? Length(10min) : Length(2ms);
    auto opened = SqliteStore::open(at, {.busy_wait = patience}, clock_, random_, "boot:1");
    EXPECT_TRUE(opened) << opened.error().detail;
    return opened ? *std::move(opened) : nullptr;
  }
  static std::string text_of(const std::string& key, Store& store) {
    const auto record = store.inspect(key);
    if (!record) return record.error().detail;
    if (!record->answer) return key + ": never acquired; ";
    const RecordView& view = *record->answer;
    std::ostringstream text;
    text << key << ": version " << view.version << " term " << view.term << " owner "
         << view.owner.low << " after " << view.last_owner.low << " seq " << view.seq << " until "
         << (view.expires_at ? view.expires_at->ns() : -1) << "; ";
    return text.str();
  }
  static std::string text_of(Store& store) { return text_of("k", store) + text_of("l", store); }
  /// What a store finds that comes after a crash or a power cut at this moment.
  std::string after_crash(bool power_cut) {
    const std::string copy = dir_.file("copy" + std::to_string(++copies_) + ".db");
    vfs_.copy_after_crash(file_, copy, power_cut);
    return text_of(*store(copy));
  }
  void make_template(const Verb& verb) {
    std::filesystem::remove(template_);
    const auto made = store(template_);
    if (verb.fresh) return;
    for (const char* key : {"k", "l"}) EXPECT_FALSE(acquire(*made, ann, 0, key));
    EXPECT_TRUE(!verb.free || !release(*made));
    if (verb.expired) clock_.advance(2s);
  }
  /// A store on a copy of the template. `warm`: all of its connections are open.
  std::unique_ptr<SqliteStore> fresh_store(bool warm) {
    file_ = dir_.file("locks" + std::to_string(++copies_) + ".db");
    std::filesystem::copy_file(template_, file_);
    auto made = store(file_);
    if (!warm) return made;
    EXPECT_TRUE(made->renew(std::array{renewal("nobody's", 1)}));
    EXPECT_TRUE(made->release({.key = "nobody's", .owner = ann, .term = 1}));
    EXPECT_TRUE(made->abandon({.key = "nobody's", .owner = ann, .expected_term = 1}));
    return made;
  }
  void check(const Verb& verb, bool warm);
  void judge(const Verb& verb, const Outcome& outcome, Store& live);
  void check_text(const std::string& what, const Error& error) const;

  const TempDir dir_;
  const std::string template_ = dir_.file("template.db");
  doubles::ManualClock clock_{Instant<LocalClock>::at_ns(1'000'000'000)};
  doubles::SequenceRandom random_;
  doubles::FaultyVfs vfs_;
  std::string file_;
  int copies_ = 0;
  std::string before_;
  std::string after_;
  std::map<std::string, int> seen_;
};

// What was tried, on what, what came back, and what to do about it.
void SqliteFaults::check_text(const std::string& what, const Error& error) const {
  EXPECT_EQ(error.detail.find("sqlite: " + what), 0U) << error.detail;
  EXPECT_NE(error.detail.find(file_), std::string::npos) << error.detail;
  EXPECT_NE(error.detail.find("; "), std::string::npos) << "no advice: " << error.detail;
}

void SqliteFaults::judge(const Verb& verb, const Outcome& outcome, Store& live) {
  const std::string seen = text_of(live);
  const std::string crashed = after_crash(false);
  const std::string powerless = after_crash(true);
  ++seen_[outcome ? to_string(outcome->kind) : "success"];
  const std::vector<std::string> either{before_, after_};
  if (!outcome) {
    EXPECT_EQ(seen, after_) << "a success is there";
    EXPECT_EQ(crashed, after_) << "a success outlives a crash";
    EXPECT_TRUE(!verb.durable || powerless == after_)
        << "a grant outlives a power cut: " << powerless;
    return;
  }
  check_text(verb.what, *outcome);
  if (outcome->kind == Errc::unknown) {
    seen_["unknown, there after a crash"] += crashed == after_ ? 1 : 0;
    EXPECT_THAT(either, testing::Contains(seen));
    EXPECT_THAT(either, testing::Contains(crashed));
  } else {
    EXPECT_EQ(seen, before_) << outcome->detail;
    EXPECT_EQ(crashed, before_) << "applied later: " << outcome->detail;
  }
  EXPECT_THAT(either, testing::Contains(powerless)) << "half of it";
}

// The first operation fails, in another world the second, and so on until there are none left.
void SqliteFaults::check(const Verb& verb, bool warm) {
  const Trouble& trouble = GetParam();
  for (int nth = 1;; ++nth) {
    ASSERT_LT(nth, 1000) << "it never ends";
    SCOPED_TRACE(std::string(verb.what) + (verb.fresh ? " fresh" : "") +
                 (verb.free ? " free" : "") + (verb.expired ? " expired" : "") +
                 (warm ? " warm" : " cold") + ", number " + std::to_string(nth));
    const auto live = fresh_store(warm);
    vfs_.arm({.op = trouble.op,
              .code = trouble.code,
              .nth = nth,
              .for_good = trouble.for_good,
              .torn = trouble.torn});
    const Outcome outcome = verb.ask(*live);
    if (!vfs_.disarm()) {
      EXPECT_FALSE(outcome) << "without a fault: " << outcome->detail;
      return;
    }
    ++seen_["faults"];
    EXPECT_FALSE(trouble.passes && outcome) << "it would have passed: " << outcome->detail;
    judge(verb, outcome, *live);
    const Outcome again = verb.ask(*live);
    EXPECT_FALSE(again) << "it works no more: " << again->detail;
    if (HasFailure()) return;
  }
}

TEST_P(SqliteFaults, NeverMakeAnUntrueAnswer) {
  for (const Verb& verb : verbs()) {
    make_template(verb);
    {
      const auto plain = fresh_store(false);
      before_ = text_of(*plain);
      EXPECT_FALSE(verb.ask(*plain));
      after_ = text_of(*plain);
      ASSERT_NE(before_, after_);
    }
    for (const bool warm : {false, true}) check(verb, warm);
    if (HasFailure()) return;
  }
  EXPECT_GT(seen_["faults"], 0) << "nothing was tried";
  // What was not synced may be there or not after a power cut: that is neither of the two answers.
  if (GetParam().op == FileOp::sync) {
    EXPECT_EQ(seen_["unknown"], seen_["faults"]);
    EXPECT_GT(seen_["unknown, there after a crash"], 0) << "an error that was none";
  }
}

class SqliteOpenFaults : public SqliteFaults {};

// Whatever fails while a file is made: it is said, and the next one opens it.
TEST_P(SqliteOpenFaults, CanBeTriedAgain) {
  const Trouble& trouble = GetParam();
  const Length patience = trouble.passes ? Length(10min) : Length(2ms);
  for (int nth = 1;; ++nth) {
    ASSERT_LT(nth, 1000) << "it never ends";
    SCOPED_TRACE("number " + std::to_string(nth));
    file_ = dir_.file("fresh" + std::to_string(nth) + ".db");
    vfs_.arm({.op = trouble.op,
              .code = trouble.code,
              .nth = nth,
              .for_good = trouble.for_good,
              .torn = trouble.torn});
    {
      const auto opened =
          SqliteStore::open(file_, {.busy_wait = patience}, clock_, random_, "boot:1");
      const bool struck = vfs_.disarm();
      EXPECT_TRUE(opened || struck) << opened.error().detail;
      EXPECT_TRUE(opened || !trouble.passes) << opened.error().detail;
      if (!struck) break;
      if (!opened) check_text("open", opened.error());
    }
    ++seen_["faults"];
    EXPECT_FALSE(acquire(*store(file_), ann, 0));
    if (HasFailure()) return;
  }
  EXPECT_GT(seen_["faults"], 0) << "nothing was tried";
}

void PrintTo(const Trouble& trouble, std::ostream* out) { *out << trouble.name; }

std::string name_of(const testing::TestParamInfo<Trouble>& about) { return about.param.name; }

INSTANTIATE_TEST_SUITE_P(All, SqliteFaults, testing::ValuesIn(troubles), name_of);
INSTANTIATE_TEST_SUITE_P(All, SqliteOpenFaults,
                         testing::ValuesIn(std::begin(troubles), std::end(troubles) - 1), name_of);

}  // namespace
}  // namespace leasehold
