// Code whose cost is watched in instructions, which a machine repeats exactly, and not in time:
// what cmake/bench/instructions.py runs under callgrind.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <string>

namespace leasehold::bench {

/// Goes a path so many times. What it needs it makes first: the cost of that is taken off, by
/// measuring two numbers of times.
using KeyPath = std::function<void(int times)>;
using KeyPaths = std::map<std::string, KeyPath>;

/// The code that is measured must not go wrong.
inline void must(bool good, const char* what) {
  if (good) return;
  std::fprintf(stderr, "key_paths: %s\n", what);
  std::exit(1);  // NOLINT(concurrency-mt-unsafe)
}

/// Without arguments: prints the names. With NAME TIMES: goes that path.
inline int run_key_path(const KeyPaths& paths, int count, char** arguments) {
  if (count == 1) {
    for (const auto& [name, path] : paths) std::printf("%s\n", name.c_str());
    return 0;
  }
  const auto found = count == 3 ? paths.find(arguments[1]) : paths.end();
  const int times = count == 3 ? std::atoi(arguments[2]) : 0;
  if (found == paths.end() || times <= 0) {
    std::fprintf(stderr, "usage: %s [NAME TIMES], NAME one of those that it prints\n",
                 arguments[0]);
    return 2;
  }
  found->second(times);
  return 0;
}

}  // namespace leasehold::bench
