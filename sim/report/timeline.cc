#include "sim/report/timeline.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "sim/report/sentence.h"

namespace leasehold::sim {
namespace {

using core::Answer;
using Call = core::Request::Kind;

/// Writes line by line, and says how much it left out.
class Timeline {
 public:
  Timeline(std::ostream& out, const Scenario& scenario, const Run& run,
           const TimelineOptions& options)
      : out_(out),
        scenario_(scenario),
        run_(run),
        options_(options),
        cast_(scenario),
        width_(cast_.widest()) {}

  void write() {
    std::size_t next_finding = 0;
    const std::vector<const Judgement*> findings = in_order();
    for (const Event& event : run_.trace) {
      while (next_finding < findings.size() && findings[next_finding]->finding->at < event.at) {
        mark(*findings[next_finding++]);
      }
      if (!inside(event)) {
        ++outside_;
      } else if (options_.everything || tells(event)) {
        line(event);
      }
    }
    while (next_finding < findings.size()) mark(*findings[next_finding++]);
    flush_skipped();
    if (outside_ > 0) {
      out_ << left_out("outside the window: " + std::to_string(outside_) + " events") << "\n";
    }
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

  bool inside(TrueTime at) const { return at >= options_.window.from && at <= options_.window.to; }
  bool inside(const Event& event) const {
    const std::vector<std::uint32_t>& wanted = options_.window.processes;
    return inside(event.at) &&
           (wanted.empty() || is_of_all(event) ||
            std::find(wanted.begin(), wanted.end(), event.process) != wanted.end());
  }
  // What meets everybody: the host's clock is recorded as its first process's.
  bool is_of_all(const Event& event) const {
    const bool of_clock =
        event.kind == Event::Kind::clock_stepped || event.kind == Event::Kind::clock_rated;
    return event.process == nobody ||
           (of_clock && scenario_.config.authority == Authority::host_clock);
  }

  // What goes on all the time is counted and not told.
  bool tells(const Event& event) {
    count(event);
    if (event.kind == Event::Kind::write_came) return event.detail == 0 || is_first_write(event);
    if (!is_routine(event)) return true;
    const bool of_renewal =
        (event.kind == Event::Kind::answered || event.kind == Event::Kind::applied) &&
        event.call == Call::renew;
    return of_renewal && is_unusual(event);
  }

  void count(const Event& event) {
    if (event.kind == Event::Kind::renewed) ++renewals_;
    const bool busy = event.kind == Event::Kind::applied &&
                      static_cast<Answer::Kind>(event.detail) == Answer::Kind::busy;
    if (busy) ++polls_;
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
    std::string skipped;
    if (renewals_ > 0) skipped = "renewals: " + std::to_string(renewals_);
    if (polls_ > 0)
      skipped += (skipped.empty() ? "" : ", ") + ("busy tries: " + std::to_string(polls_));
    if (writes_ > 0)
      skipped += (skipped.empty() ? "" : ", ") + ("writes: " + std::to_string(writes_));
    renewals_ = polls_ = writes_ = 0;
    if (!skipped.empty()) out_ << left_out(skipped) << "\n";
  }

  void line(const Event& event) {
    if (!options_.everything) flush_skipped();
    out_ << told(event, cast_, width_) << "\n";
  }

  void mark(const Judgement& judgement) {
    if (!inside(judgement.finding->at)) return;
    flush_skipped();
    out_ << (options_.colour ? "\033[31m" : "") << "!!! " << to_string(judgement.invariant) << " "
         << meaning(judgement.invariant) << ": " << judgement.finding->sentence
         << (options_.colour ? "\033[0m" : "") << "\n";
  }

  std::ostream& out_;
  const Scenario& scenario_;
  const Run& run_;
  const TimelineOptions options_;
  const Cast cast_;
  const std::size_t width_;
  int outside_ = 0;
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
