#include "lib/cli/guardian.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <system_error>
#include <utility>

#include "lib/cli/family.h"
#include "lib/cli/say.h"
#include "lib/cli/signals.h"
#include "lib/src/text/printable.h"

namespace leasehold::cli {
namespace {

using namespace std::chrono_literals;

// Nobody tells of the end of processes that are not one's children.
constexpr Length look_again = 20ms;

Descriptor watch_children() {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, nullptr);
  sigset_t child;
  sigemptyset(&child);
  sigaddset(&child, SIGCHLD);
  Descriptor fd(signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!fd) throw std::system_error(errno, std::generic_category(), "signalfd");
  return fd;
}

}  // namespace

Guardian::Guardian(Leash& leash, Guarded guarded)
    : leash_(leash), guarded_(std::move(guarded)), children_(watch_children()) {
  leash_.keep_guardians();
  // What is meant for the wrapper's group, ^C and ^Z among it, is not meant for its guardian.
  setpgid(0, 0);
  prctl(PR_SET_NAME, "leasehold-guard");
  // Orphans of the command come to us, so that its group can be seen to be empty.
  prctl(PR_SET_CHILD_SUBREAPER, 1);
}

void Guardian::run() {
  while (!is_over()) {
    set_alarm();
    wait_for_news();
    listen();
    if (!command_) continue;
    hear_outcome();
    reap();
    keep_in_time();
  }
  // The command may have failed to run and ended between two looks.
  if (command_) hear_outcome();
  if (is_too_late_) {
    report(Report::Kind::too_late, 0);
  } else if (failure_) {
    report(command_ ? Report::Kind::cannot_run : Report::Kind::failed, *failure_);
  } else if (command_) {
    report(Report::Kind::ended, *command_->status());
  }
  if (is_wrapper_gone_ && stopped_ != Stopped::no) {
    say("\"" + printable(guarded_.key) +
        "\": the process that kept the lease is gone; the command " + "was stopped");
  }
}

bool Guardian::is_over() const {
  if (!command_) return failure_ || is_too_late_ || is_wrapper_gone_;
  return command_->status() && !is_anybody_left();
}

// Orphans come to us: who has no child has no descendant either.
bool Guardian::is_anybody_left() const {
  siginfo_t nobody{};
  const bool is_childless =
      waitid(P_ALL, 0, &nobody, WEXITED | WNOHANG | WNOWAIT) != 0 && errno == ECHILD;
  return !is_childless && !family_of(getpid()).empty();
}

void Guardian::signal_all(int number) const {
  command_->signal(number);
  for (const pid_t pid : family_of(getpid())) {
    if (getpgid(pid) != command_->group()) kill(pid, number);
  }
}

void Guardian::listen() {
  while (!is_wrapper_gone_) {
    const Heard<Order> heard = receive<Order>(leash_.guardians());
    is_wrapper_gone_ = heard.gone;
    if (!heard.message) return;
    follow(*heard.message);
  }
}

void Guardian::follow(const Order& order) {
  switch (order.kind) {
    case Order::Kind::start:
      return start(order);
    case Order::Kind::signal:
      if (!command_ || command_->status()) return;
      command_->signal(order.signal);
      // One that is stopped would hear of it only when it goes on.
      if (asks_to_go(order.signal)) command_->signal(SIGCONT);
      return;
    case Order::Kind::lost:
      if (command_ && guarded_.on_lost != OnLost::warn) stop(Stopped::lost, boot_now());
      return;
  }
}

void Guardian::start(const Order& order) {
  // Both of us may have been stopped for long since the lock was had.
  is_too_late_ = is_late(boot_now());
  if (is_too_late_) return;
  // NOLINTBEGIN(concurrency-mt-unsafe): this process has one thread.
  setenv("LEASEHOLD_KEY", guarded_.key.c_str(), 1);
  setenv("LEASEHOLD_TERM", std::to_string(order.term).c_str(), 1);
  setenv("LEASEHOLD_FENCE", order.fence.data(), 1);
  // NOLINTEND(concurrency-mt-unsafe)
  try {
    command_.emplace(guarded_.launch);
    report(Report::Kind::started, 0);
  } catch (const std::system_error& error) {
    failure_ = error.code().value();
  }
}

