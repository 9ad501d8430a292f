#include "sim/report/explain.h"

#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "lib/src/text/printable.h"
#include "sim/report/explain_faults.h"

namespace leasehold::sim {
namespace {

std::string authority_words(Authority authority) {
  switch (authority) {
    case Authority::host_clock:
      return "all processes are on one host, and its boot clock says when a lease is over";
    case Authority::store_clock:
      return "the store says by its own clock when a lease is over";
    case Authority::wall_clock:
      return "each process says by its own calendar clock when a lease is over";
    case Authority::observation:
      return "who wants the lock takes it when he saw its record unchanged for a lease, on his own "
             "clock";
  }
  return {};
}

std::string clock_bounds(const ClockBounds& bounds) {
  std::string text =
      bounds.drift.ppm() == 0
          ? "no clock drifts"
          : "clocks run up to " + std::to_string(bounds.drift.ppm()) + " ppm too fast or too slow";
  if (bounds.skew > Length::zero()) {
    text += "; any two calendars lie within " + spoken(bounds.skew) + " of each other";
  }
  if (bounds.jump_forward > Length::zero()) {
    text += "; the store's clock jumps ahead by up to " + spoken(bounds.jump_forward);
  }
  return text;
}

std::vector<std::string> assumptions_of(const Scenario& scenario) {
  const Timing& timing = scenario.config.timing;
  std::vector<std::string> told{
      authority_words(scenario.config.authority),
      "a lease lasts " + spoken(timing.lease) + " and is renewed every " +
          spoken(timing.renew_every) + "; an answer is waited for " +
          spoken(timing.request_timeout) +
          "; renewals that may fail in a row: " + std::to_string(timing.tolerated_failures)};
  if (timing.stop_budget > Length::zero()) {
    told.push_back("a holder that must stop is told " + spoken(timing.stop_budget) +
                   " before its deadline");
  }
  told.push_back(clock_bounds(scenario.config.bounds));
  told.push_back("a request takes " + spoken(scenario.request_way) +
                 " to the store, and an answer " + spoken(scenario.answer_way) + " back");
  told.push_back("the world runs for " + spoken(scenario.run_for));
  return told;
}

std::string while_held(const Step& step) {
  std::string text;
  if (step.write_every) text += ", writes every " + spoken(*step.write_every) + " while it is held";
  if (step.cache) text += ", keeps a cache";
  return text;
}

std::string step_words(const Step& step, const std::string& lock) {
  const std::string within = step.within ? " for at most " + spoken(*step.within) : "";
  const std::string hold =
      step.hold ? ", drops it " + spoken(*step.hold) + " after the grant" : " and keeps it";
  switch (step.what) {
    case Step::Do::acquire:
      return "waits for " + lock + within + hold + while_held(step);
    case Step::Do::attempt:
      return "tries once to get " + lock + hold + while_held(step);
    case Step::Do::drop:
      return "drops its latest guard";
    case Step::Do::release:
      return "releases " + lock + " for all its guards";
    case Step::Do::cancel:
      return "leaves every wait";
    case Step::Do::cycle:
      return "does this, times: " + std::to_string(step.times) + ": waits for " + lock + within +
             hold + ", then thinks for " + spoken(step.think) + while_held(step);
    case Step::Do::write:
      return "writes if its latest guard says that it is held" +
             (step.after > Length::zero() ? ", which takes " + spoken(step.after) : std::string());
  }
  return {};
}

std::string clock_words(const std::string& whose, const ClockSpec& clock) {
  if (clock == ClockSpec{}) return {};
  std::string text = whose;
  if (clock.offset != Length::zero()) {
    const bool behind = clock.offset < Length::zero();
    text +=
        " is " + spoken(behind ? -clock.offset : clock.offset) + (behind ? " behind" : " ahead");
    if (clock.rate_ppm != 0) text += " and";
  }
  if (clock.rate_ppm != 0) {
    const bool slow = clock.rate_ppm < 0;
    text += " runs " + std::to_string(slow ? -clock.rate_ppm : clock.rate_ppm) + " ppm too " +
            (slow ? "slow" : "fast");
  }
  return text;
}

std::vector<std::string> processes_of(const Scenario& scenario) {
  std::vector<std::string> told;
  const auto add = [&told](std::string words) {
    if (!words.empty()) told.push_back(std::move(words));
  };
  add(clock_words("the host's clock", scenario.host));
  add(clock_words("the store's clock", scenario.store));
  const bool one_key = Keys(scenario).names.size() == 1;
  for (const ProcessSpec& process : scenario.processes) {
    const std::string& name = process.name;
    const std::string lock = one_key ? "the lock" : "the lock \"" + printable(process.key) + "\"";
    if (!process.known_as.empty()) add(name + " calls itself " + printable(process.known_as));
    if (process.part_of)
      add(name + " is another lock of " + scenario.processes.at(*process.part_of).name);
    add(clock_words(name + "'s clock", process.clock));
    add(clock_words(name + "'s calendar", process.wall));
    for (const Step& step : process.program) {
      add("at " + spoken(step.at) + " " + name + " " + step_words(step, lock));
    }
  }
  return told;
}

void write_part(std::ostream& out, const char* title, const std::vector<std::string>& sentences) {
  if (sentences.empty()) return;
  out << "\n" << title << "\n";
  for (const std::string& sentence : sentences) out << "  - " << sentence << "\n";
}

}  // namespace

std::string spoken(Length length) {
  static constexpr std::array<std::pair<std::int64_t, const char*>, 4> units{
      {{1'000'000'000, "s"}, {1'000'000, "ms"}, {1'000, "us"}, {1, "ns"}}};
  const bool negative = length < Length::zero();
  const std::int64_t ns = negative ? -length.count() : length.count();
  if (ns == 0) return "0 s";
  std::size_t at = 0;
  while (ns < units.at(at).first) ++at;
  const auto& [unit, name] = units.at(at);
  std::string text = (negative ? "-" : "") + std::to_string(ns / unit);
  if (ns % unit != 0) {
    std::string digits = std::to_string(unit + ns % unit).substr(1);
    while (digits.back() == '0') digits.pop_back();
    text += "." + digits;
  }
  return text + " " + name;
}

void explain(std::ostream& out, const Scenario& scenario) {
  out << printable(scenario.name) << "\n" << printable(scenario.about) << "\n";
  if (!scenario.source.empty()) out << "Seen in: " << printable(scenario.source) << "\n";
  write_part(out, "What is assumed", assumptions_of(scenario));
  write_part(out, "Who does what", processes_of(scenario));
  std::vector<std::string> faults = faults_in_words(scenario);
  if (faults.empty()) faults.push_back("nothing");
  faults.push_back(
      inside_envelope(scenario)
          ? "all of this lies inside what the configuration assumes of clocks and stores"
          : "this goes beyond what the configuration assumes of clocks and stores");
  write_part(out, "What goes wrong", faults);
}

}  // namespace leasehold::sim
