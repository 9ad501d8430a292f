// Bad scenarios get one error that says what, where and what is accepted; never a crash.
#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>

#include <gtest/gtest.h>

#include "sim/scenario/read.h"

namespace leasehold::sim {
namespace {

const std::string good = R"({"format": 1, "name": "n", "about": "a", "authority": "host_clock",
  "timing": {"lease": "500ms", "renew_every": "50ms", "request_timeout": "40ms"},
  "processes": [{"name": "A", "program": [{"at": "0ms", "do": "acquire"}]}],
  "faults": [{"at": "1ms", "kind": "crash", "process": "A"}],
  "run_for": "1s"})";

std::string with(const std::string& old, const std::string& replacement) {
  std::string text = good;
  const auto at = text.find(old);
  EXPECT_NE(at, std::string::npos) << old;
  return text.replace(at, old.size(), replacement);
}

std::string observed(const std::string& old, const std::string& replacement) {
  std::string text = with(old, replacement);
  const std::string host = "host_clock";
  return text.replace(text.find(host), host.size(), "observation");
}

std::string error_of(const std::string& text) {
  const Result<Scenario> read = read_scenario(text, "file.json");
  if (read) return "no error";
  EXPECT_EQ(read.error().kind, Errc::misuse);
  return read.error().detail;
}

TEST(BadInput, TheGoodScenarioThatAllOthersComeFromIsRead) {
  EXPECT_EQ(error_of(good), "no error");
  EXPECT_EQ(error_of(observed("\"A\", \"program\"",
                              "\"A\", \"clock\": {\"rate_ppm\": 5}, "
                              "\"program\"")),
            "no error");
}

struct Bad {
  const char* name;
  std::string text;
  const char* pointer;
  const char* part;
};

// Table of what is refused, where the error must point and what it must say.
std::vector<Bad> bad_structure() {
  return {
      {"unknown key", with("\"run_for\"", "\"runfor\": 1, \"run_for\""), "/runfor",
       "did you mean \"run_for\""},
      {"unknown key below", with("\"at\": \"0ms\"", "\"att\": 1, \"at\": \"0ms\""),
       "/processes/0/program/0/att", "unknown key"},
      {"duplicate key", with("\"format\": 1", "\"format\": 1, \"format\": 1"), "/format", "twice"},
      {"duplicate key below", with("\"lease\": \"500ms\"", "\"lease\": \"1s\", \"lease\": \"1s\""),
       "/timing/lease", "twice"},
      {"duplicate key in a list", with("\"at\": \"1ms\"", "\"at\": \"1ms\", \"at\": \"1ms\""),
       "/faults/0/at", "twice"},
      {"missing key", with("\"run_for\": \"1s\"", "\"seed\": 1"), "/", "\"run_for\" is missing"},
      {"a key that is nearly there", with("\"run_for\"", "\"runfor\""), "/",
       "\"run_for\" is missing (found \"runfor\")"},
      {"missing key below", with("\"lease\": \"500ms\", ", ""), "/timing", "\"lease\" is missing"},
      {"wrong type", with("\"name\": \"n\"", "\"name\": 7"), "/name", "a string"},
      {"an array for an object", with("{\"at\": \"0ms\", \"do\": \"acquire\"}", "[]"),
       "/processes/0/program/0", "an object"},
      {"true for a number", with("\"format\": 1", "\"format\": true"), "/format", "found true"},
      {"a fraction", with("\"run_for\"", "\"seed\": 1.5, \"run_for\""), "/seed", "whole number"},
      {"2^64", with("\"run_for\"", "\"seed\": 18446744073709551616, \"run_for\""), "/seed",
       "whole number"},
      {"above 2^63", with("\"run_for\"", "\"seed\": 9223372036854775808, \"run_for\""), "/seed",
       "whole number"},
      {"2^64 - 1, which a conversion would take for -1",
       observed("\"A\", \"program\"",
                "\"A\", \"clock\": {\"rate_ppm\": 18446744073709551615}, \"program\""),
       "/processes/0/clock/rate_ppm", "whole number"},
      {"a negative number", with("\"run_for\"", "\"seed\": -1, \"run_for\""), "/seed", "from 0"},
      {"no processes",
       with("{\"name\": \"A\", \"program\": [{\"at\": \"0ms\", \"do\": "
            "\"acquire\"}]}",
            ""),
       "/processes", "1 to 1000"},
  };
}

