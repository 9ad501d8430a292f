// What the command writes for programs to read, and reads of what holders wrote.
#include <string>

#include <gtest/gtest.h>

#include "lib/cli/holder.h"
#include "lib/src/text/json_text.h"

namespace leasehold::cli {
namespace {

TEST(CliText, AnyBytesBecomeAJsonString) {
  const struct {
    std::string text;
    std::string json;
  } cases[] = {{"", "\"\""},
               {"deploy", "\"deploy\""},
               {"a\"b\\c/", "\"a\\\"b\\\\c/\""},
               {std::string("nul\0end", 7), "\"nul\\u0000end\""},
               {"line\nend\t\x7f", "\"line\\u000aend\\u0009\\u007f\""},
               {"ü € 🚀", "\"ü € 🚀\""},
               {"\xff", "\"\\ufffd\""},
               {"\xc3", "\"\\ufffd\""},
               {"\xc0\xaf", "\"\\ufffd\\ufffd\""},
               {"\xed\xa0\x80", "\"\\ufffd\\ufffd\\ufffd\""},
               {"\xf4\x90\x80\x80z", "\"\\ufffd\\ufffd\\ufffd\\ufffdz\""}};
  for (const auto& one : cases) EXPECT_EQ(json_text(one.text), one.json);
}

TEST(CliText, AnObjectHasItsMembersInOrder) {
  EXPECT_EQ(JsonObject().text(), "{}");
  EXPECT_EQ(JsonObject()
                .add("s", "x")
                .add("n", std::uint64_t{18'446'744'073'709'551'615U})
                .add("i", std::optional<std::int64_t>(-1))
                .add("none", std::optional<std::int64_t>())
                .add("t", true)
                .text(),
            R"({"s": "x", "n": 18446744073709551615, "i": -1, "none": null, "t": true})");
}

TEST(CliText, WhatAHolderSaysIsReadBack) {
  const Holder all{
      .name = "a: b on c since d", .host = "h", .pid = 12, .since = "2026-11-25T13:00:00Z"};
  const Holder no_name{.host = "h", .pid = 12, .since = "2026-11-25T13:00:00Z"};
  const Holder plain{.host = "h", .pid = 12};
  for (const Holder& one : {all, no_name, plain}) {
    const Holder read = holder_of(info_of(one));
    EXPECT_EQ(read.name, one.name);
    EXPECT_EQ(read.host, one.host);
    EXPECT_EQ(read.pid, one.pid);
    EXPECT_EQ(read.since, one.since);
  }
  EXPECT_EQ(info_of(plain), "pid 12 on h") << "as the library says it";
}

TEST(CliText, WhatIsOfNoSuchFormIsAName) {
  for (const std::string info : {"", "worker 7", "pid", "pid x on h", "pid 12", "pid 12 on ",
                                 "pid 99999999999 on h", "pid 1 2 on h"}) {
    const Holder read = holder_of(info);
    EXPECT_EQ(read.name, info);
    EXPECT_EQ(read.pid, std::nullopt) << info;
  }
}

TEST(CliText, AMomentOfTheCalendarIsUtc) {
  EXPECT_EQ(calendar(Instant<WallClock>::at_ns(0)), "1970-01-01T00:00:00Z");
  EXPECT_EQ(calendar(Instant<WallClock>::at_ns(1'764'075'600'999'999'999)), "2025-11-25T13:00:00Z");
}

}  // namespace
}  // namespace leasehold::cli
