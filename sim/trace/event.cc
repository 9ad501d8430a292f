#include "sim/trace/event.h"

#include <array>
#include <cstddef>

namespace leasehold::sim {
namespace {

// In the order of Event::Kind; a test walks all of them.
constexpr std::array names{"acquire",
                           "cancel",
                           "drop",
                           "release",
                           "granted",
                           "refused",
                           "renewed",
                           "renew_failed",
                           "stop_told",
                           "lost",
                           "stopped",
                           "ended",
                           "belief_begins",
                           "belief_until",
                           "belief_ends",
                           "asked",
                           "stop_due",
                           "sent",
                           "request_lost",
                           "duplicated",
                           "answer_lost",
                           "answered",
                           "applied",
                           "takeable",
                           "could_be_taken",
                           "paused",
                           "resumed",
                           "crashed",
                           "restarted",
                           "starved",
                           "clock_stepped",
                           "clock_rated",
                           "wall_stepped",
                           "armed",
                           "disarmed",
                           "write_sent",
                           "write_lost",
                           "write_doubled",
                           "write_came",
                           "looked",
                           "loaded",
                           "batched",
                           "cut_off",
                           "request_cut",
                           "answer_cut",
                           "stalled",
                           "kept_waiting",
                           "store_down",
                           "store_up",
                           "store_clock_stepped",
                           "store_clock_rated",
                           "failed_over",
                           "cloned",
                           "waits_until",
                           "wait_due",
                           "wake_late",
                           "healed",
                           "delay_over"};
static_assert(names.size() == static_cast<std::size_t>(Event::Kind::delay_over) + 1);

}  // namespace

core::TenureId tenure_of(const Event& event) { return {event.owner, event.term}; }

const char* to_string(Event::Kind kind) { return names.at(static_cast<std::size_t>(kind)); }

std::string request_of(const Event& event) {
  static constexpr const char* calls[] = {"acquire", "renewal", "release", "abandon"};
  return std::string(calls[static_cast<std::size_t>(event.call)]) + " #" +
         std::to_string(event.ordinal);
}

const char* words_of(core::Answer::Kind answer) {
  using core::Answer;
  switch (answer) {
    case Answer::Kind::granted:
      return "granted";
    case Answer::Kind::busy:
      return "busy";
    case Answer::Kind::moved:
      return "free, but the term has moved";
    case Answer::Kind::renewed:
      return "renewed";
    case Answer::Kind::not_owner:
      return "not the owner";
    case Answer::Kind::stale:
      return "stale";
    case Answer::Kind::released:
      return "released";
    case Answer::Kind::abandoned:
      return "abandoned";
    case Answer::Kind::misuse:
      return "misuse";
    case Answer::Kind::not_applied:
      return "not applied";
    case Answer::Kind::unknown:
      return "unknown";
  }
  return "?";
}

const std::vector<std::string>& event_words() {
  static const std::vector<std::string> words(names.begin(), names.end());
  return words;
}

}  // namespace leasehold::sim
