// What a lock costs a command: `leasehold run -- true` beside `flock FILE true`, in turns.
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <spawn.h>
#include <string>
#include <sys/wait.h>
#include <vector>

#include <benchmark/benchmark.h>

#include "lib/bench/processes.h"

namespace leasehold::bench {
namespace {

void run(std::vector<std::string> words) {
  std::vector<char*> arguments;
  arguments.reserve(words.size() + 1);
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  pid_t pid = 0;
  must(posix_spawnp(&pid, arguments.front(), nullptr, nullptr, arguments.data(), environ) == 0,
       words.front() + " can't be run");
  int status = 0;
  waitpid(pid, &status, 0);
  must(status == 0, words.front() + " failed");
}

// The command lies beside this program.
std::string leasehold() {
  return std::filesystem::read_symlink("/proc/self/exe").parent_path() / "leasehold";
}

void leasehold_run(benchmark::State& state) {
  const Directory directory;
  const std::string url = "sqlite:" + directory.file("db");
  for (auto _ : state) run({leasehold(), "run", "--store", url, "--key", "k", "--", "true"});
}
BENCHMARK(leasehold_run)->UseRealTime()->Unit(benchmark::kMicrosecond);

void flock_run(benchmark::State& state) {
  const Directory directory;
  const std::string file = directory.file("flock");
  for (auto _ : state) run({"flock", file, "true"});
}
BENCHMARK(flock_run)->UseRealTime()->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace leasehold::bench

BENCHMARK_MAIN();
