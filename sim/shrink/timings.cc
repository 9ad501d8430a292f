// Edits of the configuration after which less happens: fewer heartbeats, fewer tries, fewer bounds.
#include <algorithm>
#include <cstddef>
#include <utility>

#include "sim/shrink/edits.h"

namespace leasehold::sim {
namespace {

// Whatever follows from the rest. What does not fit then is refused by who applies the edit.
void fit(Config& config) {
  Timing& t = config.timing;
  t.longest_wait = std::max(t.longest_wait, t.retry_pause);
  t.min_useful = t.stop_budget + t.retry_pause;
  t.tolerated_failures = std::max(0, std::min(t.tolerated_failures, affordable_failures(config)));
}

Length window_of(const Config& config) { return Length(usable_window(config).ns()); }

// As rarely as a single renewal may come: 1.1 R + Q <= U - S, less what a coarse clock takes. Never
// more often than now: a world of a million heartbeats takes as long as all others.
void renew_rarely(Config& config) {
  Timing& t = config.timing;
  const Length left =
      window_of(config) - t.stop_budget - t.request_timeout - (config.bounds.tick - Length(1));
  t.renew_every = std::max(t.renew_every, left * 10 / 11);
  t.tolerated_failures = 0;
}

// The longest pause that leaves a grant useful.
void try_rarely(Config& config) {
  Timing& t = config.timing;
  t.retry_pause = std::max(t.retry_pause, window_of(config) - t.request_timeout - t.stop_budget);
  t.longest_wait = t.retry_pause;
}

// A fault that met the tenth try of a process meets the second, if tries come five times as rarely.
void follow(Scenario& s, const Timing& before) {
  const Timing& now = s.config.timing;
  Choices moved;
  for (const auto& choice : s.choices) {
    ChoiceKey key = choice.first;
    const bool renews = key.site == Site::renew;
    const Length was = renews ? before.renew_every : before.retry_pause;
    const Length is = renews ? now.renew_every : now.retry_pause;
    if (was < is) {
      const detail::Wide scaled = static_cast<detail::Wide>(key.ordinal - 1) * was.count();
      key.ordinal = 1 + static_cast<std::uint32_t>((scaled + is.count() / 2) / is.count());
    }
    moved.emplace(key, choice.second);
  }
  s.choices = std::move(moved);
}

// With the faults where they were, and where they come at about the same time as before.
template <class Change>
void configure(Edits& edits, Change change) {
  for (const bool followed : {false, true}) {
    propose(edits, [=](Scenario& s) {
      const Timing before = s.config.timing;
      change(s.config);
      fit(s.config);
      if (followed) follow(s, before);
    });
  }
}

// The time from the first line of a program until `at`, on that process's clock.
Length counted_until(const Scenario& s, const ProcessSpec& process, Length at) {
  Length began = at;
  for (const Step& step : process.program) began = std::min(began, step.at);
  const bool of_host = s.config.authority == Authority::host_clock;
  constexpr std::int64_t million = 1'000'000;
  const std::int64_t rate = million + (of_host ? s.host : process.clock).rate_ppm;
  return Length(detail::scale_down((at - began).count(), rate, million));
}

// The last of a few tries comes just when it fails. Faults put it there before, and go.
void try_in_time(Edits& edits, const Scenario& from, Length failed) {
  const Length ways[] = {{}, from.answer_way, from.request_way + from.answer_way};
  for (std::size_t index = 0; index < from.processes.size(); ++index) {
    for (const Length way : ways) {
      const Length counted = counted_until(from, from.processes[index], failed - way);
      for (const int tries : {1, 2, 3, 4}) {
        if (counted / tries <= from.config.timing.retry_pause) continue;
        propose(edits, [=](Scenario& s) {
          Timing& t = s.config.timing;
          t.retry_pause = counted / tries;
          fit(s.config);
          std::erase_if(s.choices, [index](const auto& choice) {
            const ChoiceKey& key = choice.first;
            return key.process == index && (key.site == Site::acquire || key.site == Site::draw);
          });
        });
      }
    }
  }
}

void simplify_bounds(Edits& edits) {
  configure(edits, [](Config& c) { c.timing.lock_delay = {}; });
  configure(edits, [](Config& c) { c.timing.min_hold = {}; });
  configure(edits, [](Config& c) { c.timing.stop_budget = {}; });
  configure(edits, [](Config& c) { c.bounds.drift = {}; });
  configure(edits, [](Config& c) { c.bounds.skew = {}; });
  configure(edits, [](Config& c) { c.bounds.jump_forward = {}; });
  configure(edits, [](Config& c) { c.bounds.jump_backward = {}; });
  configure(edits, [](Config& c) { c.bounds.resolution = c.bounds.tick; });
  configure(edits, [](Config& c) { c.bounds.resolution = c.bounds.tick = Length(1); });
}

}  // namespace

Edits calmer_timings(const Scenario& from, const Known& known) {
  Edits edits;
  configure(edits, [](Config& c) {
    c.timing.request_timeout = std::max(c.timing.lease / 10, Length(1));
    renew_rarely(c);
    try_rarely(c);
  });
  configure(edits, [](Config& c) {
    renew_rarely(c);
    try_rarely(c);
  });
  configure(edits, renew_rarely);
  configure(edits, try_rarely);
  for (const int times : {8, 4, 2}) {
    configure(edits, [times](Config& c) { c.timing.longest_wait = c.timing.lease * times / 2; });
    configure(edits, [times](Config& c) { c.timing.retry_pause *= times; });
    configure(edits, [times](Config& c) { c.timing.renew_every *= times; });
    configure(edits, [times](Config& c) {
      c.timing.request_timeout /= times;
      renew_rarely(c);
    });
  }
  configure(edits, [](Config& c) { c.timing.retry_pause = c.timing.longest_wait; });
  if (known.at) try_in_time(edits, from, *known.at);
  simplify_bounds(edits);
  propose(edits, [](Scenario& s) { s.answer_anchored = {}; });
  return edits;
}

}  // namespace leasehold::sim
