#include "sim/scenario/excerpt.h"

#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>

#include <gtest/gtest.h>

#include "sim/scenario/read.h"

namespace leasehold::sim {
namespace {

// What the text goes on with where the pointer leads to.
std::string at(const std::string& text, const std::string& pointer) {
  const auto place = place_of(text, pointer);
  return place ? text.substr(*place, 5) : "nowhere";
}

TEST(Excerpt, APointerIsFollowed) {
  const std::string text = R"( {"a": [1, {"b": "x,]}\"", "c": true}, [22]], "d/~": {"e": null}})";
  EXPECT_EQ(at(text, ""), "{\"a\":");
  EXPECT_EQ(at(text, "/a"), "[1, {");
  EXPECT_EQ(at(text, "/a/0"), "1, {\"");
  EXPECT_EQ(at(text, "/a/1/c"), "true}");
  EXPECT_EQ(at(text, "/a/2/0"), "22]],");
  EXPECT_EQ(at(text, "/d~1~0/e"), "null}");
}

TEST(Excerpt, WhatIsNotThereIsNowhere) {
  EXPECT_EQ(at(R"({"a": [1]})", "/b"), "nowhere");
  EXPECT_EQ(at(R"({"a": [1]})", "/a/1"), "nowhere");
  EXPECT_EQ(at(R"({"a": [1]})", "/a/x"), "nowhere");
  EXPECT_EQ(at(R"({"a": [1]})", "/a/0/c"), "nowhere");
  EXPECT_EQ(at("", ""), "nowhere");
}

// The reader asks about texts that are wrong somewhere.
TEST(Excerpt, NoTextLeadsAstray) {
  const std::string text = R"({"a": [1, "q\"]", {"b": {}}], "c": 3})";
  for (std::size_t length = 0; length <= text.size(); ++length) {
    for (const char* pointer : {"", "/a", "/a/1", "/a/2/b/x", "/c", "/zz"}) {
      const auto place = place_of(text.substr(0, length), pointer);
      EXPECT_TRUE(!place || *place < length);
    }
  }
  EXPECT_EQ(at("}}]],,::", "/a"), "nowhere");
}

TEST(Excerpt, ACaretStandsUnderTheByte) {
  const std::string text = "{\n\t\"a\": \"\xc3\xa9\"\n}";
  EXPECT_EQ(line_and_column(text, text.find('"')), "2:2");
  EXPECT_EQ(excerpt(text, text.find("\"a\"")),
            "\n  2 |  \"a\": \"??\""
            "\n    |  ^");
  EXPECT_EQ(line_and_column(text, text.size()), "3:2");
  EXPECT_EQ(excerpt(text, text.size()), "\n  3 | }\n    |  ^");
}

TEST(Excerpt, OfALongLineThatPart) {
  const std::string text = "[" + std::string(5'000, '1') + ", x, " + std::string(5'000, '2') + "]";
  const std::string shown = excerpt(text, text.find('x'));
  EXPECT_EQ(shown, "\n  1 | ..." + std::string(38, '1') + ", x, " + std::string(37, '2') +
                       "...\n    | " + std::string(43, ' ') + "^");
}

std::string error_of_file(const std::string& content) {
  const std::filesystem::path path =
      testing::TempDir() + "leasehold-excerpt-" + std::to_string(getpid()) + ".json";
  std::ofstream(path) << content;
  const Result<Scenario> read = read_scenario_file(path);
  std::filesystem::remove(path);
  return read ? "no error" : read.error().detail.substr(path.string().size());
}

TEST(Excerpt, AFileIsShownWhereItIsWrong) {
  EXPECT_EQ(error_of_file("{\n  \"format\": 7,\n  \"name\": \"x\"\n}\n"),
            ":2:13: /format: found 7; accepted: a whole number from 1 to 1"
            "\n  2 |   \"format\": 7,"
            "\n    |             ^");
  EXPECT_EQ(error_of_file("{\n  \"a\": 1,,\n}\n"),
            ":2:10: /: not JSON: syntax error while parsing object key - unexpected ','; expected "
            "string literal"
            "\n  2 |   \"a\": 1,,"
            "\n    |          ^");
  EXPECT_EQ(error_of_file(""),
            ":1:1: /: not JSON: syntax error while parsing value - unexpected "
            "end of input; expected '[', '{', or a literal"
            "\n  1 | \n    | ^");
}

}  // namespace
}  // namespace leasehold::sim
