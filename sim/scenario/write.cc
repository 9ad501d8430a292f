#include "sim/scenario/write.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "sim/scenario/duration.h"
#include "sim/scenario/names.h"

namespace leasehold::sim {
namespace {

using Json = nlohmann::ordered_json;

Json clock_of(const ClockSpec& clock) {
  return {{"offset", write_duration(clock.offset)}, {"rate_ppm", clock.rate_ppm}};
}

Json timing_of(const Config& config) {
  const Timing& t = config.timing;
  Json json{{"lease", write_duration(t.lease)},
            {"renew_every", write_duration(t.renew_every)},
            {"request_timeout", write_duration(t.request_timeout)},
            {"retry_pause", write_duration(t.retry_pause)},
            {"longest_wait", write_duration(t.longest_wait)},
            {"stop_budget", write_duration(t.stop_budget)},
            {"min_useful", write_duration(t.min_useful)},
            {"tolerated_failures", t.tolerated_failures},
            {"max_drift_ppm", config.bounds.drift.ppm()},
            {"resolution", write_duration(config.bounds.resolution)},
            {"tick", write_duration(config.bounds.tick)}};
  const auto put = [&json](const char* name, Length length) {
    if (length > Length::zero()) json[name] = write_duration(length);
  };
  put("lock_delay", t.lock_delay);
  put("min_hold", t.min_hold);
  put("max_clock_skew", config.bounds.skew);
  put("jump_forward", config.bounds.jump_forward);
  put("jump_backward", config.bounds.jump_backward);
  return json;
}

Json step_of(const Step& step) {
  Json json{{"at", write_duration(step.at)},
            {"do", verb_words()[static_cast<std::size_t>(step.what)]}};
  if (step.within) json["within"] = write_duration(*step.within);
  if (step.hold) json["hold"] = write_duration(*step.hold);
  if (step.what == Step::Do::cycle) {
    json["think"] = write_duration(step.think);
    json["times"] = step.times;
  }
  if (step.write_every) json["write_every"] = write_duration(*step.write_every);
  if (step.cache) json["cache"] = true;
  if (step.after > Length::zero()) json["after"] = write_duration(step.after);
  return json;
}

Json process_of(const ProcessSpec& process, const Scenario& s) {
  const bool own_clock = s.config.authority != Authority::host_clock;
  Json json{{"name", process.name}};
  if (!process.known_as.empty()) json["known_as"] = process.known_as;
  if (process.part_of) json["part_of"] = s.processes.at(*process.part_of).name;
  if (process.key != ProcessSpec{}.key) json["key"] = process.key;
  if (own_clock && process.clock != ClockSpec{}) json["clock"] = clock_of(process.clock);
  if (process.wall != ClockSpec{}) json["wall"] = clock_of(process.wall);
  json["program"] = Json::array();
  for (const Step& step : process.program) json["program"].push_back(step_of(step));
  return json;
}

// Of those that meet the store.
Json store_fault_of(const TimedFault& fault) {
  Json json{{"at", write_duration(fault.at)}};
  switch (fault.kind) {
    case TimedFault::Kind::writer_stall:
      json["kind"] = "writer_stall";
      json["for"] = write_duration(fault.lasts);
      break;
    case TimedFault::Kind::store_restart:
      json["kind"] = "store_restart";
      json["for"] = write_duration(fault.lasts);
      break;
    case TimedFault::Kind::store_clock_step:
      json["kind"] = "store_clock_step";
      json["by"] = write_duration(Length(fault.value));
      break;
    case TimedFault::Kind::store_clock_rate:
      json["kind"] = "store_clock_rate";
      json["rate_ppm"] = fault.value;
      break;
    case TimedFault::Kind::failover:
      json["kind"] = "failover";
      json["loses"] = write_duration(fault.loses);
      if (fault.lasts > Length::zero()) json["for"] = write_duration(fault.lasts);
      if (fault.value != 0) json["clock_difference"] = write_duration(Length(fault.value));
      break;
    default:
      break;
  }
  return json;
}

// Which kind of pause or of partition.
const char* manner_of(TimedFault::Kind kind) {
  switch (kind) {
    case TimedFault::Kind::stopped:
      return "stopped";
    case TimedFault::Kind::suspended:
      return "suspended";
    case TimedFault::Kind::frozen:
      return "frozen";
    case TimedFault::Kind::requests_cut:
      return "requests";
    case TimedFault::Kind::answers_cut:
      return "answers";
    default:
      return "both";
  }
}

Json fault_of(const TimedFault& fault, const Scenario& scenario) {
  Json json{{"at", write_duration(fault.at)}};
  const bool of_host = scenario.config.authority == Authority::host_clock;
  const auto put = [&](const char* kind, bool names_process) {
    json["kind"] = kind;
    if (names_process) json["process"] = scenario.processes.at(fault.process).name;
  };
  switch (fault.kind) {
    case TimedFault::Kind::stopped:
    case TimedFault::Kind::suspended:
    case TimedFault::Kind::frozen:
      put("pause", true);
      json["how"] = manner_of(fault.kind);
      json["for"] = write_duration(fault.lasts);
      break;
    case TimedFault::Kind::crash:
      put("crash", true);
      if (fault.lasts > Length::zero()) json["restart_after"] = write_duration(fault.lasts);
      break;
    case TimedFault::Kind::starve:
      put("starve", true);
      json["for"] = write_duration(fault.lasts);
      break;
    case TimedFault::Kind::clock_step:
      put("clock_step", !of_host);
      json["by"] = write_duration(Length(fault.value));
      break;
    case TimedFault::Kind::clock_rate:
      put("clock_rate", !of_host);
      json["rate_ppm"] = fault.value;
      break;
    case TimedFault::Kind::wall_step:
      put("wall_step", true);
      json["by"] = write_duration(Length(fault.value));
      break;
    case TimedFault::Kind::cut:
    case TimedFault::Kind::requests_cut:
    case TimedFault::Kind::answers_cut:
      put("partition", true);
      json["direction"] = manner_of(fault.kind);
      json["for"] = write_duration(fault.lasts);
      break;
    case TimedFault::Kind::clone: {
      const ProcessSpec& copy = scenario.processes.at(fault.process);
      json["kind"] = "clone";
      json["process"] = scenario.processes.at(copy.clone_of.value()).name;
      json["as"] = copy.name;
      break;
    }
    default:
      return store_fault_of(fault);
  }
  return json;
}

bool has_sugar(Purpose purpose) {
  const auto& words = call_fault_words();
  return purpose == Purpose::late ||
         std::find(words.begin(), words.end(), to_string(purpose)) != words.end();
}

Json sugar_of(const ChoiceKey& key, std::int64_t value, const Scenario& scenario) {
  Json on{{"process", scenario.processes.at(key.process).name}};
  if (key.site == Site::wake) {
    on["wake"] = key.ordinal;
  } else {
    on["call"] = to_string(key.site);
    on["nth"] = key.ordinal;
  }
  Json json{{"on", on}, {"kind", to_string(key.purpose)}};
  if (const char* word = value_word(key.purpose)) json[word] = write_duration(Length(value));
  return json;
}

Json noise_of(const Noise& noise) {
  return {{"request_loss_ppm", noise.request_loss_ppm},
          {"answer_loss_ppm", noise.answer_loss_ppm},
          {"duplicate_ppm", noise.duplicate_ppm},
          {"error_before_ppm", noise.error_before_ppm},
          {"error_after_ppm", noise.error_after_ppm},
          {"request_delay_ppm", noise.request_delay_ppm},
          {"answer_delay_ppm", noise.answer_delay_ppm},
          {"delay_most", write_duration(noise.delay_most)},
          {"late_wake_ppm", noise.late_wake_ppm},
          {"late_most", write_duration(noise.late_most)},
          {"draws", noise.draws},
          {"ties", noise.ties}};
}

Json options_of(const AnswerAnchoredOptions& options) {
  Json json = Json::object();
  if (options.renew_every) json["renew_every"] = write_duration(*options.renew_every);
  if (options.believes_for) json["believes_for"] = write_duration(*options.believes_for);
  if (options.request_timeout) json["request_timeout"] = write_duration(*options.request_timeout);
  if (options.waits_for_request) json["waits_for_request"] = true;
  if (options.error_is_loss) json["error_is_loss"] = true;
  if (options.error_renews) json["error_renews"] = true;
  return {{"answer-anchored", json}};
}

Json invariants_of(const std::vector<Invariant>& invariants) {
  Json json = Json::array();
  for (const Invariant invariant : invariants) json.push_back(to_string(invariant));
  return json;
}

Json expect_of(const std::map<std::string, Expectation>& expect) {
  Json json = Json::object();
  for (const auto& [algorithm, expectation] : expect) {
    Json one = Json::object();
    if (!expectation.holds.empty()) one["holds"] = invariants_of(expectation.holds);
    if (!expectation.violates.empty()) one["violates"] = invariants_of(expectation.violates);
    json[algorithm] = one;
  }
  return json;
}

Json world_of(const Scenario& s) {
  const bool of_host = s.config.authority == Authority::host_clock;
  Json json{{"$schema", "../schema.json"}, {"format", 1}, {"name", s.name}, {"about", s.about}};
  if (!s.source.empty()) json["source"] = s.source;
  json["seed"] = s.seed;
  json["authority"] = to_string(s.config.authority);
  json["timing"] = timing_of(s.config);
  json["network"] = {{"request", write_duration(s.request_way)},
                     {"answer", write_duration(s.answer_way)}};
  if (of_host && s.host != ClockSpec{}) json["host"] = {{"clock", clock_of(s.host)}};
  if (s.store != ClockSpec{}) json["store"] = {{"clock", clock_of(s.store)}};
  json["processes"] = Json::array();
  for (const ProcessSpec& process : s.processes) {
    // A clone stands where it is made.
    if (!process.clone_of) json["processes"].push_back(process_of(process, s));
  }
  Json faults = Json::array();
  Json choices = Json::object();
  for (const TimedFault& fault : s.faults) faults.push_back(fault_of(fault, s));
  for (const auto& [key, value] : s.choices) {
    if (has_sugar(key.purpose)) {
      faults.push_back(sugar_of(key, value, s));
    } else {
      choices[write_choice_key(key, s)] = value;
    }
  }
  if (!faults.empty()) json["faults"] = faults;
  if (!choices.empty()) json["choices"] = choices;
  if (s.noise != Noise{}) json["noise"] = noise_of(s.noise);
  if (s.answer_anchored != AnswerAnchoredOptions{}) json["options"] = options_of(s.answer_anchored);
  if (s.heal_at) json["heal_at"] = write_duration(*s.heal_at);
  json["run_for"] = write_duration(s.run_for);
  if (!s.expect.empty()) json["expect"] = expect_of(s.expect);
  return json;
}

constexpr std::size_t longest_line = 110;

// dump() leaves no space after ':' and ','. What stands in a string is copied as it is.
std::string spaced(const std::string& flat) {
  std::string out;
  bool quoted = false;
  for (std::size_t at = 0; at < flat.size(); ++at) {
    out += flat[at];
    if (quoted && flat[at] == '\\') {
      out += flat[++at];
    } else if (flat[at] == '"') {
      quoted = !quoted;
    } else if (!quoted && (flat[at] == ':' || flat[at] == ',')) {
      out += ' ';
    }
  }
  return out;
}

// Like dump(2), but what fits on a line stays on it: a list of faults reads like a table.
void lay_out(const Json& json, std::size_t indent, std::string& out) {
  const std::string flat = spaced(json.dump());
  const bool fits = indent > 0 && flat.size() + indent <= longest_line &&
                    !json.contains("program") && !(json.is_array() && json.size() > 1);
  if (fits || !json.is_structured() || json.empty()) {
    out += flat;
    return;
  }
  out += json.is_array() ? "[" : "{";
  bool first = true;
  for (const auto& [key, value] : json.items()) {
    out += (first ? "\n" : ",\n") + std::string(indent + 2, ' ');
    if (json.is_object()) out += Json(key).dump() + ": ";
    lay_out(value, indent + 2, out);
    first = false;
  }
  out += "\n" + std::string(indent, ' ') + (json.is_array() ? "]" : "}");
}

}  // namespace

std::string write_scenario(const Scenario& scenario) {
  std::string out;
  lay_out(world_of(scenario), 0, out);
  return out + "\n";
}

}  // namespace leasehold::sim
