// `leasehold` as its users start it: real processes, a database of a test's own.
#pragma once

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <spawn.h>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include <gtest/gtest.h>

#include <leasehold/sqlite_store.h>
#include "lib/tests/actor.h"
#include "lib/tests/stamps.h"
#include "lib/tests/temp_dir.h"

namespace leasehold {

using Words = std::vector<std::string>;

/// Programs that are built beside the tests.
inline std::string program(const std::string& name) {
  return std::filesystem::read_symlink("/proc/self/exe").parent_path() / name;
}

/// A program that was started, in a process group of its own as a shell would.
class Program {
 public:
  Program(Words words, const std::string& errors) : errors_(errors) {
    posix_spawn_file_actions_t actions{};
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in_.out(), STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, out_.in(), STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, errors.c_str(),
                                     O_WRONLY | O_CREAT | O_APPEND, 0600);
    posix_spawnattr_t attributes{};
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
    pid_ = spawn(std::move(words), actions, &attributes);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    in_.close_out();
    out_.close_in();
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;
  ~Program() {
    if (pid_ <= 0) return;
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }

  pid_t pid() const { return pid_; }
  void signal(int number) const { EXPECT_EQ(kill(pid_, number), 0); }
  /// Blocks for its next line of output.
  std::string line() const { return out_.line(); }
  /// Blocks until nobody has its output open any more: what was left of it.
  std::string rest() const {
    std::string text;
    for (char byte = 0; out_.take(byte);) text.push_back(byte);
    return text;
  }
  void end_input() { in_.close_in(); }
  /// The exit code, or 200 + the signal that ended it.
  int wait() {
    int status = 0;
    while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 200 + WTERMSIG(status);
  }
  std::string errors() const {
    std::ifstream file(errors_);
    return {std::istreambuf_iterator<char>(file), {}};
  }

 private:
  const std::string errors_;
  Pipe in_;
  Pipe out_;
  pid_t pid_ = -1;
};

struct CliFixture : testing::Test {
  /// Whoever runs the tests has a default store of his own, which is none of their business.
  CliFixture() {
    // NOLINTBEGIN(concurrency-mt-unsafe): there is no other thread
    setenv("XDG_STATE_HOME", dir.path().c_str(), 1);
    unsetenv("LEASEHOLD_STORE");
    // NOLINTEND(concurrency-mt-unsafe)
  }
  Words leasehold(const Words& words) const {
    Words all{program("leasehold")};
    all.insert(all.end(), words.begin(), words.end());
    return all;
  }
  /// `leasehold run` of `command`, with the options `options`.
  Words run_words(const Words& options, const Words& command) const {
    Words words = leasehold({"run", "--store", store});
    words.insert(words.end(), options.begin(), options.end());
    words.emplace_back("--");
    words.insert(words.end(), command.begin(), command.end());
    return words;
  }
  std::string new_errors() { return dir.file("errors" + std::to_string(started_++)); }

  struct Ended {
    int code = 0;
    std::string out;
    std::string errors;
  };
  /// Of a program that ends by itself.
  Ended ended(const Words& words) {
    Program one(words, new_errors());
    one.end_input();
    std::string out = one.rest();
    const int code = one.wait();
    return {code, std::move(out), one.errors()};
  }
  Ended run(const Words& options, const Words& command) {
    return ended(run_words(options, command));
  }

  /// When the lease of `key` ends if nobody renews it, on the boot clock.
  std::int64_t deadline_of(const std::string& key) const {
    const auto opened = SqliteStore::open(file, {});
    if (!opened) ADD_FAILURE() << opened.error().detail;
    const auto record = (*opened)->inspect(key);
    if (!record || !record->answer || !record->answer->expires_at) {
      ADD_FAILURE() << "there is no record of " << key;
      return 0;
    }
    return record->answer->expires_at->ns();
  }

  const TempDir dir;
  const std::string file = dir.file("locks.db");
  const std::string store = "sqlite:" + file;

 private:
  int started_ = 0;
};

}  // namespace leasehold
