#include <utility>

#include <leasehold/log_lines.h>
#include "lib/src/text/json_text.h"
#include "lib/src/text/length.h"

namespace leasehold {
namespace {

/// name=value and a space between; a value that would not read as one word is quoted as JSON is.
class LogfmtLine {
 public:
  LogfmtLine& add(const char* name, const std::string& text) {
    return add_number(name, is_word(text) ? text : json_text(text));
  }
  LogfmtLine& add(const char* name, std::uint64_t number) {
    return add_number(name, std::to_string(number));
  }
  LogfmtLine& add_number(const char* name, const std::string& number) {
    line_ += (line_.empty() ? "" : " ") + std::string(name) + "=" + number;
    return *this;
  }
  std::string text() && { return std::move(line_); }

 private:
  static bool is_word(const std::string& text) {
    if (text.empty()) return false;
    for (const char byte : text) {
      const bool plain = byte > ' ' && byte < 0x7F;
      if (!plain || byte == '"' || byte == '=' || byte == '\\') return false;
    }
    return true;
  }
  std::string line_;
};

template <class Line>
std::string write(const Event& event, Line line) {
  using Kind = Event::Kind;
  line.add("event", std::string(to_string(event.kind)));
  line.add("level", std::string(to_string(level_of(event.kind))));
  line.add("key", event.key);
  if (event.term != 0) line.add("term", event.term);
  if (event.kind == Kind::acquired || event.kind == Kind::renewed) {
    line.add_number("margin_seconds", seconds(event.margin));
  }
  if (event.kind == Kind::lost) line.add("reason", std::string(to_string(event.reason)));
  if (event.kind == Kind::stalled) {
    line.add_number("waited_seconds", seconds(event.waited));
    line.add("at", event.where.text());
  }
  if (!event.detail.empty()) line.add("detail", event.detail);
  return std::move(line).text();
}

}  // namespace

const char* to_string(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return "debug";
    case LogLevel::info:
      return "info";
    case LogLevel::warning:
      return "warning";
    case LogLevel::error:
      return "error";
  }
  return "?";
}

LogLevel level_of(Event::Kind kind) {
  switch (kind) {
    case Event::Kind::renewed:
    case Event::Kind::busy:
      return LogLevel::debug;
    case Event::Kind::acquired:
    case Event::Kind::changed:
    case Event::Kind::released:
      return LogLevel::info;
    case Event::Kind::renewal_failed:
    case Event::Kind::jeopardy:
    case Event::Kind::stalled:
      return LogLevel::warning;
    case Event::Kind::lost:
      break;
  }
  return LogLevel::error;
}

std::string log_line(const Event& event, LogFormat format) {
  return format == LogFormat::json ? write(event, JsonObject()) : write(event, LogfmtLine());
}

EventListener log_to(LogSink sink, LogOptions options) {
  if (!sink) return {};
  return [sink = std::move(sink), options](const Event& event) {
    const LogLevel level = level_of(event.kind);
    if (level >= options.least) sink(level, log_line(event, options.format));
  };
}

}  // namespace leasehold
