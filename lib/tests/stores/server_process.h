// A server that a test starts, stops, kills and starts again.
#pragma once

#include <algorithm>
#include <arpa/inet.h>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <netinet/in.h>
#include <string>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace leasehold {

/// Whether tests run as root, where some servers refuse to run.
inline bool is_root() { return geteuid() == 0; }

/// `command` as another user, if this one is root and that one exists.
inline std::vector<std::string> as_user(const std::string& user, std::vector<std::string> command) {
  if (!is_root()) return command;
  command.insert(command.begin(), {"setpriv", "--reuid=" + user, "--regid=" + user,
                                   "--clear-groups", "--pdeathsig=KILL", "--"});
  return command;
}

/// A port of the loopback that was free a moment ago.
inline int free_port() {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  // NOLINTBEGIN(cppcoreguidelines-pro-type-reinterpret-cast): what the socket interface asks for
  if (bind(fd, reinterpret_cast<sockaddr*>(&address), size) != 0) std::abort();
  getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  // NOLINTEND(cppcoreguidelines-pro-type-reinterpret-cast)
  close(fd);
  return ntohs(address.sin_port);
}

/// The processes that `parent` started and that are there still, and theirs.
inline std::vector<pid_t> descendants(pid_t parent) {
  std::vector<pid_t> found;
  std::error_code ignored;
  for (const auto& one : std::filesystem::directory_iterator("/proc", ignored)) {
    std::ifstream file(one.path() / "stat");
    std::string text;
    if (!std::getline(file, text)) continue;
    // "PID (NAME) STATE PPID ...", and a name may have anything in it.
    const std::size_t name_end = text.rfind(')');
    if (name_end == std::string::npos || std::stoi(text.substr(name_end + 4)) != parent) continue;
    const pid_t child = std::stoi(text);
    found.push_back(child);
    for (const pid_t further : descendants(child)) found.push_back(further);
  }
  return found;
}

/// False for one that has gone, or has ended and waits for its parent to look.
inline bool is_alive(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string text;
  if (!std::getline(file, text)) return false;
  const std::size_t name_end = text.rfind(')');
  return name_end + 2 < text.size() && text[name_end + 2] != 'Z' && text[name_end + 2] != 'X';
}

/// One process and all that it starts, whatever groups they are in; gone when the test is.
class ServerProcess {
 public:
  /// Starts `command`; what it says goes to the file `log`.
  ServerProcess(const std::vector<std::string>& command, const std::string& log) {
    pid_ = fork();
    if (pid_ != 0) return;
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    const int out = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
    dup2(out, STDOUT_FILENO);
    dup2(out, STDERR_FILENO);
    std::vector<char*> arguments;
    arguments.reserve(command.size() + 1);
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast): execvp does not write to them
    for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    execvp(arguments[0], arguments.data());
    _exit(127);
  }
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;
  ~ServerProcess() { kill(); }

  /// Stops it and all that it started: from here on none of them does anything.
  void freeze() const {
    ::kill(pid_, SIGSTOP);
    // One that was being started while the others were looked up is found by the next look.
    std::size_t stopped = 0;
    for (std::vector<pid_t> all = descendants(pid_); all.size() != stopped;
         all = descendants(pid_)) {
      stopped = all.size();
      for (const pid_t one : all) ::kill(one, SIGSTOP);
    }
  }
  void thaw() const {
    for (const pid_t one : descendants(pid_)) ::kill(one, SIGCONT);
    ::kill(pid_, SIGCONT);
  }
  /// Kills it and all that it started, at one moment as far as anybody else can tell.
  void kill() {
    if (pid_ <= 0) return;
    freeze();
    const std::vector<pid_t> all = descendants(pid_);
    for (const pid_t one : all) ::kill(one, SIGKILL);
    ::kill(pid_, SIGKILL);
    wait();
    // Whoever is started again in their place must not meet what they still hold.
    for (const pid_t one : all) {
      while (is_alive(one)) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }
  /// True once it has gone by itself.
  bool has_ended() {
    if (pid_ > 0 && waitpid(pid_, nullptr, WNOHANG) == pid_) pid_ = -1;
    return pid_ <= 0;
  }
  /// Sends `signal` to it, which ends by it.
  void end(int signal) {
    ::kill(pid_, signal);
    wait();
  }
  /// True if `kill`, `end` or `wait` is done with it.
  bool is_gone() const { return pid_ <= 0; }
  /// Waits until it has gone by itself; its exit code, or -1 if a signal ended it.
  int wait() {
    if (pid_ <= 0) return -1;
    int status = 0;
    while (waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
    }
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  pid_t pid_ = -1;
};

/// Runs `command` to its end; its exit code.
inline int run_to_end(const std::vector<std::string>& command, const std::string& log) {
  return ServerProcess(command, log).wait();
}

/// The program `name` in one of `directories` or on PATH; empty if it is nowhere.
inline std::string installed(const std::string& name, std::vector<std::string> directories) {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nobody writes it meanwhile
  const char* const path = std::getenv("PATH");
  std::string all = path == nullptr ? "" : path;
  for (std::size_t at = 0; at < all.size();) {
    const std::size_t colon = std::min(all.find(':', at), all.size());
    directories.push_back(all.substr(at, colon - at));
    at = colon + 1;
  }
  for (const std::string& directory : directories) {
    std::string file = directory;
    file.append("/").append(name);
    if (access(file.c_str(), X_OK) == 0) return file;
  }
  return {};
}

}  // namespace leasehold
