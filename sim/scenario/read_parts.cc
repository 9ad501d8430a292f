#include "sim/scenario/read_parts.h"

#include <algorithm>
#include <array>

#include "lib/src/text/suggest.h"
#include "sim/scenario/names.h"
#include "sim/scenario/read.h"

namespace leasehold::sim {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t million = 1'000'000;
constexpr std::int64_t widest_rate_ppm = 500'000;
constexpr Length farthest_offset = std::chrono::hours(24 * 365);

Length length_or(Object& object, const std::string& key, Length otherwise) {
  return object.has(key) ? object.required(key).duration(0ns, longest_length) : otherwise;
}

std::int64_t integer_or(Object& object, const std::string& key, std::int64_t most,
                        std::int64_t otherwise) {
  return object.has(key) ? object.required(key).integer(0, most) : otherwise;
}

bool flag(Object& object, const std::string& key) {
  return object.has(key) && object.required(key).boolean();
}

ClockSpec read_clock(const Value& value) {
  Object object(value);
  ClockSpec clock;
  if (object.has("offset")) {
    clock.offset = object.required("offset").duration(-farthest_offset, farthest_offset);
  }
  if (object.has("rate_ppm")) {
    clock.rate_ppm = object.required("rate_ppm").integer(-widest_rate_ppm, widest_rate_ppm);
  }
  object.done();
  return clock;
}

// Which fields make sense for a verb.
struct Fields {
  bool within = false;
  bool hold = false;
  bool cycle = false;
  bool after = false;
};
Fields fields_of(Step::Do what) {
  switch (what) {
    case Step::Do::acquire:
      return {.within = true, .hold = true};
    case Step::Do::attempt:
      return {.hold = true};
    case Step::Do::cycle:
      return {.within = true, .hold = true, .cycle = true};
    case Step::Do::write:
      return {.after = true};
    case Step::Do::drop:
    case Step::Do::release:
    case Step::Do::cancel:
      return {};
  }
  return {};
}

Step read_step(const Value& value, Length run_for) {
  Object object(value);
  Step step;
  step.at = object.required("at").duration(0ns, run_for);
  step.what = static_cast<Step::Do>(object.required("do").one_of(verb_words()));
  const Fields fields = fields_of(step.what);
  if (fields.within && object.has("within")) {
    step.within = object.required("within").duration(1ns, longest_length);
  }
  if (fields.cycle) {
    step.hold = object.required("hold").duration(0ns, longest_length);
    step.think = object.required("think").duration(0ns, longest_length);
    step.times = static_cast<std::uint32_t>(object.required("times").integer(1, million));
  } else if (fields.hold && object.has("hold")) {
    step.hold = object.required("hold").duration(0ns, longest_length);
  }
  if (fields.hold && object.has("write_every")) {
    step.write_every = object.required("write_every").duration(1us, longest_length);
  }
  if (fields.hold) step.cache = flag(object, "cache");
  if (fields.after) step.after = length_or(object, "after", 0ns);
  object.done();
  return step;
}

bool is_name(const std::string& name) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  const auto good = [&](char c) {
    return letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '-';
  };
  return !name.empty() && name.size() <= 32 && letter(name.front()) &&
         std::all_of(name.begin(), name.end(), good);
}

std::vector<Invariant> read_invariants(const Value& value) {
  std::vector<std::string> words;
  for (const Invariant invariant : all_invariants) words.push_back(to_string(invariant));
  std::vector<Invariant> invariants;
  for (const Value& item : value.items()) {
    invariants.push_back(all_invariants[item.one_of(words)]);
  }
  return invariants;
}

}  // namespace

std::string read_word(const Value& value) {
  std::string word = value.text();
  if (!is_name(word)) value.refuse("a letter, then letters, digits, '_' and '-', at most 32");
  return word;
}

void refuse_known_name(const Value& value, const std::string& name, const Scenario& scenario) {
  for (const ProcessSpec& other : scenario.processes) {
    if (other.name != name) continue;
    throw BadInput(value.pointer(), "the name \"" + name + "\" stands twice; accepted: once");
  }
}

std::uint32_t read_body(const Value& value, const Scenario& scenario) {
  std::vector<std::string> names;
  std::vector<std::uint32_t> indices;
  for (std::size_t index = 0; index < scenario.processes.size(); ++index) {
    if (scenario.processes[index].part_of) continue;
    names.push_back(scenario.processes[index].name);
    indices.push_back(static_cast<std::uint32_t>(index));
  }
  if (names.empty()) value.refuse("a process that stands before this one, and none does");
  return indices[value.one_of(names)];
}

Authority read_authority(const Value& value) {
  return simulated_authorities().at(value.one_of(authority_words()));
}