// NOLINTNEXTLINE(readability-function-size): a table
std::vector<Bad> bad_values() {
  return {
      {"a bare number", with("\"500ms\"", "500"), "/timing/lease", "duration with its unit"},
      {"a negative duration", with("\"500ms\"", "\"-500ms\""), "/timing/lease", "\"-500ms\""},
      {"minus nothing", with("\"0ms\"", "\"-0ms\""), "/processes/0/program/0/at", "\"-0ms\""},
      {"an overflowing duration", with("\"500ms\"", "\"99999999999999999999s\""), "/timing/lease",
       "accepted"},
      {"a huge duration", with("\"500ms\"", "\"9000000000000000000h\""), "/timing/lease",
       "accepted"},
      {"a unit nobody knows", with("\"500ms\"", "\"500m\""), "/timing/lease", "accepted"},
      {"a fraction of a unit", with("\"500ms\"", "\"0.5s\""), "/timing/lease", "accepted"},
      {"an unknown process", with("\"process\": \"A\"", "\"process\": \"Z\""), "/faults/0/process",
       "accepted: \"A\""},
      {"an unknown fault", with("\"crash\"", "\"crush\""), "/faults/0/kind",
       "did you mean \"crash\""},
      {"a partition in an unknown direction",
       with("\"crash\", \"process\": \"A\"",
            "\"partition\", \"process\": \"A\", \"direction\": \"answer\", \"for\": \"1s\""),
       "/faults/0/direction", "did you mean \"answers\""},
      {"a partition without an end",
       with("\"crash\", \"process\": \"A\"",
            "\"partition\", \"process\": \"A\", \"direction\": \"both\""),
       "/faults/0", "\"for\" is missing"},
      {"a stall of a process",
       with("\"crash\", \"process\": \"A\"",
            "\"writer_stall\", \"process\": \"A\", \"for\": \"1s\""),
       "/faults/0/process", "unknown key"},
      {"a restart that takes no time",
       with("\"crash\", \"process\": \"A\"", "\"store_restart\", \"for\": \"0s\""), "/faults/0/for",
       "\"0s\""},
      {"a clone without a name",
       with("\"crash\", \"process\": \"A\"", "\"clone\", \"process\": \"A\""), "/faults/0",
       "\"as\" is missing"},
      {"a clone of nobody",
       with("\"crash\", \"process\": \"A\"", "\"clone\", \"process\": \"B\", \"as\": \"C\""),
       "/faults/0/process", "accepted: \"A\""},
      {"a clone with a name that stands twice",
       with("\"crash\", \"process\": \"A\"", "\"clone\", \"process\": \"A\", \"as\": \"A\""),
       "/faults/0/as", "twice"},
      {"a clone with a misspelt kind",
       with("\"crash\", \"process\": \"A\"", "\"clon\", \"process\": \"A\", \"as\": \"C\""),
       "/faults/0/kind", "did you mean \"clone\""},
      {"a clone that lasts",
       with("\"crash\", \"process\": \"A\"",
            "\"clone\", \"process\": \"A\", \"as\": \"C\", \"for\": \"1s\""),
       "/faults/0/for", "unknown key"},
      {"an unknown verb", with("\"acquire\"", "\"aquire\""), "/processes/0/program/0/do",
       "did you mean \"acquire\""},
      {"a name that stands twice",
       with("\"acquire\"}]}", "\"acquire\"}]}, {\"name\": \"A\", \"program\": []}"),
       "/processes/1/name", "twice"},
      {"a key with a space", with("\"A\", \"program\"", "\"A\", \"key\": \"a b\", \"program\""),
       "/processes/0/key", "a letter"},
      {"a part of nobody",
       with("\"acquire\"}]}",
            "\"acquire\"}]}, {\"name\": \"B\", \"part_of\": \"C\", \"program\": []}"),
       "/processes/1/part_of", "accepted: \"A\""},
      {"a part that comes first",
       with("\"A\", \"program\"", "\"A\", \"part_of\": \"B\", \"program\""), "/processes/0/part_of",
       "stands before"},
      {"after the end", with("\"at\": \"1ms\"", "\"at\": \"2s\""), "/faults/0/at", "1s"},
      {"a heal after the end", with("\"run_for\"", "\"heal_at\": \"2s\", \"run_for\""), "/heal_at",
       "1s"},
      {"a fault with the heal", with("\"run_for\"", "\"heal_at\": \"1ms\", \"run_for\""),
       "/faults/0/at", "before \"heal_at\" (1ms), which switches every fault off"},
  };
}

