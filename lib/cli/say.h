// What the `leasehold` command tells people.
#pragma once

#include <exception>
#include <string>

namespace leasehold::cli {

/// One line to stderr, behind the command's name, in one write so that lines of two processes don't
/// mix.
void say(const std::string& what);

/// Says it and returns `exit_failed`.
int complain(const std::string& what);
/// The same of what nobody could foresee: the system refused something, or there is a bug.
int complain(const std::exception& error);

}  // namespace leasehold::cli
