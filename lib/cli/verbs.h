// The verbs of the `leasehold` command.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

namespace leasehold::cli {

/// What was asked for: returns the exit code.
using Chosen = std::function<int()>;

// Each adds its verb to `app`, and when it was named sets `chosen`.

/// `command` is what stood after "--".
void add_run(CLI::App& app, Chosen& chosen, const std::vector<std::string>& command);
void add_status(CLI::App& app, Chosen& chosen);
void add_inspect(CLI::App& app, Chosen& chosen);
void add_watch(CLI::App& app, Chosen& chosen);
void add_release(CLI::App& app, Chosen& chosen);
void add_check(CLI::App& app, Chosen& chosen);

/// `--store`, with the default of `store_url`; also read from LEASEHOLD_STORE.
void add_store_option(CLI::App& verb, std::string& url);
/// An option whose value is a length of time in [`least`, `most`], as "30s".
CLI::Option* add_length_option(CLI::App& verb, const std::string& names,
                               std::function<void(std::chrono::nanoseconds)> take,
                               std::chrono::nanoseconds least, const std::string& help);

}  // namespace leasehold::cli
