#include "lib/src/client/event_log.h"

#include <algorithm>

namespace leasehold::detail {
namespace {

std::uint64_t& counter_of(Counters& counters, Event::Kind kind) {
  switch (kind) {
    case Event::Kind::acquired:
      return counters.acquired;
    case Event::Kind::changed:
      return counters.changed;
    case Event::Kind::renewed:
      return counters.renewed;
    case Event::Kind::renewal_failed:
      return counters.renewals_failed;
    case Event::Kind::jeopardy:
      return counters.jeopardies;
    case Event::Kind::lost:
      return counters.lost;
    case Event::Kind::released:
      return counters.released;
    case Event::Kind::stalled:
      return counters.stalled;
    case Event::Kind::busy:
      break;
  }
  return counters.busy;
}

}  // namespace

void count(Counters& counters, const Event& event) {
  ++counter_of(counters, event.kind);
  if (event.kind != Event::Kind::renewed) return;
  std::optional<Length>& smallest = counters.smallest_margin;
  smallest = std::min(smallest.value_or(event.margin), event.margin);
}

void EventLog::add(const std::string& key, Event&& event) {
  count(counters_, event);
  if (!listener_) return;
  event.key = key;
  callbacks_.post([listener = listener_, event = std::move(event)] { (*listener)(event); });
}

Counters EventLog::counters() const {
  Counters counters = counters_;
  counters.callbacks_thrown = callbacks_.thrown();
  return counters;
}

}  // namespace leasehold::detail
