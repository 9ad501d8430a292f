// What a command says when its options can't be parsed.
#pragma once

#include <string>

#include <CLI/CLI.hpp>

namespace leasehold::cli {

/// The parser's own words, unless a word is one too many: then what is accepted there, and the
/// nearest to it.
std::string explained(const CLI::App& app, const CLI::ParseError& error);

}  // namespace leasehold::cli
