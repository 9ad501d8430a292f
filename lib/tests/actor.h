// Another process: a small program of the tests' own (sqlite_actor.cc), started afresh, so that
// neither memory nor threads nor descriptors of the test are in it.
#pragma once

#include <array>
#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <spawn.h>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace leasehold {

/// A pipe that no started program inherits but by name.
class Pipe {
 public:
  Pipe() { EXPECT_EQ(pipe2(ends_.data(), O_CLOEXEC), 0); }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() {
    close_end(0);
    close_end(1);
  }
  int out() const { return ends_[0]; }
  int in() const { return ends_[1]; }
  void close_out() { close_end(0); }
  void close_in() { close_end(1); }
  /// Blocks for one byte; false at the end.
  bool take(char& byte) const { return read(ends_[0], &byte, 1) == 1; }
  /// Blocks for a line, or what there is of it at the end.
  std::string line() const {
    std::string text;
    for (char byte = 0; take(byte) && byte != '\n';) text.push_back(byte);
    return text;
  }

 private:
  void close_end(std::size_t end) {
    if (ends_.at(end) >= 0) close(ends_.at(end));
    ends_.at(end) = -1;
  }
  std::array<int, 2> ends_{-1, -1};
};

/// Starts a program: its words, found on PATH; what its descriptors are; attributes, or null.
inline pid_t spawn(std::vector<std::string> words, posix_spawn_file_actions_t& actions,
                   const posix_spawnattr_t* attributes) {
  std::vector<char*> argv;
  argv.reserve(words.size() + 1);
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  pid_t pid = -1;
  EXPECT_EQ(posix_spawnp(&pid, argv[0], &actions, attributes, argv.data(), environ), 0) << argv[0];
  return pid;
}

/// Started with `arguments`; reads `in`, writes `out`. Killed if it still runs at the end.
class Actor {
 public:
  Actor(const std::vector<std::string>& arguments, const Pipe& in, const Pipe& out) {
    const auto here = std::filesystem::read_symlink("/proc/self/exe").parent_path();
    std::vector<std::string> words{here / "sqlite_actor"};
    words.insert(words.end(), arguments.begin(), arguments.end());
    posix_spawn_file_actions_t actions{};
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in.out(), STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, out.in(), STDOUT_FILENO);
    pid_ = spawn(std::move(words), actions, nullptr);
    posix_spawn_file_actions_destroy(&actions);
  }
  Actor(Actor&& other) noexcept : pid_(std::exchange(other.pid_, -1)) {}
  Actor& operator=(Actor&&) = delete;
  Actor(const Actor&) = delete;
  Actor& operator=(const Actor&) = delete;
  ~Actor() {
    if (pid_ <= 0) return;
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }

  /// Waits for its end: the exit code, or 200 + the signal that ended it.
  int wait() {
    int status = 0;
    EXPECT_EQ(waitpid(std::exchange(pid_, -1), &status, 0) > 0, true);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 200 + WTERMSIG(status);
  }

 private:
  pid_t pid_ = -1;
};

/// What an actor wrote that was given no input, once it ended.
struct Performance {
  int code = 0;
  std::string text;
};
inline Performance perform_actor(const std::vector<std::string>& arguments) {
  Pipe in;
  Pipe out;
  Actor actor(arguments, in, out);
  in.close_in();
  out.close_in();
  Performance performance;
  for (char byte = 0; out.take(byte);) performance.text.push_back(byte);
  performance.code = actor.wait();
  return performance;
}

}  // namespace leasehold
