#include <leasehold/events.h>
#include <leasehold/timing.h>

namespace leasehold {

const char* to_string(Event::Kind kind) {
  switch (kind) {
    case Event::Kind::acquired:
      return "acquired";
    case Event::Kind::changed:
      return "changed";
    case Event::Kind::renewed:
      return "renewed";
    case Event::Kind::renewal_failed:
      return "renewal_failed";
    case Event::Kind::jeopardy:
      return "jeopardy";
    case Event::Kind::lost:
      return "lost";
    case Event::Kind::released:
      return "released";
    case Event::Kind::busy:
      return "busy";
    case Event::Kind::stalled:
      return "stalled";
  }
  return "?";
}

std::string Event::text() const {
  std::string line = key + ": " + to_string(kind);
  if (term != 0) line += " term " + std::to_string(term);
  if (kind == Kind::acquired || kind == Kind::renewed) line += ", margin " + to_string(margin);
  if (kind == Kind::lost) line += std::string(", ") + to_string(reason);
  if (kind == Kind::stalled) line += ", waits since " + to_string(waited) + " at " + where.text();
  if (!detail.empty()) line += ", " + detail;
  return line;
}

}  // namespace leasehold
