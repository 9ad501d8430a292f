// Lines of a log, word for word, and what a sink may do and what it can't break.
#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <leasehold/log_lines.h>
#include "lib/tests/client_fixture.h"

namespace leasehold {
namespace {

using namespace std::chrono_literals;
using Kind = Event::Kind;

TEST(LogLines, EveryKindReadsWordForWord) {
  struct Case {
    Event event;
    std::string logfmt;
    std::string json;
  };
  const std::vector<Case> cases{
      {{.kind = Kind::acquired, .key = "k", .term = 3, .margin = 4'998'500us},
       "event=acquired level=info key=k term=3 margin_seconds=4.9985",
       R"({"event": "acquired", "level": "info", "key": "k", "term": 3, "margin_seconds": 4.9985})"},
      {{.kind = Kind::changed, .key = "k", .term = 3},
       "event=changed level=info key=k term=3",
       R"({"event": "changed", "level": "info", "key": "k", "term": 3})"},
      {{.kind = Kind::renewed, .key = "k", .term = 3, .margin = 4s},
       "event=renewed level=debug key=k term=3 margin_seconds=4",
       R"({"event": "renewed", "level": "debug", "key": "k", "term": 3, "margin_seconds": 4})"},
      {{.kind = Kind::renewal_failed, .key = "k", .term = 3, .detail = "disk full"},
       R"(event=renewal_failed level=warning key=k term=3 detail="disk full")",
       R"({"event": "renewal_failed", "level": "warning", "key": "k", "term": 3, "detail": "disk full"})"},
      {{.kind = Kind::jeopardy, .key = "k", .term = 3},
       "event=jeopardy level=warning key=k term=3",
       R"({"event": "jeopardy", "level": "warning", "key": "k", "term": 3})"},
      {{.kind = Kind::lost, .key = "k", .term = 3, .reason = LossReason::superseded},
       "event=lost level=error key=k term=3 reason=superseded",
       R"({"event": "lost", "level": "error", "key": "k", "term": 3, "reason": "superseded"})"},
      {{.kind = Kind::released, .key = "k", .term = 3},
       "event=released level=info key=k term=3",
       R"({"event": "released", "level": "info", "key": "k", "term": 3})"},
      {{.kind = Kind::busy, .key = "k", .detail = "pid-4"},
       "event=busy level=debug key=k detail=pid-4",
       R"({"event": "busy", "level": "debug", "key": "k", "detail": "pid-4"})"},
      {{.kind = Kind::stalled, .key = "k", .detail = "x", .where = {"a.cc", 7}, .waited = 30s},
       "event=stalled level=warning key=k waited_seconds=30 at=a.cc:7 detail=x",
       R"({"event": "stalled", "level": "warning", "key": "k", "waited_seconds": 30, "at": "a.cc:7", "detail": "x"})"},
  };
  for (const Case& one : cases) {
    EXPECT_EQ(log_line(one.event, LogFormat::logfmt), one.logfmt);
    EXPECT_EQ(log_line(one.event, LogFormat::json), one.json);
  }
}

// A key is any bytes: it must neither end a line nor make up a field.
TEST(LogLines, AKeyCannotMakeUpAField) {
  const auto logfmt = [](const std::string& key) {
    return log_line({.kind = Kind::busy, .key = key}, LogFormat::logfmt);
  };
  EXPECT_EQ(logfmt("a level=error"), R"(event=busy level=debug key="a level=error")");
  EXPECT_EQ(logfmt("a\nevent=lost"), R"(event=busy level=debug key="a\u000aevent=lost")");
  EXPECT_EQ(logfmt("a\"b\\"), R"(event=busy level=debug key="a\"b\\")");
  EXPECT_EQ(logfmt("a=b"), R"(event=busy level=debug key="a=b")");
  EXPECT_EQ(logfmt(""), R"(event=busy level=debug key="")");
  EXPECT_EQ(logfmt("gr\xC3\xBC\xC3\x9F"), "event=busy level=debug key=\"gr\xC3\xBC\xC3\x9F\"");
}

/// Collects lines until there are as many as somebody waits for.
class Lines {
 public:
  void add(const std::string& line) {
    const std::scoped_lock lock(mutex_);
    lines_.push_back(line);
    grown_.notify_all();
  }
  std::string wait_for(std::size_t number) {
    std::unique_lock lock(mutex_);
    grown_.wait(lock, [&] { return lines_.size() > number; });
    return lines_[number];
  }

 private:
  std::mutex mutex_;
  std::condition_variable grown_;
  std::vector<std::string> lines_;
};

struct LogSinks : ClientFixture {
  Lines lines;
};

TEST_F(LogSinks, ASinkMayUseTheClientAndWhatItThrowsCostsItsLineAlone) {
  const Client* used = nullptr;
  std::mutex made;
  bool first = true;
  const LogSink sink = [&](LogLevel level, const std::string& line) {
    // Else it would hear of what it does itself, for ever.
    if (line.find("key=k") == std::string::npos) return;
    const std::scoped_lock lock(made);
    // All of these take the client's mutex.
    const Dump dump = used->dump();
    const Grant grant = used->lock("other").try_acquire();
    EXPECT_EQ(used->lock("k").key(), "k");
    EXPECT_EQ(level, LogLevel::info);
    if (std::exchange(first, false)) throw std::runtime_error("the disk is full");
    lines.add(line);
  };
  std::unique_lock lock(made);
  const Client a = client({.info = "a", .on_event = log_to(sink)});
  used = &a;
  lock.unlock();
  Guard guard = must(a.lock("k").acquire({}));
  guard.release();
  EXPECT_EQ(lines.wait_for(0), "event=released level=info key=k term=1");
  EXPECT_EQ(a.counters().callbacks_thrown, 1U);
}

TEST_F(LogSinks, LinesBelowTheLeastLevelAreNotMade) {
  std::vector<std::string> all;
  const EventListener listener =
      log_to([&](LogLevel, const std::string& line) { all.push_back(line); },
             {.format = LogFormat::json, .least = LogLevel::warning});
  listener({.kind = Kind::renewed, .key = "k"});
  listener({.kind = Kind::acquired, .key = "k"});
  listener({.kind = Kind::jeopardy, .key = "k"});
  EXPECT_EQ(all,
            std::vector<std::string>{R"({"event": "jeopardy", "level": "warning", "key": "k"})"});
  EXPECT_FALSE(log_to(nullptr)) << "no sink, no listener";
}

}  // namespace
}  // namespace leasehold
