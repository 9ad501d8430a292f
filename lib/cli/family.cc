#include "lib/cli/family.h"

#include <charconv>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace leasehold::cli {
namespace {

struct Process {
  pid_t parent = 0;
  pid_t session = 0;
  bool lives = false;
};

// proc(5): "pid (name) state ppid pgrp session ...", where the name may hold anything.
std::optional<Process> process_of(const std::filesystem::path& directory) {
  std::ifstream file(directory / "stat");
  std::string line;
  if (!std::getline(file, line, '\0')) return std::nullopt;
  const std::size_t name_ends = line.rfind(')');
  if (name_ends == std::string::npos) return std::nullopt;
  std::istringstream rest(line.substr(name_ends + 1));
  char state = '?';
  pid_t group = 0;
  Process process;
  if (!(rest >> state >> process.parent >> group >> process.session)) return std::nullopt;
  process.lives = state != 'Z' && state != 'X';
  return process;
}

std::map<pid_t, Process> all_processes() {
  std::map<pid_t, Process> all;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", error)) {
    const std::string name = entry.path().filename();
    pid_t pid = 0;
    const char* const end = name.data() + name.size();
    if (std::from_chars(name.data(), end, pid).ptr != end) continue;
    if (const auto process = process_of(entry.path())) all.emplace(pid, *process);
  }
  return all;
}

}  // namespace

std::vector<pid_t> family_of(pid_t root) {
  const std::map<pid_t, Process> all = all_processes();
  std::multimap<pid_t, pid_t> children;
  for (const auto& [pid, process] : all) children.emplace(process.parent, pid);
  const pid_t session = getsid(root);
  std::vector<pid_t> family;
  std::vector<pid_t> next{root};
  while (!next.empty()) {
    const auto [first, last] = children.equal_range(next.back());
    next.pop_back();
    for (auto child = first; child != last; ++child) {
      const pid_t pid = child->second;
      next.push_back(pid);
      const Process& process = all.at(pid);
      if (process.lives && process.session == session) family.push_back(pid);
    }
  }
  return family;
}

}  // namespace leasehold::cli
