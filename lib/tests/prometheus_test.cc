// What a scrape shows: word for word, and read back by a reader of the format.
#include <cctype>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include <leasehold/prometheus.h>
#include "lib/tests/client_fixture.h"

namespace leasehold {
namespace {

using namespace std::chrono_literals;

/// Reads text format 0.0.4 as strictly as it is written down: HELP and TYPE once per family and
/// before its samples, the samples of a family together, each series once, a counter's name with
/// `_total`. Fails the test for what it can't read.
class Reader {
 public:
  using Labels = std::map<std::string, std::string>;
  explicit Reader(const std::string& text) : text_(text) {
    EXPECT_TRUE(text.empty() || text.back() == '\n') << "the last line is not ended";
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) read(line);
  }

  std::optional<std::string> value(const std::string& name, const Labels& labels = {}) const {
    const auto found = samples_.find({name, labels});
    return found == samples_.end() ? std::nullopt : std::optional(found->second);
  }
  std::size_t size() const { return samples_.size(); }

 private:
  void read(const std::string& line) {
    SCOPED_TRACE(line);
    if (line.starts_with("# HELP ")) return begin(line.substr(7));
    if (line.starts_with("# TYPE ")) return type(line.substr(7));
    at_ = 0;
    const std::string name = word(line);
    ASSERT_EQ(name, family_);
    ASSERT_TRUE(typed_);
    Labels labels;
    if (line.at(at_) == '{') labels = read_labels(line);
    ASSERT_EQ(line.at(at_), ' ');
    const std::string value = line.substr(at_ + 1);
    ASSERT_FALSE(value.empty());
    ASSERT_EQ(value.find_first_not_of("0123456789.-"), std::string::npos);
    ASSERT_TRUE(samples_.emplace(std::pair(name, labels), value).second) << "twice";
  }
  void begin(const std::string& rest) {
    family_ = rest.substr(0, rest.find(' '));
    typed_ = false;
    ASSERT_TRUE(families_.insert(family_).second) << "its samples are not together";
    ASSERT_NE(rest.find(' '), std::string::npos) << "no help";
  }
  void type(const std::string& rest) {
    ASSERT_TRUE(rest.starts_with(family_ + " ")) << "of another family";
    const std::string kind = rest.substr(family_.size() + 1);
    ASSERT_TRUE(kind == "counter" || kind == "gauge");
    ASSERT_EQ(kind == "counter", family_.ends_with("_total"));
    typed_ = true;
  }
  std::string word(const std::string& line) {
    const std::size_t from = at_;
    while (at_ < line.size() &&
           (std::isalnum(static_cast<unsigned char>(line[at_])) != 0 || line[at_] == '_')) {
      ++at_;
    }
    return line.substr(from, at_ - from);
  }
  Labels read_labels(const std::string& line) {
    Labels labels;
    do {
      ++at_;
      const std::string name = word(line);
      EXPECT_EQ(line.substr(at_, 2), "=\"");
      at_ += 2;
      std::string value;
      for (; line.at(at_) != '"'; ++at_) {
        if (line[at_] != '\\') {
          value += line[at_];
          continue;
        }
        ++at_;
        EXPECT_NE(std::string("n\"\\").find(line.at(at_)), std::string::npos);
        value += line[at_] == 'n' ? '\n' : line[at_];
      }
      ++at_;
      EXPECT_TRUE(labels.emplace(name, value).second) << "label twice: " << name;
    } while (line.at(at_) == ',');
    EXPECT_EQ(line.at(at_), '}');
    ++at_;
    return labels;
  }

