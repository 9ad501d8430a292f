// The parts of a scenario but its faults, read from their values. All throw BadInput.
#pragma once

#include "sim/scenario/json_reader.h"
#include "sim/scenario/scenario.h"

namespace leasehold::sim {

Authority read_authority(const Value& value);
void read_timing(const Value& value, Config& config);
void read_network(const Value& value, Scenario& scenario);
void read_host(const Value& value, Scenario& scenario);
void read_store(const Value& value, Scenario& scenario);
/// The index of a process, by its name, that has been read and is no part of another.
std::uint32_t read_body(const Value& value, const Scenario& scenario);
/// A name of a process or a key.
std::string read_word(const Value& value);
/// Refuses a name that stands at `value` and is a process's already.
void refuse_known_name(const Value& value, const std::string& name, const Scenario& scenario);
inline constexpr std::size_t most_processes = 1'000;
/// Requires: authority and horizon were read.
ProcessSpec read_process(const Value& value, const Scenario& scenario);
Noise read_noise(const Value& value);
void read_options(const Value& value, Scenario& scenario);
void read_expect(const Value& value, Scenario& scenario);

}  // namespace leasehold::sim
