#include "sim/trace/event.h"

namespace leasehold::sim {

const char* to_string(Event::Kind kind) {
  switch (kind) {
    case Event::Kind::acquire:
      return "acquire";
    case Event::Kind::cancel:
      return "cancel";
    case Event::Kind::drop:
      return "drop";
    case Event::Kind::release:
      return "release";
    case Event::Kind::granted:
      return "granted";
    case Event::Kind::refused:
      return "refused";
    case Event::Kind::renewed:
      return "renewed";
    case Event::Kind::renew_failed:
      return "renew_failed";
    case Event::Kind::stop_told:
      return "stop_told";
    case Event::Kind::lost:
      return "lost";
    case Event::Kind::stopped:
      return "stopped";
    case Event::Kind::ended:
      return "ended";
    case Event::Kind::belief_begins:
      return "belief_begins";
    case Event::Kind::belief_until:
      return "belief_until";
    case Event::Kind::belief_ends:
      return "belief_ends";
    case Event::Kind::asked:
      return "asked";
    case Event::Kind::stop_due:
      return "stop_due";
    case Event::Kind::sent:
      return "sent";
    case Event::Kind::request_lost:
      return "request_lost";
    case Event::Kind::duplicated:
      return "duplicated";
    case Event::Kind::answer_lost:
      return "answer_lost";
    case Event::Kind::answered:
      return "answered";
    case Event::Kind::applied:
      return "applied";
    case Event::Kind::takeable:
      return "takeable";
    case Event::Kind::paused:
      return "paused";
    case Event::Kind::resumed:
      return "resumed";
    case Event::Kind::crashed:
      return "crashed";
    case Event::Kind::restarted:
      return "restarted";
    case Event::Kind::starved:
      return "starved";
    case Event::Kind::clock_stepped:
      return "clock_stepped";
    case Event::Kind::clock_rated:
      return "clock_rated";
  }
  return "?";
}

}  // namespace leasehold::sim
