// A run that was written is read back as it was, or refused; two runs part where they part.
#include "sim/report/recording.h"

#include <cstddef>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "sim/report/first_difference.h"
#include "sim/scenario/generate.h"
#include "sim/scenario/read.h"
#include "sim/world/run.h"

namespace leasehold::sim {
namespace {

Recording record(const Scenario& scenario, const std::string& algorithm) {
  return recording_of(scenario, scenario.name, algorithm,
                      run(scenario, algorithm, {.keep_trace = true}));
}

Recording record_file(const std::string& file, const std::string& algorithm) {
  return record(read_scenario_file(file).value(), algorithm);
}

std::string written(const Recording& recording) {
  std::ostringstream out;
  write_recording(out, recording);
  return out.str();
}

Result<std::vector<Recording>> read(const std::string& text) {
  std::istringstream rest(text.substr(recording_mark.size()));
  return read_recordings(text.substr(0, recording_mark.size()), rest, "some.trace");
}

std::string refusal(const std::string& text) {
  const auto result = read(text);
  return result ? "accepted" : result.error().detail;
}

const char* const two_keys = "scenarios/keys/one_key_fails_alone.json";

TEST(Recording, IsReadBackEventForEvent) {
  std::size_t events = 0;
  for (std::uint64_t seed = 0; seed < 30; ++seed) {
    SCOPED_TRACE(seed);
    const Recording recording = record(generate(seed, {}), "leasehold");
    const auto again = read(written(recording));
    ASSERT_TRUE(again) << again.error().detail;
    ASSERT_EQ(again->size(), 1U);
    EXPECT_EQ(again->front().events, recording.events);
    EXPECT_EQ(again->front().cast, recording.cast);
    EXPECT_EQ(again->front().hash, recording.hash);
    events += recording.events.size();
  }
  EXPECT_GT(events, 1'000U);
}

TEST(Recording, KnowsPartsAndKeysAndSeveralRuns) {
  const Recording first = record_file(two_keys, "leasehold");
  const Recording second = record_file(two_keys, "matrix-sdk");
  ASSERT_GT(first.cast.keys.size(), 1U);
  ASSERT_NE(first.cast.bodies.at(1), 1U);
  const auto again = read(written(first) + written(second));
  ASSERT_TRUE(again) << again.error().detail;
  ASSERT_EQ(again->size(), 2U);
  EXPECT_EQ((*again)[0].cast, first.cast);
  EXPECT_EQ((*again)[0].events, first.events);
  EXPECT_EQ((*again)[1].algorithm, "matrix-sdk");
  EXPECT_EQ((*again)[1].events, second.events);
}

TEST(Recording, IsRefusedWithItsLineWhereItWasChangedOrCutOff) {
  const std::string good = written(record_file(two_keys, "leasehold"));
  const std::size_t second_line = good.find('\n') + 1;
  const std::string head = good.substr(0, second_line);
  EXPECT_EQ(refusal(head),
            "some.trace:1: /: the run has no end; the file is cut off, record it anew");
  std::string other = good;
  other.replace(second_line, std::string("{\"at_ns\":0").size(), "{\"at_ns\":1");
  EXPECT_NE(refusal(other).find("the hash of the events above"), std::string::npos);
  EXPECT_NE(refusal(head + "{\"at_ns\":0,\"kind\":\"lst\",\"key\":\"a\"}\n")
                .find("some.trace:2: /kind: found \"lst\"; accepted: "),
            std::string::npos);
  EXPECT_EQ(refusal(head + "{\"at_ns\":0,\"kind\":\"lost\"}\n"),
            "some.trace:2: /: the key \"key\" is missing");
  EXPECT_NE(refusal(head + "nonsense\n").find("some.trace:2: /: not JSON"), std::string::npos);
  std::string newer = good;
  newer.replace(recording_mark.size(), 1, "2");
  EXPECT_EQ(refusal(newer),
            "some.trace:1: /leasehold_trace: found 2; accepted: a whole number from 1 to 1");
}

TEST(FirstDifference, IsNoneBetweenTwoRunsOfOneWorld) {
  EXPECT_FALSE(
      first_difference(record_file(two_keys, "leasehold"), record_file(two_keys, "leasehold")));
}

TEST(FirstDifference, NamesTheEventAndTheFields) {
  const Recording a = record_file(two_keys, "leasehold");
  ASSERT_GT(a.events.size(), 20U);
  Recording b = a;
  b.events[17].detail ^= 1U;
  b.events[17].term += 1;
  b.events[18].term += 1;
  const auto found = first_difference(a, b);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->same, 17U);
  EXPECT_EQ(found->fields, (std::vector<std::string>{"term", "detail"}));
  const auto without = first_difference(a, b, {"term", "detail"});
  EXPECT_FALSE(without);
}

TEST(FirstDifference, SeesEveryField) {
  const Recording a = record_file(two_keys, "leasehold");
  std::vector<Event> changed(12, a.events[17]);
  changed[0].at = TrueTime::at_ns(changed[0].at.ns() + 1);
  changed[1].kind = changed[1].kind == Event::Kind::lost ? Event::Kind::ended : Event::Kind::lost;
  changed[2].process = changed[2].process == 0 ? 1 : 0;
  changed[3].key = changed[3].key == 0 ? 1 : 0;
  changed[4].call = core::Request::Kind::abandon;
  changed[5].ordinal += 1;
  changed[6].term += 1;
  changed[7].value += 1;
  changed[8].detail ^= 1U;
  changed[9].other ^= 1U;
  changed[10].owner.low ^= 1U;
  changed[11].until = TrueTime::at_ns(changed[11].until.ns() + 1);
  ASSERT_EQ(event_fields().size(), changed.size());
  for (std::size_t field = 0; field < changed.size(); ++field) {
    SCOPED_TRACE(event_fields()[field]);
    Recording b = a;
    b.events[17] = changed[field];
    const auto found = first_difference(a, b);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->same, 17U);
    EXPECT_EQ(found->fields.front() == event_fields()[field] ||
                  found->fields.back() == event_fields()[field],
              true);
  }
}

TEST(FirstDifference, IsWhereTheShorterHistoryEnds) {
  const Recording a = record_file(two_keys, "leasehold");
  Recording b = a;
  b.events.pop_back();
  const auto found = first_difference(a, b);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->same, b.events.size());
  EXPECT_TRUE(found->fields.empty());
}

TEST(FirstDifference, GoesByNamesAndNotByTheirOrder) {
  const Recording a = record_file(two_keys, "leasehold");
  // The same history, told with the processes the other way round.
  Recording b = a;
  const auto last = static_cast<std::uint32_t>(a.cast.processes.size() - 1);
  for (std::uint32_t process = 0; process <= last; ++process) {
    b.cast.processes[last - process] = a.cast.processes[process];
  }
  for (Event& event : b.events) {
    if (event.process != nobody) event.process = static_cast<std::uint32_t>(last - event.process);
  }
  EXPECT_FALSE(first_difference(a, b));
  // The same indices, which mean another process, or another key.
  b = a;
  b.cast.processes[0] = "Z";
  const auto process = first_difference(a, b);
  ASSERT_TRUE(process);
  EXPECT_EQ(process->fields, std::vector<std::string>{"process"});
  b = a;
  b.cast.keys[0] = "other";
  const auto key = first_difference(a, b);
  ASSERT_TRUE(key);
  EXPECT_EQ(key->fields, std::vector<std::string>{"key"});
}

}  // namespace
}  // namespace leasehold::sim
