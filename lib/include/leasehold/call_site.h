// Where in a program something was asked for. (std::source_location is not there with clang 14.)
#pragma once

#include <string>

#include <leasehold/export.h>

namespace leasehold {

/// A line of the program, for people who look for who holds a lock. As a default argument,
/// `CallSite where = CallSite::here()` is the line of the call.
struct LEASEHOLD_API CallSite {
  /// As the compiler was given it. Lives as long as the code that it names: what was loaded with
  /// dlopen must not be unloaded while its locks and guards are there.
  const char* file = "";
  /// 0: it names none.
  unsigned line = 0;

  /// Leave the arguments away.
  static constexpr CallSite here(const char* file_of_call = __builtin_FILE(),
                                 unsigned line_of_call = __builtin_LINE()) {
    return {file_of_call, line_of_call};
  }
  /// "deploy.cc:12"; "?" if it names none.
  std::string text() const;
};

}  // namespace leasehold