// NOLINTNEXTLINE(readability-function-size): a table
std::vector<Bad> bad_worlds() {
  return {
      {"own clock under host_clock",
       with("\"A\", \"program\"", "\"A\", \"clock\": {}, \"program\""), "/processes/0/clock",
       "share"},
      {"host's clock under observation",
       observed("\"run_for\"", "\"host\": {\"clock\": {}}, \"run_for\""), "/host", "observation"},
      {"an error that is both a loss and a renewal",
       with("\"run_for\"",
            "\"options\": {\"answer-anchored\": {\"error_is_loss\": true, "
            "\"error_renews\": true}}, \"run_for\""),
       "/options/answer-anchored/error_renews", "one of both"},
      {"a host's process that freezes alone",
       with("\"kind\": \"crash\", \"process\": \"A\"",
            "\"kind\": \"pause\", \"process\": \"A\", \"how\": \"frozen\", \"for\": \"1s\""),
       "/faults/0/how", "one kernel"},
      {"a host's clock that is said to be a process's",
       with("\"kind\": \"crash\", \"process\": \"A\"",
            "\"kind\": \"clock_step\", \"process\": \"A\", \"by\": \"1s\""),
       "/faults/0/process", "share its clock"},
      {"a part with a clock of its own",
       with("\"acquire\"}]}",
            "\"acquire\"}]}, {\"name\": \"B\", \"part_of\": \"A\", \"wall\": {}, \"program\": []}"),
       "/processes/1/wall", "shares those of its process"},
      {"a part that crashes alone",
       with("\"acquire\"}]}],\n  \"faults\": [{\"at\": \"1ms\", \"kind\": \"crash\", \"process\": "
            "\"A\"}]",
            "\"acquire\"}]}, {\"name\": \"B\", \"part_of\": \"A\", \"program\": []}],\n"
            "  \"faults\": [{\"at\": \"1ms\", \"kind\": \"crash\", \"process\": \"B\"}]"),
       "/faults/0/process", "accepted: \"A\""},
      {"an unknown authority", with("host_clock", "store_clok"), "/authority",
       "did you mean \"store_clock\""},
      {"a store's clock under host_clock",
       with("\"processes\"", "\"store\": {\"clock\": {}}, \"processes\""), "/store",
       "judges only under \"authority\": \"store_clock\""},
      {"a step of the store's clock under host_clock",
       with("\"crash\", \"process\": \"A\"", "\"store_clock_step\", \"by\": \"1ms\""),
       "/faults/0/kind", "judges only under \"authority\": \"store_clock\""},
      {"a failover that does not say what it loses",
       with("\"crash\", \"process\": \"A\"", "\"failover\""), "/faults/0", "loses"},
      {"a failover of a process", with("\"crash\",", "\"failover\", \"loses\": \"0ms\","),
       "/faults/0/process", "unknown key"},
      {"a failover that loses the future",
       with("\"crash\", \"process\": \"A\"", "\"failover\", \"loses\": \"-1ms\""),
       "/faults/0/loses", "\"-1ms\""},
      {"a replica's clock under host_clock",
       with("\"crash\", \"process\": \"A\"",
            "\"failover\", \"loses\": \"0ms\", \"clock_difference\": \"1ms\""),
       "/faults/0/clock_difference", "judges only under \"authority\": \"store_clock\""},
      {"an unknown algorithm", with("\"run_for\"", "\"expect\": {\"leasehld\": {}}, \"run_for\""),
       "/expect/leasehld", "did you mean \"leasehold\""},
      {"an unknown invariant",
       with("\"run_for\"", "\"expect\": {\"leasehold\": {\"holds\": [\"I99\"]}}, \"run_for\""),
       "/expect/leasehold/holds/0", "\"I14\""},
      {"expected to hold and to break",
       with("\"run_for\"",
            "\"expect\": {\"leasehold\": {\"holds\": [\"I1\"], \"violates\": "
            "[\"I1\"]}}, \"run_for\""),
       "/expect/leasehold/violates", "holds"},
      {"a choice that is none",
       with("\"run_for\"",
            "\"choices\": {\"A/renew/0/late\": \"1s\"}, "
            "\"run_for\""),
       "/choices/A~1renew~10~1late", "A/renew/2/answer_delay"},
      {"a choice in another spelling",
       with("\"run_for\"", "\"choices\": {\"A/wake/01/late\": \"1s\"}, \"run_for\""),
       "/choices/A~1wake~101~1late", "not a choice"},
      {"a fault and a choice that are the same",
       with("{\"at\": \"1ms\", \"kind\": \"crash\", \"process\": \"A\"}],",
            "{\"on\": {\"process\": \"A\", \"wake\": 1}, \"kind\": \"late\", \"by\": \"1s\"}], "
            "\"choices\": {\"A/wake/1/late\": \"1s\"},"),
       "/choices/A~1wake~11~1late", "twice"},
      {"a choice made twice",
       with("{\"at\": \"1ms\", \"kind\": \"crash\", \"process\": \"A\"}",
            "{\"on\": {\"process\": \"A\", \"call\": \"renew\", \"nth\": 1}, \"kind\": "
            "\"answer_loss\"}, {\"on\": {\"process\": \"A\", \"call\": \"renew\", \"nth\": 1}, "
            "\"kind\": \"answer_loss\"}"),
       "/faults/1", "twice"},
      {"a timing that can't keep its promises", with("\"40ms\"", "\"400ms\""), "/timing",
       "request_timeout 400ms"},
  };
}

