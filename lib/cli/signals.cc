#include "lib/cli/signals.h"

#include <cerrno>
#include <sys/signalfd.h>
#include <system_error>

namespace leasehold::cli {
namespace {

constexpr int passed_on[] = {SIGHUP,  SIGINT,  SIGQUIT,  SIGTERM, SIGUSR1,
                             SIGUSR2, SIGALRM, SIGWINCH, SIGTSTP};

bool is_ignored(int number) {
  struct sigaction action {};
  return sigaction(number, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

}  // namespace

Signals::Signals() {
  sigset_t taken;
  sigemptyset(&taken);
  for (const int number : passed_on) {
    if (!is_ignored(number)) sigaddset(&taken, number);
  }
  fd_ = Descriptor(signalfd(-1, &taken, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!fd_) throw std::system_error(errno, std::generic_category(), "signalfd");
  // Taking the terminal back from the background would stop us.
  sigaddset(&taken, SIGTTOU);
  // A reader that went away is found by whoever writes.
  sigaddset(&taken, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &taken, &before_);
  children_were_ignored_ = is_ignored(SIGCHLD);
  signal(SIGCHLD, SIG_DFL);
}

std::optional<int> Signals::next() const {
  signalfd_siginfo info{};
  if (read(fd_.get(), &info, sizeof info) != static_cast<ssize_t>(sizeof info)) return std::nullopt;
  return static_cast<int>(info.ssi_signo);
}

bool asks_to_go(int signal) {
  return signal == SIGHUP || signal == SIGINT || signal == SIGQUIT || signal == SIGTERM;
}

}  // namespace leasehold::cli
