#include "sim/report/explain_faults.h"

#include <algorithm>
#include <cstddef>

#include "sim/report/explain.h"

namespace leasehold::sim {
namespace {

// As many as somebody reads.
constexpr std::size_t most_choices = 40;

std::string signed_words(std::int64_t ns) {
  return (ns < 0 ? "back by " : "ahead by ") + spoken(Length(ns < 0 ? -ns : ns));
}

std::string rate_words(std::int64_t ppm) {
  if (ppm == 0) return "at the rate of true time";
  return std::to_string(ppm < 0 ? -ppm : ppm) + " ppm " + (ppm < 0 ? "too slow" : "too fast");
}

std::string store_fault(const TimedFault& fault) {
  const std::string lasts = spoken(fault.lasts);
  switch (fault.kind) {
    case TimedFault::Kind::writer_stall:
      return "another transaction has the store's writer for " + lasts + ", and every call waits";
    case TimedFault::Kind::store_restart:
      return "the store goes down for " + lasts + " and comes back with all that it acknowledged";
    case TimedFault::Kind::store_clock_step:
      return "the store's clock steps " + signed_words(fault.value);
    case TimedFault::Kind::store_clock_rate:
      return "the store's clock begins to run " + rate_words(fault.value);
    default:
      break;
  }
  std::string text = "a replica takes the store's place";
  if (fault.lasts > Length::zero()) text += " after " + lasts;
  text += fault.loses > Length::zero()
              ? "; it does not know what came in the last " + spoken(fault.loses)
              : "; it knows all that was acknowledged";
  return fault.value == 0 ? text : text + "; its clock is " + signed_words(fault.value);
}

std::string process_fault(const TimedFault& fault, const Scenario& scenario) {
  const ProcessSpec& process = scenario.processes.at(fault.process);
  const std::string& name = process.name;
  const std::string lasts = spoken(fault.lasts);
  const bool of_host = scenario.config.authority == Authority::host_clock;
  const std::string clock = of_host ? "the host's clock" : name + "'s clock";
  switch (fault.kind) {
    case TimedFault::Kind::stopped:
      return name + " is stopped for " + lasts + "; its clocks run on";
    case TimedFault::Kind::suspended:
      return name + " is suspended for " + lasts + "; its monotonic clock stops";
    case TimedFault::Kind::frozen:
      return name + " is frozen for " + lasts + "; all its clocks stop";
    case TimedFault::Kind::crash:
      return name + " crashes" +
             (fault.lasts > Length::zero() ? " and starts again after " + lasts : " for good");
    case TimedFault::Kind::starve:
      return "for " + lasts + " no timer of " + name + " fires";
    case TimedFault::Kind::clock_step:
      return clock + " steps " + signed_words(fault.value);
    case TimedFault::Kind::clock_rate:
      return clock + " begins to run " + rate_words(fault.value);
    case TimedFault::Kind::wall_step:
      return name + "'s calendar clock steps " + signed_words(fault.value);
    case TimedFault::Kind::cut:
      return name + " is cut off from the store for " + lasts;
    case TimedFault::Kind::requests_cut:
      return "for " + lasts + " nothing that " + name + " sends reaches the store";
    case TimedFault::Kind::answers_cut:
      return "for " + lasts + " no answer of the store reaches " + name;
    case TimedFault::Kind::clone:
      return scenario.processes.at(*process.clone_of).name + " is cloned: " + name +
             " runs from here on as its copy";
    default:
      return store_fault(fault);
  }
}

std::string site_words(const ChoiceKey& key, const Scenario& scenario) {
  static constexpr const char* sites[] = {"acquire", "renewal", "release", "abandon",
                                          "wake-up", "draw",    "write"};
  return std::string(sites[static_cast<std::size_t>(key.site)]) + " #" +
         std::to_string(key.ordinal) + " of " + scenario.processes.at(key.process).name;
}

// "": it is no fault, as is a number that is drawn or the order of one instant.
std::string choice_words(const ChoiceKey& key, std::int64_t value, const Scenario& scenario) {
  const std::string request = site_words(key, scenario);
  const std::string length = spoken(Length(value));
  switch (key.purpose) {
    case Purpose::request_delay:
      return request + " is on its way for " + length + " longer";
    case Purpose::answer_delay:
      return "the answer to " + request + " is on its way for " + length + " longer";
    case Purpose::request_loss:
      return request + " is lost on its way";
    case Purpose::answer_loss:
      return "the answer to " + request + " is lost";
    case Purpose::duplicate:
      return "a copy of " + request + " comes " + length + " after it";
    case Purpose::late:
      return request + " is late by " + length;
    case Purpose::error_before_effect:
      return "the store fails " + request + " and does not apply it";
    case Purpose::error_after_effect:
      return "the store applies " + request + " and says that it can't tell";
    default:
      return {};
  }
}

void add_choices(std::vector<std::string>& told, const Scenario& scenario) {
  std::size_t untold = 0;
  std::size_t count = 0;
  for (const auto& [key, value] : scenario.choices) {
    const std::string words = choice_words(key, value, scenario);
    if (words.empty()) {
      ++untold;
    } else if (++count <= most_choices) {
      told.push_back(words);
    }
  }
  if (count > most_choices) {
    told.push_back("and requests and wake-ups that meet something like it: " +
                   std::to_string(count - most_choices) + " more");
  }
  if (untold > 0) {
    told.push_back("numbers that are drawn, and orders of events of one instant, are fixed: " +
                   std::to_string(untold));
  }
}

void add_noise(std::vector<std::string>& told, const Noise& noise) {
  const auto add = [&told](std::int64_t ppm, const std::string& what) {
    if (ppm > 0) told.push_back("by chance " + what + ": " + std::to_string(ppm) + " in a million");
  };
  add(noise.request_loss_ppm, "requests are lost");
  add(noise.answer_loss_ppm, "answers are lost");
  add(noise.duplicate_ppm, "requests are doubled");
  add(noise.error_before_ppm, "the store fails requests without applying them");
  add(noise.error_after_ppm, "the store applies requests and says that it can't tell");
  add(noise.request_delay_ppm, "requests are late by up to " + spoken(noise.delay_most));
  add(noise.answer_delay_ppm, "answers are late by up to " + spoken(noise.delay_most));
  add(noise.late_wake_ppm, "timers are late by up to " + spoken(noise.late_most));
}

}  // namespace

std::vector<std::string> faults_in_words(const Scenario& scenario) {
  std::vector<TimedFault> faults = scenario.faults;
  std::stable_sort(faults.begin(), faults.end(),
                   [](const TimedFault& a, const TimedFault& b) { return a.at < b.at; });
  std::vector<std::string> told;
  told.reserve(faults.size());
  for (const TimedFault& fault : faults) {
    told.push_back("at " + spoken(fault.at) + " " + process_fault(fault, scenario));
  }
  add_choices(told, scenario);
  add_noise(told, scenario.noise);
  if (scenario.heal_at) {
    told.push_back("at " + spoken(*scenario.heal_at) +
                   " all is healed: from then on no fault is left");
  }
  return told;
}

}  // namespace leasehold::sim
