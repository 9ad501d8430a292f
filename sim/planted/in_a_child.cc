#include "sim/planted/in_a_child.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <exception>
#include <new>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

namespace leasehold::sim {
namespace {

[[noreturn]] void be_the_child(const std::function<std::string()>& work, unsigned cpu_seconds,
                               int out) {
  const rlimit limit{cpu_seconds, cpu_seconds + 1};
  setrlimit(RLIMIT_CPU, &limit);
  const rlimit no_core{0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
  try {
    const std::string said = work();
    const bool all = write(out, said.data(), said.size()) == static_cast<ssize_t>(said.size());
    _exit(all ? 0 : 1);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
  }
  _exit(1);
}

std::string read_all(int in) {
  std::string text;
  std::array<char, 4096> part{};
  for (ssize_t got = 0; (got = read(in, part.data(), part.size())) != 0;) {
    if (got < 0 && errno != EINTR) break;
    if (got > 0) text.append(part.data(), static_cast<std::size_t>(got));
  }
  return text;
}

void* shared_page(std::size_t size) {
  void* const page = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) throw std::system_error(errno, std::generic_category(), "mmap");
  return page;
}

}  // namespace

SharedNumber::SharedNumber()
    : number_(new (shared_page(sizeof(*number_))) std::atomic<std::uint64_t>(0)) {}

SharedNumber::~SharedNumber() { munmap(number_, sizeof(*number_)); }

ChildEnd in_a_child(const std::function<std::string()>& work, unsigned cpu_seconds) {
  std::fflush(nullptr);
  std::array<int, 2> ends{};
  if (pipe(ends.data()) != 0) throw std::system_error(errno, std::generic_category(), "pipe");
  const pid_t child = fork();
  if (child < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (child == 0) be_the_child(work, cpu_seconds, ends[1]);
  close(ends[1]);
  ChildEnd end;
  end.said = read_all(ends[0]);
  close(ends[0]);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  end.ended_well = WIFEXITED(status) && WEXITSTATUS(status) == 0;
  if (end.ended_well) return end;
  end.said.clear();
  const int signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  end.asserted = signal == SIGABRT;
  end.how = signal == 0         ? "the trial failed"
            : signal == SIGXCPU ? "the trial did not end in its time"
                                : "ended by signal " + std::to_string(signal);
  return end;
}

}  // namespace leasehold::sim
