#include "sim/report/timeline.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "lib/src/shell/shell.h"
#include "sim/scenario/duration.h"

namespace leasehold::sim {
namespace {

using core::Answer;
using Call = core::Request::Kind;

// "560.001 ms", with as many more digits as the moment needs.
std::string at_ms(TrueTime at) {
  if (at == TrueTime::never()) return "never";
  const std::int64_t ns_in_ms = 1'000'000;
  std::string fraction = std::to_string(ns_in_ms + at.ns() % ns_in_ms).substr(1);
  while (fraction.size() > 3 && fraction.back() == '0') fraction.pop_back();
  return std::to_string(at.ns() / ns_in_ms) + "." + fraction + " ms";
}

std::string padded(std::string text, std::size_t width, bool right) {
  if (text.size() >= width) return text;
  const std::string space(width - text.size(), ' ');
  return right ? space + text : text + space;
}

const char* name_of(Call call) {
  switch (call) {
    case Call::acquire:
      return "acquire";
    case Call::renew:
      return "renewal";
    case Call::release:
      return "release";
    case Call::abandon:
      return "abandon";
  }
  return "?";
}

const char* name_of(Answer::Kind answer) {
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

bool is_error(Answer::Kind answer) {
  return answer == Answer::Kind::misuse || answer == Answer::Kind::not_applied ||
         answer == Answer::Kind::unknown;
}

std::string request_of(const Event& event) {
  return std::string(name_of(event.call)) + " #" + std::to_string(event.ordinal);
}

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

std::string said_by_world(const Event& event) {
  const std::string term = "term " + std::to_string(event.term);
  switch (event.kind) {
    case Event::Kind::belief_begins:
      return "believes in " + term;
    case Event::Kind::belief_until:
      return "would believe in " + term + " until " + at_ms(event.until);
    case Event::Kind::belief_ends:
      return "believes no more in " + term;
    case Event::Kind::sent:
      return "sends " + request_of(event);
    case Event::Kind::request_lost:
      return request_of(event) + " is lost on its way";
    case Event::Kind::duplicated:
      return request_of(event) + " is doubled on its way";
    case Event::Kind::answer_lost:
      return "the answer to " + request_of(event) + " is lost";
    case Event::Kind::answered:
      return "hears of " + request_of(event) + ": " +
             name_of(static_cast<Answer::Kind>(event.detail));
    case Event::Kind::paused:
      return pause_of(event);
    case Event::Kind::resumed:
      return "runs again";
    case Event::Kind::crashed:
      return "crashes";
    case Event::Kind::restarted:
      return "starts again";
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
      return said_by_process(event);
  }
}

/// Writes line by line, and says how much it left out.
class Timeline {
 public:
  Timeline(std::ostream& out, const Scenario& scenario, const Run& run,
           const TimelineOptions& options)
      : out_(out), scenario_(scenario), run_(run), options_(options), keys_(Keys(scenario).names) {
    for (const ProcessSpec& process : scenario.processes) {
      width_ = std::max(width_, process.name.size());
    }
  }

  void write() {
    std::size_t next_finding = 0;
    const std::vector<const Judgement*> findings = in_order();
    for (const Event& event : run_.trace) {
      while (next_finding < findings.size() && findings[next_finding]->finding->at < event.at) {
        mark(*findings[next_finding++]);
      }
      if (options_.everything || tells(event)) line(event);
    }
    while (next_finding < findings.size()) mark(*findings[next_finding++]);
    flush_skipped();
  }

 private:
  std::vector<const Judgement*> in_order() const {
    std::vector<const Judgement*> findings;
    for (const Judgement& judgement : run_.judgements) {
      if (judgement.finding) findings.push_back(&judgement);
    }
    std::stable_sort(findings.begin(), findings.end(), [](const Judgement* a, const Judgement* b) {
      return a->finding->at < b->finding->at;
    });
    return findings;
  }

  // What goes on all the time is counted and not told.
  bool tells(const Event& event) {
    const auto answer = static_cast<Answer::Kind>(event.detail);
    switch (event.kind) {
      case Event::Kind::write_sent:
      case Event::Kind::sent:
      case Event::Kind::asked:
      case Event::Kind::stop_due:
      case Event::Kind::takeable:
      case Event::Kind::armed:
      case Event::Kind::disarmed:
      case Event::Kind::batched:
        return false;
      case Event::Kind::renewed:
        ++renewals_;
        return false;
      case Event::Kind::belief_until:
        return false;
      case Event::Kind::answered:
        return answer == Answer::Kind::not_owner || answer == Answer::Kind::stale ||
               is_error(answer) || (event.call == Call::renew && is_unusual(event));
      case Event::Kind::applied:
        if (answer == Answer::Kind::busy) ++polls_;
        return answer != Answer::Kind::busy && answer != Answer::Kind::moved &&
               (answer != Answer::Kind::renewed || is_unusual(event));
      case Event::Kind::write_came:
        return event.detail == 0 || is_first_write(event);
      default:
        return true;
    }
  }

  bool is_first_write(const Event& event) {
    if (std::exchange(written_, event.term) != event.term) return true;
    ++writes_;
    return false;
  }

  // A request that the scenario meddles with is worth a line wherever it turns up.
  bool is_unusual(const Event& event) const {
    const auto site = static_cast<Site>(event.call);
    const ChoiceKey first{event.process, site, static_cast<std::uint32_t>(event.ordinal),
                          Purpose::request_delay};
    const auto found = scenario_.choices.lower_bound(first);
    return found != scenario_.choices.end() && found->first.process == event.process &&
           found->first.site == site && found->first.ordinal == event.ordinal;
  }

  void flush_skipped() {
    std::string told;
    if (renewals_ > 0) told = "renewals: " + std::to_string(renewals_);
    if (polls_ > 0) told += (told.empty() ? "" : ", ") + ("busy tries: " + std::to_string(polls_));
    if (writes_ > 0) told += (told.empty() ? "" : ", ") + ("writes: " + std::to_string(writes_));
    renewals_ = polls_ = writes_ = 0;
    if (!told.empty()) out_ << padded("...", 18, true) << "  " << told << "\n";
  }

  // What happens at the store or at what the lock protects; "" for all else.
  std::string said_elsewhere(const Event& event) const {
    const auto of = [&] { return " of " + scenario_.processes[event.process].name; };
    if (event.kind == Event::Kind::applied) {
      const auto answer = static_cast<Answer::Kind>(event.detail);
      return std::string("the store ") + (is_error(answer) ? "fails " : "applies ") +
             request_of(event) + of() + ": " + name_of(answer) +
             (event.term > 0 ? ", term " + std::to_string(event.term) : "");
    }
    if (event.kind == Event::Kind::batched) {
      return "the store takes " + std::to_string(event.value) + " renewals of " +
             scenario_.processes[body_of(scenario_, event.process)].name + " in one batch";
    }
    if (event.kind == Event::Kind::takeable) {
      return "term " + std::to_string(event.term) +
             (keys_.size() > 1 ? " of key " + keys_[event.key] : "") + " may be taken from " +
             at_ms(event.until);
    }
    if (event.kind != Event::Kind::write_came) return {};
    if (event.detail != 0) return "the fence lets " + write_of(event) + of() + " through";
    return "the fence keeps out " + write_of(event) + of() +
           "; a resource without one would take it";
  }

  void line(const Event& event) {
    if (!options_.everything) flush_skipped();
    const std::string there = said_elsewhere(event);
    std::string what = there.empty() ? said_by_world(event) : there;
    if (what.empty()) what = to_string(event.kind);
    const bool of_process = event.process != nobody && there.empty();
    out_ << padded(at_ms(event.at), 18, true) << "  "
         << padded(of_process ? scenario_.processes[event.process].name : "", width_, false) << "  "
         << what << "\n";
  }

  void mark(const Judgement& judgement) {
    flush_skipped();
    out_ << (options_.colour ? "\033[31m" : "") << "!!! " << to_string(judgement.invariant) << " "
         << meaning(judgement.invariant) << ": " << judgement.finding->sentence
         << (options_.colour ? "\033[0m" : "") << "\n";
  }

  std::ostream& out_;
  const Scenario& scenario_;
  const Run& run_;
  const TimelineOptions options_;
  const std::vector<std::string> keys_;
  std::size_t width_ = 1;
  int renewals_ = 0;
  int polls_ = 0;
  int writes_ = 0;
  // The term of the last write that the fence let through.
  Term written_ = 0;
};

}  // namespace

void write_timeline(std::ostream& out, const Scenario& scenario, const Run& run,
                    const TimelineOptions& options) {
  Timeline(out, scenario, run, options).write();
}

}  // namespace leasehold::sim
