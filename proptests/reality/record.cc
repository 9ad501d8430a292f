#include "proptests/reality/record.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>

#include "sim/trace/hash.h"

namespace leasehold::reality {
namespace {

using sim::Event;
using sim::TrueTime;

/// Collects the events of all lives, on the lanes of their seats.
class Record {
 public:
  explicit Record(const std::vector<Life>& lives) : lives_(lives) {
    for (const Life& life : lives) {
      seats_ = std::max(seats_, life.seat + 1);
      began_ = std::min(began_, life.born_at);
    }
    writes_.resize(seats_);
    seen_.resize(seats_);
  }

  std::vector<Event> events() {
    // What is judged, but by seats; and what only the driver knows.
    for (Event event : history_of(lives_)) {
      event.process = seat_of(lives_[event.process]);
      events_.push_back(event);
    }
    for (const Life& life : lives_) tell(life);
    for (Event& event : events_) event.at = TrueTime::at_ns(event.at.ns() - began_);
    std::stable_sort(events_.begin(), events_.end(),
                     [](const Event& a, const Event& b) { return a.at < b.at; });
    return std::move(events_);
  }
  std::size_t seats() const { return seats_; }

 private:
  static std::uint32_t seat_of(const Life& life) { return static_cast<std::uint32_t>(life.seat); }

  void tell(const Life& life) {
    if (std::exchange(seen_[life.seat], std::uint8_t{1}) != 0)
      add(Event::Kind::restarted, life, life.born_at);
    for (const Life::Stop& stop : life.stops) {
      add(Event::Kind::paused, life, stop.at).detail =
          static_cast<std::uint8_t>(sim::TimedFault::Kind::stopped);
      add(Event::Kind::resumed, life, stop.until);
    }
    for (const Line& line : life.lines) {
      if (line.kind != Line::Kind::written && line.kind != Line::Kind::refused) continue;
      Event& event = add(Event::Kind::write_came, life, line.at);
      event.term = line.term;
      event.ordinal = ++writes_[life.seat];
      event.detail = line.kind == Line::Kind::written ? 1 : 0;
    }
    add(Event::Kind::crashed, life, life.killed_at);
  }

  Event& add(Event::Kind kind, const Life& life, std::int64_t at) {
    events_.push_back({.at = TrueTime::at_ns(at), .kind = kind, .process = seat_of(life)});
    return events_.back();
  }

  const std::vector<Life>& lives_;
  std::size_t seats_ = 0;
  std::int64_t began_ = INT64_MAX;
  std::vector<std::uint64_t> writes_;
  std::vector<std::uint8_t> seen_;
  std::vector<Event> events_;
};

}  // namespace

sim::Recording recording_of(const std::vector<Life>& lives) {
  Record record(lives);
  sim::Recording recording;
  recording.file = "real processes on SQLite";
  recording.algorithm = "leasehold";
  recording.events = record.events();
  recording.cast.keys = {"lock"};
  for (std::size_t seat = 0; seat < record.seats(); ++seat) {
    recording.cast.processes.push_back("P" + std::to_string(seat + 1));
    recording.cast.bodies.push_back(static_cast<std::uint32_t>(seat));
  }
  sim::Hash128 hash;
  for (const Event& event : recording.events) feed(hash, event);
  recording.hash = hash.digest();
  return recording;
}

}  // namespace leasehold::reality