void expect_refused(const std::vector<Bad>& table) {
  for (const Bad& bad : table) {
    SCOPED_TRACE(bad.name);
    const std::string error = error_of(bad.text);
    EXPECT_EQ(error.rfind("file.json:", 0), 0U) << error;
    EXPECT_EQ(error.find(": " + std::string(bad.pointer) + ": "), error.find(": ")) << error;
    EXPECT_NE(error.find(bad.part), std::string::npos) << error;
    EXPECT_EQ(error.find('\n'), std::string::npos) << error;
  }
}

TEST(BadInput, OnlyAWordThatIsCloseIsSuggested) {
  const auto process = [](const char* name) {
    return error_of(with("\"process\": \"A\"", "\"process\": \"" + std::string(name) + "\""));
  };
  EXPECT_EQ(process("Z").find("did you mean"), std::string::npos) << process("Z");
  const auto fault = [](const std::string& kind) { return error_of(with("crash", kind)); };
  EXPECT_NE(fault("clock_rat").find("did you mean \"clock_rate\""), std::string::npos);
  EXPECT_EQ(fault("flood").find("did you mean"), std::string::npos) << fault("flood");
  EXPECT_EQ(fault(std::string(500'000, 'c')).find("did you mean"), std::string::npos);
}

TEST(BadInput, OfTwoCloseWordsTheCloserIsSuggested) {
  std::string text =
      with("{\"name\": \"A\",", "{\"name\": \"worked\", \"program\": []}, {\"name\": \"worker\",");
  const std::string owner = "\"process\": \"A\"";
  text.replace(text.find(owner), owner.size(), "\"process\": \"workers\"");
  EXPECT_NE(error_of(text).find("did you mean \"worker\""), std::string::npos) << error_of(text);
}

TEST(BadInput, AThousandAcceptedNamesAreNotAllListed) {
  std::string more = "\"acquire\"}]}";
  for (int index = 1; index < 1'000; ++index) {
    more += ", {\"name\": \"P" + std::to_string(index) + "\", \"program\": []}";
  }
  std::string text = with("\"acquire\"}]}", more);
  text.replace(text.find("\"process\": \"A\""), 14, "\"process\": \"nobody\"");
  const std::string error = error_of(text);
  EXPECT_NE(error.find("\"A\", \"P1\", "), std::string::npos) << error;
  EXPECT_NE(error.find(" and 980 more"), std::string::npos) << error;
}

TEST(BadInput, AWrongStructureIsRefusedWithItsPointer) { expect_refused(bad_structure()); }

TEST(BadInput, AWrongValueIsRefusedWithItsPointer) { expect_refused(bad_values()); }

TEST(BadInput, WhatContradictsItselfIsRefusedWithItsPointer) { expect_refused(bad_worlds()); }

TEST(BadInput, WhatIsNotJsonIsRefusedInOneLine) {
  for (const std::string& text :
       {std::string(), std::string("hello"), good.substr(0, good.size() / 2), good + "x",
        std::string("\xff\xfe{}"), std::string("{\"a\": \"\xc3\x28\"}"), std::string("{\n\n,}"),
        good + '\0' + "what the parser would not see"}) {
    const std::string error = error_of(text);
    EXPECT_NE(error.find("not JSON"), std::string::npos) << error;
    EXPECT_EQ(error.find('\n'), std::string::npos) << error;
  }
  EXPECT_NE(error_of("[]").find("an object"), std::string::npos);
}

TEST(BadInput, ANestingBombIsRefused) {
  for (const char* open : {"[", "{\"a\":"}) {
    std::string bomb;
    for (int level = 0; level < 200'000; ++level) bomb += open;
    bomb.resize(std::min<std::size_t>(bomb.size(), 1'000'000));
    EXPECT_NE(error_of(bomb).find("nested deeper than 64"), std::string::npos);
  }
}

TEST(BadInput, TenMegabytesAreRefused) {
  const std::string large(10U << 20U, ' ');
  EXPECT_NE(error_of(large).find("at most 4194304"), std::string::npos);
}

std::string file_error(const std::filesystem::path& path) {
  const Result<Scenario> read = read_scenario_file(path);
  return read ? "no error" : read.error().detail;
}

// Of the test's own: tests run side by side.
std::filesystem::path temporary_path() {
  return testing::TempDir() + "leasehold-" + std::to_string(getpid()) + ".json";
}

std::string error_of_file(const std::string& content) {
  std::ofstream(temporary_path()) << content;
  std::string error = file_error(temporary_path());
  std::filesystem::remove(temporary_path());
  return error;
}

TEST(BadInput, WhatIsNoFileIsRefused) {
  const std::filesystem::path folder = testing::TempDir();
  EXPECT_NE(file_error(folder / "not-there.json").find("no such file"), std::string::npos);
  EXPECT_NE(file_error(folder).find("not a file"), std::string::npos);
  EXPECT_NE(file_error("/dev/null").find("not a file"), std::string::npos);
  EXPECT_NE(file_error(folder / std::string(5'000, 'x')).find("can't be looked at"),
            std::string::npos);
  EXPECT_EQ(file_error(folder / "two\nlines").find('\n'), std::string::npos);
}

TEST(BadInput, AFileOfTheWrongSizeIsRefused) {
  EXPECT_EQ(error_of_file(good), "no error");
  EXPECT_NE(error_of_file("").find("not JSON"), std::string::npos);
  EXPECT_NE(error_of_file(std::string(10U << 20U, ' ')).find("at most 4194304"), std::string::npos);
}

TEST(BadInput, AFileThatMayNotBeReadIsRefused) {
  std::ofstream(temporary_path()) << good;
  std::filesystem::permissions(temporary_path(), std::filesystem::perms::none);
  // Nothing is closed to root, who therefore asks as nobody.
  const uid_t me = geteuid();
  constexpr uid_t somebody_else = 65534;
  ASSERT_EQ(seteuid(me == 0 ? somebody_else : me), 0);
  const std::string error = file_error(temporary_path());
  ASSERT_EQ(seteuid(me), 0);
  EXPECT_NE(error.find("permissions"), std::string::npos) << error;
  std::filesystem::remove(temporary_path());
}

TEST(BadInput, EveryFileThatTheSchemaRefusesTheReaderRefuses) {
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator("sim/tests/bad")) {
    ++files;
    EXPECT_FALSE(read_scenario_file(entry.path())) << entry.path();
  }
  EXPECT_GE(files, 20);
}

}  // namespace
}  // namespace leasehold::sim
