// The verbs of `leasehold-sim`. Each adds itself to the parser with its options; when the command
// line names it, `chosen` becomes what is to be done.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

namespace leasehold::sim {

/// Does it and returns the exit code.
using Chosen = std::function<int()>;

void add_diff(CLI::App& app, Chosen& chosen);
void add_explain(CLI::App& app, Chosen& chosen);
void add_explore(CLI::App& app, Chosen& chosen);
void add_list(CLI::App& app, Chosen& chosen);
void add_new(CLI::App& app, Chosen& chosen);
// In the build `planted` only.
void add_planted(CLI::App& app, Chosen& chosen);
/// The option `--bug`, which switches a planted bug on as soon as it is read; `name`: which.
void add_bug(CLI::App& verb, std::string& name);
/// Explores with these bugs, or with all; 1 if what is found is not what the simulator says.
int explore_planted(const std::vector<std::string>& only);
/// Prints how many of them `worlds` worlds kill, with each ingredient of the generator taken out.
int ablate_planted(const std::vector<std::string>& only, std::uint64_t worlds);

void add_replay(CLI::App& app, Chosen& chosen);
void add_schema(CLI::App& app, Chosen& chosen);
void add_shrink(CLI::App& app, Chosen& chosen);
void add_sweep(CLI::App& app, Chosen& chosen);
void add_timeline(CLI::App& app, Chosen& chosen);

}  // namespace leasehold::sim
