// What a sweep wrote is read back, gone on with, and never mixed with what does not belong to it.
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/sweep/record.h"
#include "sim/sweep/tape.h"

namespace leasehold::sim {
namespace {

using testing::HasSubstr;

Sweep of_baseline() { return {{1, 6}, "ci", "matrix-sdk", {Authority::wall_clock}}; }
Head head_of(const Sweep& sweep) { return {sweep, {1, 2}}; }
std::string head() { return line_of(head_of(of_baseline())); }

ChunkRun chunk(std::uint64_t seed) {
  return run_chunk(of_baseline(), {{seed, seed}, Authority::wall_clock});
}

Result<Record> read(const std::string& text) {
  std::istringstream in(text);
  return read_record(in, "file", {});
}

std::string refusal(const std::string& text) {
  const Result<Record> record = read(text);
  return record ? "accepted" : record.error().detail;
}

std::string without_end(std::string line) {
  line.pop_back();
  return line;
}

TEST(Record, IsReadAsItWasWritten) {
  const Result<Record> record = read(head() + line_of(chunk(1)) + line_of(chunk(5)));
  ASSERT_TRUE(record) << record.error().detail;
  EXPECT_EQ(record->head, head_of(of_baseline()));
  ASSERT_EQ(record->chunks.size(), 2U);
  EXPECT_FALSE(chunk(1).failures.empty()) << "else nothing is shown of them";
  EXPECT_EQ(record->chunks.at(chunk(1).chunk), chunk(1));
  EXPECT_EQ(record->chunks.at(chunk(5).chunk), chunk(5));
}

TEST(Record, LeavesOutALineThatWasCutOff) {
  const std::string whole = head() + line_of(chunk(1));
  const std::string next = line_of(chunk(2));
  for (std::size_t length = 0; length < next.size(); length += 13) {
    const Result<Record> record = read(whole + next.substr(0, length));
    ASSERT_TRUE(record) << record.error().detail;
    EXPECT_EQ(record->chunks.size(), 1U);
    EXPECT_EQ(record->whole, whole.size());
  }
  // What looks whole and lacks its end may have been cut off as well.
  EXPECT_EQ(read(whole + without_end(next))->chunks.size(), 1U);
  EXPECT_EQ(read(whole + next)->chunks.size(), 2U);
  EXPECT_FALSE(read("")->head);
  EXPECT_FALSE(read(without_end(head()))->head);
}

TEST(Record, TakesSeveralFilesOneAfterAnother) {
  const std::string both = head() + line_of(chunk(1)) + head() + line_of(chunk(2));
  EXPECT_EQ(read(both)->chunks.size(), 2U);
  EXPECT_EQ(read(both + line_of(chunk(1)))->chunks.size(), 2U) << "the same chunk twice";
}

TEST(Record, RefusesWhatDoesNotBelongToIt) {
  Sweep other = of_baseline();
  other.seeds = {1, 7};
  EXPECT_THAT(refusal(head() + line_of(head_of(other))),
              HasSubstr("file:2: /: of another sweep: seeds: found \"1..7\", wanted \"1..6\""));
  EXPECT_THAT(refusal(head() + line_of(Head{of_baseline(), {1, 3}})), HasSubstr("another build"));
  ChunkRun changed = chunk(1);
  ++changed.counts.events;
  EXPECT_THAT(refusal(head() + line_of(chunk(1)) + line_of(changed)),
              HasSubstr("file:3: /: chunk 1..1 of wall_clock came out otherwise"));
  const ChunkRun outside = run_chunk(of_baseline(), {{7, 7}, Authority::wall_clock});
  EXPECT_THAT(refusal(head() + line_of(outside)), HasSubstr("/chunk: found \"7..7\"; accepted"));
  EXPECT_THAT(refusal(line_of(chunk(1))), HasSubstr("no record of a sweep"));
  EXPECT_THAT(refusal("# A text\n"), HasSubstr("file:1: no record of a sweep: /: not JSON"));
  EXPECT_THAT(refusal(head() + "{}\n"), HasSubstr("file:2: /: the key \"authority\" is missing"));
  EXPECT_THAT(refusal(head() + "\n" + line_of(chunk(1))), HasSubstr("file:2: "));
}

TEST(Record, SaysInWhatSweepsDiffer) {
  const Head wanted = head_of(of_baseline());
  EXPECT_EQ(difference(wanted, wanted), "");
  Head found = wanted;
  found.sweep.profile = "tight";
  EXPECT_EQ(difference(found, wanted), "profile: found \"tight\", wanted \"ci\"");
  found = wanted;
  found.sweep.algorithm = "leasehold";
  EXPECT_THAT(difference(found, wanted), HasSubstr("algorithm: found \"leasehold\""));
  found = wanted;
  found.sweep.authorities.push_back(Authority::observation);
  EXPECT_THAT(difference(found, wanted),
              HasSubstr("authority: found \"wall_clock,observation\", wanted \"wall_clock\""));
}

class TapeTest : public testing::Test {
 protected:
  void TearDown() override { std::filesystem::remove_all(folder_); }

  void put(const std::string& text) const {
    std::filesystem::create_directories(folder_);
    std::ofstream(file_, std::ios::binary) << text;
  }
  std::string content() const {
    std::ifstream in(file_, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
  }
  Result<Tape> open() const { return Tape::open(file_, head_of(of_baseline())); }

  const std::filesystem::path folder_ =
      std::filesystem::path(testing::TempDir()) /
      (std::string("sweep_tape_") + testing::UnitTest::GetInstance()->current_test_info()->name());
  const std::filesystem::path file_ = folder_ / "sweep.jsonl";
};

TEST_F(TapeTest, GoesOnAfterWhatItHolds) {
  const std::string whole = head() + line_of(chunk(1)) + line_of(chunk(2));
  for (std::size_t length = 0; length <= whole.size(); length += 7) {
    SCOPED_TRACE(length);
    put(whole.substr(0, length));
    Result<Tape> tape = open();
    ASSERT_TRUE(tape) << tape.error().detail;
    for (const std::uint64_t seed : {1U, 2U}) {
      if (tape->held().contains(chunk(seed).chunk)) continue;
      EXPECT_FALSE(tape->append(chunk(seed)));
    }
    EXPECT_EQ(content(), whole);
  }
}

TEST_F(TapeTest, LeavesAFileOfSomebodyElsesAsItIs) {
  Sweep other = of_baseline();
  other.algorithm = "leasehold";
  for (const std::string& text :
       {std::string("notes"), std::string("my notes\nand more"), line_of(head_of(other)),
        line_of(head_of(other)) + "torn", head() + "{\"a\": 1}\n"}) {
    put(text);
    const Result<Tape> tape = open();
    ASSERT_FALSE(tape) << text;
    EXPECT_THAT(tape.error().detail, HasSubstr(file_.string()));
    EXPECT_EQ(content(), text);
  }
}

TEST_F(TapeTest, HasOneWriter) {
  const Result<Tape> first = open();
  ASSERT_TRUE(first) << first.error().detail;
  const Result<Tape> second = open();
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().detail, HasSubstr("another sweep is writing it"));
}

TEST_F(TapeTest, IsNoFolder) {
  std::filesystem::create_directories(file_);
  EXPECT_THAT(open().error().detail, HasSubstr("can't be opened"));
}

}  // namespace
}  // namespace leasehold::sim