void read_timing(const Value& value, Config& config) {
  Object object(value);
  Timing& t = config.timing;
  t.lease = object.required("lease").duration(1ns, longest_length);
  t.renew_every = object.required("renew_every").duration(1ns, longest_length);
  t.request_timeout = object.required("request_timeout").duration(1ns, longest_length);
  t.retry_pause = length_or(object, "retry_pause", 10ms);
  t.longest_wait = length_or(object, "longest_wait", 1s);
  t.stop_budget = length_or(object, "stop_budget", 0ms);
  t.min_useful = length_or(object, "min_useful", t.stop_budget + t.retry_pause);
  t.tolerated_failures = static_cast<int>(integer_or(object, "tolerated_failures", 5'000, 0));
  t.lock_delay = length_or(object, "lock_delay", 0ms);
  t.min_hold = length_or(object, "min_hold", 0ms);
  config.bounds.drift = DriftBound::ppm(integer_or(object, "max_drift_ppm", widest_rate_ppm, 0));
  config.bounds.skew = length_or(object, "max_clock_skew", 0ns);
  config.bounds.jump_forward = length_or(object, "jump_forward", 0ns);
  config.bounds.jump_backward = length_or(object, "jump_backward", 0ns);
  config.bounds.resolution = length_or(object, "resolution", 1ns);
  config.bounds.tick = length_or(object, "tick", 1ns);
  object.done();
  const Result<Config> good = checked(config);
  if (!good) throw BadInput(value.pointer(), good.error().detail);
}

void read_network(const Value& value, Scenario& scenario) {
  Object object(value);
  scenario.request_way = length_or(object, "request", 0ns);
  scenario.answer_way = length_or(object, "answer", 0ns);
  object.done();
}

void read_host(const Value& value, Scenario& scenario) {
  if (scenario.config.authority != Authority::host_clock) {
    throw BadInput(
        value.pointer(),
        "a host's clock judges only under \"authority\": \"host_clock\"; else (observation, "
        "store_clock, wall_clock) give each process its own \"clock\"");
  }
  Object object(value);
  scenario.host = read_clock(object.required("clock"));
  object.done();
}

void read_store(const Value& value, Scenario& scenario) {
  if (scenario.config.authority != Authority::store_clock) {
    throw BadInput(value.pointer(),
                   "the store's clock judges only under \"authority\": \"store_clock\"; under " +
                       std::string(to_string(scenario.config.authority)) + " leave \"store\" out");
  }
  Object object(value);
  scenario.store = read_clock(object.required("clock"));
  object.done();
}

ProcessSpec read_process(const Value& value, const Scenario& scenario) {
  Object object(value);
  ProcessSpec process;
  process.name = read_word(object.required("name"));
  if (object.has("key")) process.key = read_word(object.required("key"));
  if (object.has("known_as")) process.known_as = read_word(object.required("known_as"));
  if (object.has("part_of")) {
    process.part_of = read_body(object.required("part_of"), scenario);
    for (const char* const own : {"clock", "wall"}) {
      if (!object.has(own)) continue;
      object.required(own).refuse(
          "no clock of its own, because a part shares those of its process");
    }
  }
  if (object.has("clock")) {
    const Value clock = object.required("clock");
    if (scenario.config.authority == Authority::host_clock) {
      throw BadInput(clock.pointer(),
                     "processes of one host share its clock under host_clock; put it under "
                     "\"host\" or use \"authority\": \"observation\"");
    }
    process.clock = read_clock(clock);
  }
  // Baselines may look at it under any authority.
  if (object.has("wall")) process.wall = read_clock(object.required("wall"));
  for (const Value& step : object.required("program").items()) {
    process.program.push_back(read_step(step, scenario.run_for));
  }
  object.done();
  return process;
}

Noise read_noise(const Value& value) {
  Object object(value);
  Noise noise;
  noise.request_loss_ppm = integer_or(object, "request_loss_ppm", million, 0);
  noise.answer_loss_ppm = integer_or(object, "answer_loss_ppm", million, 0);
  noise.duplicate_ppm = integer_or(object, "duplicate_ppm", million, 0);
  noise.error_before_ppm = integer_or(object, "error_before_ppm", million, 0);
  noise.error_after_ppm = integer_or(object, "error_after_ppm", million, 0);
  noise.request_delay_ppm = integer_or(object, "request_delay_ppm", million, 0);
  noise.answer_delay_ppm = integer_or(object, "answer_delay_ppm", million, 0);
  noise.delay_most = length_or(object, "delay_most", 0ns);
  noise.late_wake_ppm = integer_or(object, "late_wake_ppm", million, 0);
  noise.late_most = length_or(object, "late_most", 0ns);
  noise.draws = flag(object, "draws");
  noise.ties = flag(object, "ties");
  object.done();
  return noise;
}

void read_options(const Value& value, Scenario& scenario) {
  Object algorithms(value);
  if (algorithms.has("answer-anchored")) {
    Object object(algorithms.required("answer-anchored"));
    AnswerAnchoredOptions& options = scenario.answer_anchored;
    if (object.has("renew_every")) {
      options.renew_every = object.required("renew_every").duration(1ns, longest_length);
    }
    if (object.has("believes_for")) {
      options.believes_for = object.required("believes_for").duration(1ns, longest_length);
    }
    if (object.has("request_timeout")) {
      options.request_timeout = object.required("request_timeout").duration(1ns, longest_length);
    }
    options.waits_for_request = flag(object, "waits_for_request");
    options.error_is_loss = flag(object, "error_is_loss");
    options.error_renews = flag(object, "error_renews");
    if (options.error_is_loss && options.error_renews) {
      object.required("error_renews")
          .refuse("false beside \"error_is_loss\": an error is one of both");
    }
    object.done();
  }
  algorithms.done();
}

void read_expect(const Value& value, Scenario& scenario) {
  Object algorithms(value);
  for (const std::string& algorithm : algorithm_names()) {
    if (!algorithms.has(algorithm)) continue;
    Object object(algorithms.required(algorithm));
    Expectation expectation;
    if (object.has("holds")) expectation.holds = read_invariants(object.required("holds"));
    if (object.has("violates")) {
      const Value violates = object.required("violates");
      expectation.violates = read_invariants(violates);
      for (const Invariant invariant : expectation.violates) {
        const auto& holds = expectation.holds;
        if (std::find(holds.begin(), holds.end(), invariant) != holds.end()) {
          throw BadInput(violates.pointer(),
                         to_string(invariant) + " stands under \"holds\" too; accepted: one");
        }
      }
    }
    object.done();
    scenario.expect[algorithm] = std::move(expectation);
  }
  algorithms.done();
}

}  // namespace leasehold::sim