  const std::string text_;
  std::size_t at_ = 0;
  std::string family_;
  bool typed_ = false;
  std::set<std::string> families_;
  std::map<std::pair<std::string, Labels>, std::string> samples_;
};

TEST(Prometheus, TheSumsReadWordForWord) {
  const Metrics metrics{.all = {.acquired = 1,
                                .changed = 2,
                                .renewed = 3,
                                .renewals_failed = 4,
                                .jeopardies = 5,
                                .lost = 6,
                                .released = 7,
                                .busy = 8,
                                .stalled = 9,
                                .callbacks_thrown = 18'446'744'073'709'551'615U,
                                .smallest_margin = 4'998'500us}};
  EXPECT_EQ(prometheus_text(metrics),
            R"(# HELP leasehold_acquired_total Tenures that began.
# TYPE leasehold_acquired_total counter
leasehold_acquired_total 1
# HELP leasehold_changed_total Tenures before which others had the key.
# TYPE leasehold_changed_total counter
leasehold_changed_total 2
# HELP leasehold_renewals_total Renewals that were confirmed.
# TYPE leasehold_renewals_total counter
leasehold_renewals_total 3
# HELP leasehold_renewals_failed_total Renewals that failed or were not answered in time.
# TYPE leasehold_renewals_failed_total counter
leasehold_renewals_failed_total 4
# HELP leasehold_jeopardies_total Tenures of which the deadline came near.
# TYPE leasehold_jeopardies_total counter
leasehold_jeopardies_total 5
# HELP leasehold_lost_total Tenures that were lost.
# TYPE leasehold_lost_total counter
leasehold_lost_total 6
# HELP leasehold_released_total Tenures that were released or closed by this process.
# TYPE leasehold_released_total counter
leasehold_released_total 7
# HELP leasehold_busy_total Tries that found the lock taken.
# TYPE leasehold_busy_total counter
leasehold_busy_total 8
# HELP leasehold_stalled_total Calls that have waited for long.
# TYPE leasehold_stalled_total counter
leasehold_stalled_total 9
# HELP leasehold_callbacks_thrown_total Callbacks of the user that threw.
# TYPE leasehold_callbacks_thrown_total counter
leasehold_callbacks_thrown_total 18446744073709551615
# HELP leasehold_smallest_margin_seconds The least that was left of a lease when a renewal was confirmed.
# TYPE leasehold_smallest_margin_seconds gauge
leasehold_smallest_margin_seconds 4.9985
)");
}

TEST(Prometheus, EveryKeyThatIsNamedHasSeriesAndTheSumsAreNotAmongThem) {
  Metrics metrics{.all = {.renewed = 5}, .labels = {{"client", "w 1"}}};
  metrics.keys["a"] = {.renewed = 2, .smallest_margin = 1ns};
  metrics.keys["b"] = {.renewed = 3};
  const Reader read(prometheus_text(metrics));
  EXPECT_EQ(read.value("leasehold_renewals_total", {{"client", "w 1"}}), "5");
  EXPECT_EQ(read.value("leasehold_key_renewals_total", {{"client", "w 1"}, {"key", "a"}}), "2");
  EXPECT_EQ(read.value("leasehold_key_renewals_total", {{"client", "w 1"}, {"key", "b"}}), "3");
  EXPECT_EQ(read.value("leasehold_key_smallest_margin_seconds", {{"client", "w 1"}, {"key", "a"}}),
            "0.000000001");
  EXPECT_EQ(read.size(), 10U + 2 * 9 + 1) << "what nobody measured has no sample";
}

TEST(Prometheus, AKeyMayHoldAnyBytes) {
  const std::string hard = "a\"b\\c\nd{}, =#é\t";
  Metrics metrics;
  metrics.keys[hard].busy = 1;
  metrics.keys["broken \xFF"].busy = 2;
  metrics.keys["broken \xFE"].busy = 3;
  metrics.keys[std::string("null\0byte", 9)].busy = 4;
  const Reader read(prometheus_text(metrics));
  EXPECT_EQ(read.value("leasehold_key_busy_total", {{"key", hard}}), "1");
  const std::string no_character = "\xEF\xBF\xBD";
  EXPECT_EQ(read.value("leasehold_key_busy_total", {{"key", "broken " + no_character + "ff"}}),
            "2");
  EXPECT_EQ(read.value("leasehold_key_busy_total", {{"key", "broken " + no_character + "fe"}}),
            "3");
  EXPECT_EQ(read.value("leasehold_key_busy_total", {{"key", "null" + no_character + "00byte"}}),
            "4");
}

TEST(Prometheus, ALabelThatIsNoneIsLeftOut) {
  const Metrics metrics{
      .labels = {
          {"", "x"}, {"1st", "x"}, {"__own", "x"}, {"a-b", "x"}, {"good_1", "x"}, {"key", "x"}}};
  const Reader read(prometheus_text(metrics));
  EXPECT_EQ(read.value("leasehold_busy_total", {{"good_1", "x"}}), "0");
}

TEST(Prometheus, AMarginOfWholeSecondsOrLessThanNoneIsANumber) {
  EXPECT_EQ(Reader(prometheus_text({.all = {.smallest_margin = 10s}}))
                .value("leasehold_smallest_margin_seconds"),
            "10");
  EXPECT_EQ(Reader(prometheus_text({.all = {.smallest_margin = -1500ms}}))
                .value("leasehold_smallest_margin_seconds"),
            "-1.5");
}

using PrometheusClient = ClientFixture;

TEST_F(PrometheusClient, EachKeyIsCountedForItself) {
  const Client a = client("a");
  const Guard one = must(a.lock("one").acquire({}));
  const Guard two = must(a.lock("two").acquire({}));
  EXPECT_EQ(a.counters().acquired, 2U);
  EXPECT_EQ(a.counters("one").acquired, 1U);
  EXPECT_EQ(a.counters("two").acquired, 1U);
  EXPECT_EQ(a.counters("three").acquired, 0U);
}

}  // namespace
}  // namespace leasehold