void Guardian::hear_outcome() {
  if (!command_->outcome()) return;
  pollfd readable{.fd = command_->outcome().get(), .events = POLLIN, .revents = 0};
  if (poll(&readable, 1, 0) > 0) failure_ = command_->failure();
}

void Guardian::reap() {
  std::array<signalfd_siginfo, 8> heap{};
  while (read(children_.get(), heap.data(), sizeof heap) > 0) {
  }
  int status = 0;
  for (pid_t pid = 0; (pid = waitpid(-1, &status, WNOHANG | WUNTRACED)) > 0;) {
    command_->note(pid, status);
    if (pid == command_->group() && WIFSTOPPED(status)) {
      report(Report::Kind::paused, WSTOPSIG(status));
    }
  }
}

std::int64_t Guardian::last_kill() const { return leash_.deadline() - guarded_.margin.count(); }

bool Guardian::is_late(std::int64_t now) const {
  return now >= last_kill() - guarded_.grace.count();
}

void Guardian::keep_in_time() {
  const std::int64_t now = boot_now();
  const bool has_ended = command_->status().has_value();
  if (!has_ended && stopped_ == Stopped::no && guarded_.on_lost != OnLost::warn) {
    // Who is not to be asked to stop may run for as long as the lease allows.
    const bool is_asked = guarded_.on_lost == OnLost::term;
    const std::int64_t kill_at =
        is_asked ? std::min(now + guarded_.grace.count(), last_kill()) : last_kill();
    if (is_wrapper_gone_) {
      stop(Stopped::orphaned, kill_at);
    } else if (is_late(now)) {
      stop(Stopped::deadline, kill_at);
    }
  }
  // The lock ends with the command, and nothing of it may run on without.
  if (has_ended && !left_others_ && stopped_ == Stopped::no && is_anybody_left()) {
    left_others_ = true;
    stop(Stopped::no, std::min(now + guarded_.grace_of_others.count(), last_kill()));
  }
  // Again and again: one that is just being born may be missed once.
  if (kill_at_ && now >= *kill_at_) {
    is_killed_ = true;
    signal_all(SIGKILL);
  }
}

void Guardian::stop(Stopped why, std::int64_t kill_at) {
  if (!command_->status()) stopped_ = why;
  kill_at_ = std::min(kill_at, kill_at_.value_or(kill_at));
  const bool is_asked = guarded_.on_lost == OnLost::term || why == Stopped::no;
  if (!is_asked || boot_now() >= *kill_at_) return;
  signal_all(SIGTERM);
  // One that is stopped hears of TERM only when it goes on.
  signal_all(SIGCONT);
}

void Guardian::set_alarm() {
  if (!command_) return;
  std::int64_t next = last_kill() - guarded_.grace.count();
  if (stopped_ != Stopped::no || guarded_.on_lost == OnLost::warn) next = INT64_MAX;
  if (kill_at_ && !is_killed_) next = std::min(next, *kill_at_);
  if (command_->status() || is_killed_) next = std::min(next, boot_now() + look_again.count());
  if (next == INT64_MAX) return alarm_.clear();
  alarm_.set(next);
}

void Guardian::wait_for_news() {
  std::array<pollfd, 4> sources{
      {{alarm_.fd(), POLLIN, 0}, {children_.get(), POLLIN, 0}, {-1, 0, 0}, {-1, 0, 0}}};
  // A descriptor of a peer that is gone would be readable for ever.
  if (!is_wrapper_gone_) sources[2] = {leash_.guardians().get(), POLLIN, 0};
  if (command_ && command_->outcome()) sources[3] = {command_->outcome().get(), POLLIN, 0};
  while (poll(sources.data(), sources.size(), -1) < 0 && errno == EINTR) {
  }
}

void Guardian::report(Report::Kind kind, int number) {
  send_message(leash_.guardians(), Report{.kind = kind,
                                          .stopped = stopped_,
                                          .left_others = left_others_,
                                          .number = number,
                                          .group = command_ ? command_->group() : 0});
}

}  // namespace leasehold::cli
