#include "lib/src/conformance/text.h"

namespace leasehold::conformance {

std::string text(bool value) { return value ? "true" : "false"; }

// Findings go to terminals: bytes that are not plain ASCII are shown by their numbers.
std::string text(const std::string& value) {
  const char* const digits = "0123456789abcdef";
  std::string shown = "\"";
  for (const char each : value) {
    const auto byte = static_cast<unsigned char>(each);
    if (byte >= 0x20 && byte < 0x7f) {
      shown += each;
    } else {
      shown += {'\\', 'x', digits[byte >> 4U], digits[byte & 15U]};
    }
  }
  return shown + '"';
}

std::string text(Length value) { return to_string(value); }
std::string text(Instant<StoreClock> value) { return std::to_string(value.ns()) + " ns"; }
std::string text(Authority value) { return to_string(value); }

std::string text(Previous value) {
  switch (value) {
    case Previous::never:
      return "never";
    case Previous::released:
      return "released";
    case Previous::expired:
      return "expired";
    case Previous::own:
      return "own";
  }
  return "?";
}

std::string text(NotOwner::Why value) {
  switch (value) {
    case NotOwner::Why::superseded:
      return "superseded";
    case NotOwner::Why::free:
      return "free";
    case NotOwner::Why::over:
      return "over";
  }
  return "?";
}

std::string text(const Granted& answer) {
  return "Granted term " + text(answer.term) + " (previous " + text(answer.previous) + ")";
}
std::string text(const Busy& answer) { return "Busy with term " + text(answer.term); }
std::string text(const Moved& answer) { return "Moved to term " + text(answer.term); }
std::string text(const Renewed& answer) { return "Renewed seq " + text(answer.seq); }
std::string text(const NotOwner& answer) {
  return "NotOwner (" + text(answer.why) + ") at term " + text(answer.term);
}
std::string text(const Stale& answer) { return "Stale at seq " + text(answer.seq); }
std::string text(const Released& /*answer*/) { return "Released"; }
std::string text(const Error& answer) {
  return std::string("the error ") + to_string(answer.kind) + ": " + answer.detail;
}

}  // namespace leasehold::conformance
