#include "sim/scenario/read_faults.h"

#include <cstdint>
#include <limits>

#include "sim/scenario/duration.h"
#include "sim/scenario/names.h"
#include "sim/scenario/read_parts.h"

namespace leasehold::sim {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t widest_rate_ppm = 500'000;
constexpr std::int64_t most_ordinal = std::numeric_limits<decltype(ChoiceKey::ordinal)>::max();
constexpr Length farthest_step = std::chrono::hours(24 * 365);

std::uint32_t read_process_name(const Value& value, const Scenario& scenario) {
  return static_cast<std::uint32_t>(value.one_of(names_of(scenario)));
}

void put(const Value& at, const ChoiceKey& key, std::int64_t value, Scenario& scenario) {
  if (!scenario.choices.emplace(key, value).second) {
    throw BadInput(at.pointer(), "the choice " + write_choice_key(key, scenario) +
                                     " is made twice; accepted: once");
  }
}

// {"on": {"process": "A", "call": "renew", "nth": 2}, "kind": "answer_delay", "by": "3ms"}
// {"on": {"process": "A", "wake": 3}, "kind": "late", "by": "520ms"}
void read_call_fault(const Value& value, Scenario& scenario) {
  Object object(value);
  Object on(object.required("on"));
  ChoiceKey key;
  key.process = read_process_name(on.required("process"), scenario);
  const Value kind = object.required("kind");
  if (on.has("wake")) {
    key.site = Site::wake;
    key.ordinal = static_cast<std::uint32_t>(on.required("wake").integer(1, most_ordinal));
    kind.one_of({"late"});
    key.purpose = Purpose::late;
  } else {
    key.site = call_sites()[on.required("call").one_of(call_words())];
    key.ordinal = static_cast<std::uint32_t>(on.required("nth").integer(1, most_ordinal));
    key.purpose = call_faults()[kind.one_of(call_fault_words())];
    if (!fits(key.site, key.purpose)) {
      kind.refuse(
          "\"request_delay\", \"request_loss\" or \"duplicate\" for a write, which has no answer");
    }
  }
  on.done();
  const char* const word = value_word(key.purpose);
  const std::int64_t amount =
      word == nullptr ? 1 : object.required(word).duration(1ns, longest_length).count();
  object.done();
  put(value, key, amount, scenario);
}

const std::vector<std::string>& timed_words() {
  static const std::vector<std::string> words{"pause",
                                              "crash",
                                              "starve",
                                              "clock_step",
                                              "clock_rate",
                                              "wall_step",
                                              "partition",
                                              "writer_stall",
                                              "store_restart",
                                              "store_clock_step",
                                              "store_clock_rate",
                                              "failover",
                                              "clone"};
  return words;
}

// {"at": "1s", "kind": "clone", "process": "A", "as": "A-clone"}
void read_clone(Object& object, TimedFault& fault, Scenario& scenario) {
  const Value as = object.required("as");
  const std::string name = read_word(as);
  const std::uint32_t body = read_body(object.required("process"), scenario);
  Scenario with = scenario;
  fault.kind = TimedFault::Kind::clone;
  fault.process = add_clone(with, body, name);
  for (std::size_t index = fault.process; index < with.processes.size(); ++index) {
    refuse_known_name(as, with.processes[index].name, scenario);
  }
  if (with.processes.size() > most_processes) {
    as.refuse("at most " + std::to_string(most_processes) + " processes with all clones");
  }
  scenario = std::move(with);
}

TimedFault::Kind read_how(const Value& how, const Scenario& scenario) {
  static const std::vector<std::string> words{"stopped", "suspended", "frozen"};
  static constexpr TimedFault::Kind kinds[] = {
      TimedFault::Kind::stopped, TimedFault::Kind::suspended, TimedFault::Kind::frozen};
  const TimedFault::Kind kind = kinds[how.one_of(words)];
  const bool host = scenario.config.authority == Authority::host_clock;
  if (host && kind != TimedFault::Kind::stopped) {
    how.refuse("\"stopped\" under host_clock, because processes of one host share one kernel");
  }
  return kind;
}

TimedFault::Kind read_direction(const Value& direction) {
  static constexpr TimedFault::Kind kinds[] = {
      TimedFault::Kind::cut, TimedFault::Kind::requests_cut, TimedFault::Kind::answers_cut};
  return kinds[direction.one_of({"both", "requests", "answers"})];
}

// Under host_clock the host's clock is meant, and no process is named.
void read_clock_owner(const Value& value, Object& object, TimedFault& fault,
                      const Scenario& scenario) {
  if (scenario.config.authority == Authority::host_clock) {
    Object probe(value);  // asking `object` would make the key an accepted one
    if (!probe.has("process")) return;
    probe.required("process").refuse(
        "no process under host_clock, because processes of one host share its clock");
  }
  fault.process = read_body(object.required("process"), scenario);
}

void refuse_without_store_clock(const Value& kind, const Scenario& scenario) {
  if (scenario.config.authority == Authority::store_clock) return;
  kind.refuse("another kind under " + std::string(to_string(scenario.config.authority)) +
              ": the store's clock judges only under \"authority\": \"store_clock\"");
}

// One that comes with the heal or later would never happen, and who wrote it down means it.
Length read_moment(const Value& at, const Scenario& scenario) {
  const Length moment = at.duration(0ns, scenario.run_for);
  if (scenario.heal_at && moment >= *scenario.heal_at) {
    at.refuse("a moment before \"heal_at\" (" + write_duration(*scenario.heal_at) +
              "), which switches every fault off");
  }
  return moment;
}

// {"at": "200ms", "kind": "failover", "loses": "300ms", "for": "2s", "clock_difference": "-20ms"}
void read_failover(Object& object, TimedFault& fault, const Scenario& scenario) {
  fault.kind = TimedFault::Kind::failover;
  fault.loses = object.required("loses").duration(0ns, longest_length);
  if (object.has("for")) fault.lasts = object.required("for").duration(1ns, longest_length);
  if (!object.has("clock_difference")) return;
  const Value difference = object.required("clock_difference");
  if (scenario.config.authority != Authority::store_clock) {
    difference.refuse("no such key under " + std::string(to_string(scenario.config.authority)) +
                      ": the store's clock judges only under \"authority\": \"store_clock\"");
  }
  fault.value = difference.duration(-farthest_step, farthest_step).count();
}

// Of those that meet the store.
void read_store_fault(const std::string& kind, Object& object, TimedFault& fault,
                      const Scenario& scenario) {
  if (kind == "failover") return read_failover(object, fault, scenario);
  if (kind == "writer_stall" || kind == "store_restart") {
    fault.kind =
        kind == "writer_stall" ? TimedFault::Kind::writer_stall : TimedFault::Kind::store_restart;
    fault.lasts = object.required("for").duration(1ns, longest_length);
    return;
  }
  refuse_without_store_clock(object.required("kind"), scenario);
  if (kind == "store_clock_step") {
    fault.kind = TimedFault::Kind::store_clock_step;
    fault.value = object.required("by").duration(-farthest_step, farthest_step).count();
  } else {
    fault.kind = TimedFault::Kind::store_clock_rate;
    fault.value = object.required("rate_ppm").integer(-widest_rate_ppm, widest_rate_ppm);
  }
}

TimedFault read_timed_fault(const Value& value, Scenario& scenario) {
  Object object(value);
  TimedFault fault;
  fault.at = read_moment(object.required("at"), scenario);
  const std::string kind = timed_words()[object.required("kind").one_of(timed_words())];
  if (kind == "pause") {
    fault.process = read_body(object.required("process"), scenario);
    fault.kind = read_how(object.required("how"), scenario);
    fault.lasts = object.required("for").duration(1ns, longest_length);
  } else if (kind == "crash") {
    fault.kind = TimedFault::Kind::crash;
    fault.process = read_body(object.required("process"), scenario);
    if (object.has("restart_after")) {
      fault.lasts = object.required("restart_after").duration(1ns, longest_length);
    }
  } else if (kind == "starve") {
    fault.kind = TimedFault::Kind::starve;
    fault.process = read_body(object.required("process"), scenario);
    fault.lasts = object.required("for").duration(1ns, longest_length);
  } else if (kind == "partition") {
    fault.process = read_body(object.required("process"), scenario);
    fault.kind = read_direction(object.required("direction"));
    fault.lasts = object.required("for").duration(1ns, longest_length);
  } else if (kind == "writer_stall" || kind == "failover" || kind.rfind("store_", 0) == 0) {
    read_store_fault(kind, object, fault, scenario);
  } else if (kind == "clock_step") {
    fault.kind = TimedFault::Kind::clock_step;
    read_clock_owner(value, object, fault, scenario);
    fault.value = object.required("by").duration(-farthest_step, farthest_step).count();
  } else if (kind == "wall_step") {
    fault.kind = TimedFault::Kind::wall_step;
    fault.process = read_body(object.required("process"), scenario);
    fault.value = object.required("by").duration(-farthest_step, farthest_step).count();
  } else if (kind == "clone") {
    read_clone(object, fault, scenario);
  } else {
    fault.kind = TimedFault::Kind::clock_rate;
    read_clock_owner(value, object, fault, scenario);
    fault.value = object.required("rate_ppm").integer(-widest_rate_ppm, widest_rate_ppm);
  }
  object.done();
  return fault;
}

bool is_clone(const Value& item) {
  Object probe(item);
  return !probe.has("on") && probe.has("kind") && probe.required("kind").text() == "clone";
}

std::int64_t read_choice(const Value& value, Purpose purpose) {
  switch (kind_of(purpose)) {
    case ValueKind::duration:
      return value.duration(1ns, longest_length).count();
    case ValueKind::number:
      return value.integer(1, INT64_MAX);
    case ValueKind::flag:
      if (!value.boolean()) value.refuse("true, or no such choice at all");
      return 1;
  }
  return 0;
}

}  // namespace

void read_faults(const Value& value, Scenario& scenario) {
  // Clones first: any other fault may name one, wherever it stands.
  std::vector<TimedFault> clones;
  for (const Value& item : value.items()) {
    if (is_clone(item)) clones.push_back(read_timed_fault(item, scenario));
  }
  auto clone = clones.begin();
  for (const Value& item : value.items()) {
    Object probe(item);
    if (probe.has("on")) {
      read_call_fault(item, scenario);
    } else {
      scenario.faults.push_back(is_clone(item) ? *clone++ : read_timed_fault(item, scenario));
    }
  }
}

void read_choices(const Value& value, Scenario& scenario) {
  for (const auto& [text, item] : value.members()) {
    const auto key = read_choice_key(text, scenario);
    if (!key) {
      throw BadInput(item.pointer(),
                     "not a choice; accepted: PROCESS/SITE/N/PURPOSE such as "
                     "\"A/renew/2/answer_delay\", of a process that is there");
    }
    put(item, *key, read_choice(item, key->purpose), scenario);
  }
}

}  // namespace leasehold::sim
