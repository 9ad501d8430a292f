// Events as lines for a log: a thin layer over the event stream.
//
//   options.on_event = leasehold::log_to([](leasehold::LogLevel, const std::string& line) {
//     std::clog << line + "\n";
//   });
#pragma once

#include <functional>
#include <string>

#include <leasehold/events.h>
#include <leasehold/export.h>

namespace leasehold {

/// How much a line matters.
enum class LogLevel {
  /// All is as it should be, again and again: renewed, busy.
  debug,
  /// Who has the lock: acquired, changed, released.
  info,
  /// It may come to a loss, or somebody may be stuck: renewal_failed, jeopardy, stalled.
  warning,
  /// lost.
  error,
};
/// "debug", "info", "warning" or "error".
LEASEHOLD_API const char* to_string(LogLevel level);
LEASEHOLD_API LogLevel level_of(Event::Kind kind);

enum class LogFormat {
  /// event=renewed level=debug key=deploy term=3 margin_seconds=4.9985
  logfmt,
  /// {"event": "renewed", "level": "debug", "key": "deploy", "term": 3, "margin_seconds": 4.9985}
  json,
};

/// `event` as one line, without its end. The fields, in this order, each only where it means
/// something: event, level, key, term, margin_seconds (acquired, renewed), reason (lost),
/// waited_seconds and at (stalled), detail. Names and their meaning stay as they are. There is no
/// time in it: a log has its own.
LEASEHOLD_API std::string log_line(const Event& event, LogFormat format);

/// Gets a line, without its end. Called as an `EventListener` is: one line at a time, in order, on
/// the client's callback thread, under no lock of ours, so it may use the client. What it throws is
/// counted (`Counters::callbacks_thrown`) and costs that line alone.
using LogSink = std::function<void(LogLevel level, const std::string& line)>;

/// How `log_to` writes.
struct LogOptions {
  /// The form of a line.
  LogFormat format = LogFormat::logfmt;
  /// Lines below are not made.
  LogLevel least = LogLevel::info;
};

/// An event listener, for `Client::Options::on_event`, that writes lines to `sink`.
LEASEHOLD_API EventListener log_to(LogSink sink, LogOptions options = {});

}  // namespace leasehold
