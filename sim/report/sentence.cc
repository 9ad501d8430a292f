#include "sim/report/sentence.h"

#include <algorithm>
#include <utility>

#include "lib/src/shell/shell.h"
#include "sim/scenario/duration.h"

namespace leasehold::sim {
namespace {

using core::Answer;

std::string write_of(const Event& event) {
  return "write #" + std::to_string(event.ordinal) + " under term " + std::to_string(event.term);
}

std::string pause_of(const Event& event) {
  switch (static_cast<TimedFault::Kind>(event.detail)) {
    case TimedFault::Kind::suspended:
      return "is suspended (its monotonic clock stops)";
    case TimedFault::Kind::frozen:
      return "is frozen (its clocks stop)";
    default:
      return "is stopped (its clocks run on)";
  }
}

std::string cut_of(const Event& event) {
  switch (static_cast<TimedFault::Kind>(event.detail)) {
    case TimedFault::Kind::requests_cut:
      return "can't reach the store";
    case TimedFault::Kind::answers_cut:
      return "can't be reached by the store";
    default:
      return "is cut off from the store";
  }
}

std::string refusal_of(const Event& event) {
  switch (static_cast<ShellListener::Ending>(event.detail)) {
    case ShellListener::Ending::busy:
      return "refused: somebody else holds the lock";
    case ShellListener::Ending::timed_out:
      return "refused: the wait is over";
    case ShellListener::Ending::store_error:
      return "refused: the store could not be asked";
  }
  return "refused";
}

// What a process did or was told.
std::string said_by_process(const Event& event) {
  const std::string term = "term " + std::to_string(event.term);
  switch (event.kind) {
    case Event::Kind::acquire:
      return event.detail != 0 ? "tries once" : "wants the lock";
    case Event::Kind::cancel:
      return "leaves the wait";
    case Event::Kind::drop:
      return "drops a guard of " + term;
    case Event::Kind::release:
      return "releases " + term;
    case Event::Kind::granted:
      return "has a guard of " + term;
    case Event::Kind::refused:
      return refusal_of(event);
    case Event::Kind::renewed:
      return "renewed " + term;
    case Event::Kind::renew_failed:
      return "could not renew " + term;
    case Event::Kind::stop_told:
      return "is told to stop: jeopardy of " + term;
    case Event::Kind::lost:
      return "lost " + term + ": " + core::to_string(static_cast<core::Loss>(event.detail));
    case Event::Kind::stopped:
      return "ended " + term + "; its guards are dead";
    case Event::Kind::ended:
      return "knows the end of " + term + ": " +
             core::to_string(static_cast<core::EndOutcome>(event.detail));
    default:
      return {};
  }
}

// What came of a request of the process on its way.
std::string said_of_message(const Event& event) {
  switch (event.kind) {
    case Event::Kind::sent:
      return "sends " + request_of(event);
    case Event::Kind::request_lost:
      return request_of(event) + " is lost on its way";
    case Event::Kind::duplicated:
      return request_of(event) + " is doubled on its way";
    case Event::Kind::answer_lost:
      return "the answer to " + request_of(event) + " is lost";
    case Event::Kind::request_cut:
      return request_of(event) + " does not come through to the store";
    case Event::Kind::answer_cut:
      return "the answer to " + request_of(event) + " does not come through";
    case Event::Kind::cut_off:
      return cut_of(event) + " until " + at_ms(event.until);
    case Event::Kind::answered:
      return "hears of " + request_of(event) + ": " +
             words_of(static_cast<Answer::Kind>(event.detail));
    default:
      return said_by_process(event);
  }
}

std::string said_by_world(const Event& event) {
  const std::string term = "term " + std::to_string(event.term);
  switch (event.kind) {
    case Event::Kind::belief_begins:
      return "believes in " + term;
    case Event::Kind::belief_until:
      return "would believe in " + term + " until " + at_ms(event.until);
    case Event::Kind::belief_ends:
      return "believes no more in " + term;
    case Event::Kind::paused:
      return pause_of(event);
    case Event::Kind::resumed:
      return "runs again";
    case Event::Kind::crashed:
      return "crashes";
    case Event::Kind::restarted:
      return "starts again";
    case Event::Kind::waits_until:
      return "would wait until " + at_ms(event.until);
    case Event::Kind::wait_due:
      return "should have left its wait";
    case Event::Kind::wake_late:
      return "will be woken late, at " + at_ms(event.until);
    case Event::Kind::starved:
      return "is starved: no timer fires until " + at_ms(event.until);
    case Event::Kind::clock_stepped:
      return "its clock steps by " + write_duration(Length(static_cast<std::int64_t>(event.value)));
    case Event::Kind::armed:
      return "has a wake-up to come";
    case Event::Kind::disarmed:
      return "has no wake-up to come";
    case Event::Kind::clock_rated:
      return "its clock runs at " + std::to_string(static_cast<std::int64_t>(event.value)) +
             " ppm from true";
    case Event::Kind::wall_stepped:
      return "its calendar clock steps by " +
             write_duration(Length(static_cast<std::int64_t>(event.value)));
    case Event::Kind::write_sent:
      return "sends " + write_of(event);
    case Event::Kind::write_lost:
      return write_of(event) + " is lost on its way";
    case Event::Kind::write_doubled:
      return write_of(event) + " is doubled on its way";
    case Event::Kind::looked:
      return "is told that its cache " + std::to_string(event.value) +
             (event.detail != 0 ? " is unchanged" : " has changed");
    case Event::Kind::loaded:
      return "has loaded its cache " + std::to_string(event.value) + " as of term " +
             std::to_string(event.term);
    default:
      return said_of_message(event);
  }
}

std::string failover_of(const Event& event, const Cast& cast) {
  const std::string lacks = event.value == 0 ? "knows all"
                            : event.value == 1
                                ? "lacks the last change"
                                : "lacks the last " + std::to_string(event.value) + " changes";
  const std::string key = cast.keys.size() > 1 ? "key " + cast.keys.at(event.key) : "the key";
  return "a replica is promoted that " + lacks + ": " + key +
         (event.owner ? " is " + cast.processes.at(event.process) + "'s with term " +
                            std::to_string(event.term)
                      : " is free");
}

// What happens at the store or at what the lock protects; "" for all else.
std::string said_elsewhere(const Event& event, const Cast& cast) {
  const auto of = [&] { return " of " + cast.processes.at(event.process); };
  if (event.kind == Event::Kind::applied) {
    const auto answer = static_cast<Answer::Kind>(event.detail);
    return std::string("the store ") + (is_error(answer) ? "fails " : "applies ") +
           request_of(event) + of() + ": " + words_of(answer) +
           (event.term > 0 ? ", term " + std::to_string(event.term) : "");
  }
  if (event.kind == Event::Kind::batched) {
    return "the store takes " + std::to_string(event.value) + " renewals of " +
           cast.processes.at(cast.bodies.at(event.process)) + " in one batch";
  }
  if (event.kind == Event::Kind::takeable) {
    return "term " + std::to_string(event.term) +
           (cast.keys.size() > 1 ? " of key " + cast.keys.at(event.key) : "") +
           " may be taken from " + at_ms(event.until);
  }
  if (event.kind == Event::Kind::could_be_taken) {
    return "term " + std::to_string(event.term) + " could be taken from " + at_ms(event.until) +
           ", were the store's clock as far ahead as it may be";
  }
  if (event.kind == Event::Kind::delay_over) {
    return "term " + std::to_string(event.term) +
           (cast.keys.size() > 1 ? " of key " + cast.keys.at(event.key) : "") +
           ", should it run out, is left alone until " + at_ms(event.until);
  }
  if (event.kind == Event::Kind::stalled) {
    return "another has the store's writer until " + at_ms(event.until);
  }
  if (event.kind == Event::Kind::kept_waiting) {
    return request_of(event) + of() + " waits for the store's writer";
  }
  if (event.kind == Event::Kind::store_down) {
    return "the store goes down until " + at_ms(event.until);
  }
  if (event.kind == Event::Kind::store_up) return "the store is up again";
  if (event.kind == Event::Kind::healed) return "all is healed: from here on no fault is left";
  if (event.kind == Event::Kind::store_clock_stepped) {
    return "the store's clock steps by " +
           write_duration(Length(static_cast<std::int64_t>(event.value)));
  }
  if (event.kind == Event::Kind::store_clock_rated) {
    return "the store's clock runs at " + std::to_string(static_cast<std::int64_t>(event.value)) +
           " ppm from true";
  }
  if (event.kind == Event::Kind::failed_over) return failover_of(event, cast);
  if (event.kind == Event::Kind::cloned) {
    return cast.processes.at(event.value) + " is cloned: " + cast.processes.at(event.process) +
           " runs from here on as its copy";
  }
  if (event.kind != Event::Kind::write_came) return {};
  if (event.detail != 0) return "the fence lets " + write_of(event) + of() + " through";
  return "the fence keeps out " + write_of(event) + of() + "; a resource without one would take it";
}

std::string padded(std::string text, std::size_t width, bool right) {
  if (text.size() >= width) return text;
  const std::string space(width - text.size(), ' ');
  return right ? space + text : text + space;
}

constexpr std::size_t moment_width = 18;

}  // namespace

Cast::Cast(const Scenario& scenario) : processes(names_of(scenario)), keys(Keys(scenario).names) {
  for (std::size_t process = 0; process < processes.size(); ++process) {
    bodies.push_back(body_of(scenario, static_cast<std::uint32_t>(process)));
  }
}

std::size_t Cast::widest() const {
  std::size_t width = 1;
  for (const std::string& name : processes) width = std::max(width, name.size());
  return width;
}

bool is_error(Answer::Kind answer) {
  return answer == Answer::Kind::misuse || answer == Answer::Kind::not_applied ||
         answer == Answer::Kind::unknown;
}

std::string at_ms(TrueTime at) {
  if (at == TrueTime::never()) return "never";
  const std::int64_t ns_in_ms = 1'000'000;
  std::string fraction = std::to_string(ns_in_ms + at.ns() % ns_in_ms).substr(1);
  while (fraction.size() > 3 && fraction.back() == '0') fraction.pop_back();
  return std::to_string(at.ns() / ns_in_ms) + "." + fraction + " ms";
}

Words words_for(const Event& event, const Cast& cast) {
  std::string there = said_elsewhere(event, cast);
  const bool of_process = event.process != nobody && there.empty();
  std::string what = there.empty() ? said_by_world(event) : std::move(there);
  if (what.empty()) what = to_string(event.kind);
  return {of_process ? cast.processes.at(event.process) : "", std::move(what)};
}

bool is_routine(const Event& event) {
  const auto answer = static_cast<Answer::Kind>(event.detail);
  switch (event.kind) {
    case Event::Kind::write_sent:
    case Event::Kind::sent:
    case Event::Kind::asked:
    case Event::Kind::stop_due:
    case Event::Kind::takeable:
    case Event::Kind::could_be_taken:
    case Event::Kind::delay_over:
    case Event::Kind::armed:
    case Event::Kind::disarmed:
    case Event::Kind::batched:
    case Event::Kind::waits_until:
    case Event::Kind::wait_due:
    case Event::Kind::wake_late:
    case Event::Kind::renewed:
    case Event::Kind::belief_until:
      return true;
    case Event::Kind::answered:
      return answer != Answer::Kind::not_owner && answer != Answer::Kind::stale &&
             !is_error(answer);
    case Event::Kind::applied:
      return answer == Answer::Kind::busy || answer == Answer::Kind::moved ||
             answer == Answer::Kind::renewed;
    default:
      return false;
  }
}

std::string told(const Event& event, const Cast& cast, std::size_t width) {
  const Words words = words_for(event, cast);
  return padded(at_ms(event.at), moment_width, true) + "  " + padded(words.who, width, false) +
         "  " + words.what;
}

std::string left_out(const std::string& what) {
  return padded("...", moment_width, true) + "  " + what;
}

}  // namespace leasehold::sim
