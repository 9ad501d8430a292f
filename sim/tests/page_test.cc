// The page of a timeline, as a browser gets it. How it looks and behaves there: tests/browser.
#include "sim/report/page.h"

#include <algorithm>
#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "sim/report/page_text.h"
#include "sim/scenario/read.h"

namespace leasehold::sim {
namespace {

using Json = nlohmann::json;

const std::string laptop = "scenarios/clocks/b27_suspend_monotonic.json";

Scenario story(const std::string& file) { return read_scenario_file(file).value(); }

std::string text_of(const Page& page) {
  std::ostringstream out;
  write_page(out, page);
  return out.str();
}

std::string page_text(const Scenario& scenario, const std::vector<std::string>& algorithms) {
  Page page = page_of(scenario, "story.json");
  for (const std::string& algorithm : algorithms)
    page.runs.push_back(page_run(scenario, algorithm));
  return text_of(page);
}

std::size_t count(const std::string& text, const std::string& what) {
  std::size_t times = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) {
    ++times;
  }
  return times;
}

Json data_of(const std::string& page) {
  const std::string begin = "<script type=\"application/json\" id=\"world\">";
  const std::size_t from = page.find(begin) + begin.size();
  return Json::parse(page.substr(from, page.find("</script>", from) - from));
}

TEST(PageText, ShowsWhatWouldHideOrTurn) {
  EXPECT_EQ(visible("plain \xc3\xa4 \xe2\x82\xac"), "plain \xc3\xa4 \xe2\x82\xac");
  EXPECT_EQ(visible("a\xe2\x80\xae"
                    "b"),
            "a[U+202E]b");
  EXPECT_EQ(visible("a\x1b[31m"), "a[U+001B][31m");
  EXPECT_EQ(visible("\xe2\x81\xa6\xd8\x9c"), "[U+2066][U+061C]");
  EXPECT_EQ(visible("a\xff"
                    "b\xc3"),
            "a\xef\xbf\xbd"
            "b\xef\xbf\xbd");
  EXPECT_EQ(visible("\xf0\x9f\x94\x92"), "\xf0\x9f\x94\x92");
}

TEST(PageText, EscapesForHtmlAndForScripts) {
  EXPECT_EQ(html("<a href='x' title=\"y\">&amp;"),
            "&lt;a href=&#39;x&#39; title=&quot;y&quot;&gt;&amp;amp;");
  EXPECT_EQ(script_json("\"</script><!--\""), "\"\\u003c/script>\\u003c!--\"");
}

TEST(PageText, FillsEachPlaceOnce) {
  const auto value = [](std::string_view name) { return "<{{" + std::string(name) + "}}>"; };
  EXPECT_EQ(filled("a {{b}} c {{d}}", value), "a <{{b}}> c <{{d}}>");
  EXPECT_EQ(filled("nothing", value), "nothing");
}

TEST(Page, LetsNothingOutOfTheScenarioIntoTheMarkup) {
  const std::string nasty =
      "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'&{{css}}\xe2\x80\xae\xff";
  Scenario scenario = story(laptop);
  scenario.name = scenario.about = nasty;
  for (ProcessSpec& process : scenario.processes) process.key = nasty;
  const std::string clean = page_text(story(laptop), {"answer-anchored"});
  const std::string page = page_text(scenario, {"answer-anchored"});
  EXPECT_EQ(count(page, "<script"), count(clean, "<script"));
  EXPECT_EQ(count(page, "</script"), count(clean, "</script"));
  EXPECT_EQ(count(page, "<style"), count(clean, "<style"));
  EXPECT_EQ(count(page, "<img"), 0U);
  EXPECT_EQ(count(page, "\xe2\x80\xae"), 0U);
  EXPECT_EQ(count(page, "\xff"), 0U);
  EXPECT_EQ(data_of(page)["runs"][0]["keys"][0], visible(nasty));
}

TEST(Page, IsTheSameToTheByteForTheSameWorld) {
  const std::vector<std::string> both{"answer-anchored", "leasehold"};
  EXPECT_EQ(page_text(story(laptop), both), page_text(story(laptop), both));
}

TEST(Page, AsksForNothingElse) {
  const std::string page = page_text(story(laptop), {"answer-anchored", "leasehold"});
  EXPECT_EQ(count(page, "http:"), count(page, "http://www.w3.org/2000/svg"));
  EXPECT_EQ(count(page, "https:"), 0U);
  for (const char* what : {" src=", "@import", "url(\"", "url('", "url(/", "fetch(",
                           "<link rel=\"s", "XMLHttp", "import("}) {
    EXPECT_EQ(count(page, what), 0U) << what;
  }
  EXPECT_EQ(count(page, "default-src 'none'"), 1U);
  EXPECT_EQ(count(page, "{{"), 0U);
}

TEST(Page, HasATableOfEveryEvent) {
  const Scenario scenario = story(laptop);
  const PageRun run = page_run(scenario, "answer-anchored");
  const std::string page = page_text(scenario, {"answer-anchored"});
  EXPECT_EQ(count(page, "<tr><td>"), run.events.size());
  EXPECT_EQ(count(page, "<caption>"), 2U);
  EXPECT_EQ(count(page, "<td>18300.000 ms<td>B<td>believes in term 2\n"), 1U);
  const Json told = data_of(page)["runs"][0];
  EXPECT_EQ(told["events"]["kind"].size(), run.events.size());
  EXPECT_EQ(told["bars"].size(), run.picture.bars.size());
  EXPECT_EQ(told["messages"].size(), run.picture.messages.size());
  EXPECT_EQ(told["bands"].size(), 2U);
}

TEST(Page, SaysWhatIsBrokenAndWhetherThatWasExpected) {
  Scenario scenario = story(laptop);
  EXPECT_EQ(
      count(page_text(scenario, {"answer-anchored"}), "2 invariants are broken, as expected<"), 1U);
  EXPECT_EQ(count(page_text(scenario, {"leasehold"}), "no invariant is broken<"), 1U);
  scenario.expect.clear();
  const std::string page = page_text(scenario, {"answer-anchored"});
  EXPECT_EQ(count(page, "2 invariants are broken<"), 1U);
  EXPECT_EQ(
      count(page, "B believes in term 2 from 18.300000000 s while A still believes in term 1"), 1U);
}

TEST(Page, OfFiveHundredEventsIsSmall) {
  PageRun run = page_run(story(laptop), "answer-anchored");
  run.events.resize(500);
  run.picture = picture_of(run.events, {}, run.events.back().at);
  Page page = page_of(story(laptop), laptop);
  page.runs.push_back(std::move(run));
  const std::size_t size = text_of(page).size();
  RecordProperty("bytes", static_cast<int>(size));
  EXPECT_LE(size, 300'000U);
}

TEST(Page, OfARecordedHistoryShowsTheSameEvents) {
  const Scenario scenario = story(laptop);
  const std::string algorithm = "answer-anchored";
  std::vector<Recording> recorded;
  recorded.push_back(recording_of(scenario, laptop, algorithm,
                                  sim::run(scenario, algorithm, {.keep_trace = true})));
  const Json of_record = data_of(text_of(page_of(std::move(recorded), "a.trace")))["runs"][0];
  const Json of_run = data_of(page_text(scenario, {algorithm}))["runs"][0];
  EXPECT_EQ(of_record["events"], of_run["events"]);
  EXPECT_EQ(of_record["messages"], of_run["messages"]);
  EXPECT_EQ(of_record["processes"], of_run["processes"]);
  EXPECT_TRUE(of_record["bands"].empty());
}

// Whatever a story is about, there is a page of it, and events are where they can be found.
TEST(Page, OfEveryStoryNamesOnlyEventsThatAreThere) {
  for (const auto& entry : std::filesystem::recursive_directory_iterator("scenarios")) {
    if (entry.path().extension() != ".json" || entry.path().filename() == "schema.json") continue;
    const Scenario scenario = story(entry.path().string());
    if (scenario.expect.empty()) continue;
    const std::string& algorithm = scenario.expect.rbegin()->first;
    const Json run = data_of(page_text(scenario, {algorithm}))["runs"][0];
    const auto events = static_cast<int>(run["events"]["kind"].size());
    for (const Json& bar : run["bars"]) {
      EXPECT_LT(bar.at(7).get<int>(), events) << entry.path();
      EXPECT_LE(bar.at(3).get<std::int64_t>(), bar.at(4).get<std::int64_t>()) << entry.path();
      EXPECT_LE(bar.at(4).get<std::int64_t>(), run["end"].get<std::int64_t>()) << entry.path();
    }
    for (const Json& message : run["messages"]) EXPECT_LT(message.at(2).get<int>(), events);
    for (const Json& band : run["bands"]) EXPECT_LT(band["event"].get<int>(), events);
  }
}

}  // namespace
}  // namespace leasehold::sim
