// The manual page and the shell completion, made of what the option parser knows.
#pragma once

#include <string>

#include <CLI/CLI.hpp>

namespace leasehold::cli {

/// A manual page (roff, section 1) of `app` and its verbs.
std::string manual_page(const CLI::App& app, const std::string& version);
/// Completion of bash: verbs, their options, and the words or files that an option takes.
std::string bash_completion(const CLI::App& app);

}  // namespace leasehold::cli
