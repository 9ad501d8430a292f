#include "lib/cli/wrapper.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <ctime>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <poll.h>
#include <stop_token>
#include <string>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <system_error>
#include <utility>
#include <vector>

#include <leasehold/client.h>
#include "lib/cli/alarm.h"
#include "lib/cli/exit_code.h"
#include "lib/cli/family.h"
#include "lib/cli/fence_text.h"
#include "lib/cli/guardian.h"
#include "lib/cli/leash.h"
#include "lib/cli/say.h"
#include "lib/cli/signals.h"
#include "lib/cli/stamped_store.h"
#include "lib/cli/terminal.h"
#include "lib/src/text/printable.h"

namespace leasehold::cli {
namespace {

using namespace std::chrono_literals;

/// What the client's threads have to say to the one that waits. Shared with callbacks, which may
/// come late.
class News {
 public:
  News() : fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (!fd_) throw std::system_error(errno, std::generic_category(), "eventfd");
  }
  int fd() const { return fd_.get(); }
  void ring() const { eventfd_write(fd_.get(), 1); }
  void hush() const {
    eventfd_t count = 0;
    eventfd_read(fd_.get(), &count);
  }
  void set_grant(Grant grant) {
    {
      const std::scoped_lock lock(mutex_);
      grant_ = std::move(grant);
    }
    ring();
  }
  std::optional<Grant> take_grant() {
    const std::scoped_lock lock(mutex_);
    return std::exchange(grant_, std::nullopt);
  }

 private:
  Descriptor fd_;
  std::mutex mutex_;
  std::optional<Grant> grant_;
};

/// One run of the command, step by step.
class Wrapper {
 public:
  Wrapper(const RunPlan& plan, const Keeping& keeping) : plan_(plan), keeping_(keeping) {}

  Wrapper(const Wrapper&) = delete;
  Wrapper& operator=(const Wrapper&) = delete;
  ~Wrapper() {
    // It sees that there is nobody to guard for, and goes.
    leash_.keep_guardians();
    if (guardian_ > 0) waitpid(guardian_, nullptr, 0);
  }

  int run() {
    fork_guardian();
    if (const int code = take_lock(); code != exit_ok) return code;
    guard_.on_lost([news = news_](LossReason) { news->ring(); });
    publish_deadline();
    Order order{.kind = Order::Kind::start, .signal = 0, .term = guard_.fence().term, .fence = {}};
    const std::string fence = fence_text(guard_.fence());
    std::copy_n(fence.data(), std::min(fence.size(), order.fence.size() - 1), order.fence.data());
    send_message(leash_.wrappers(), order);
    while (!last_ && !is_guardian_gone_) wait_for_news();
    if (group_ > 0) terminal_.take_back(group_);
    if (!last_) return end_without_guardian();
    const int code = code_of(*last_);
    release();
    return code;
  }

 private:
  void fork_guardian() {
    const pid_t wrapper = getpid();
    guardian_ = fork();
    if (guardian_ < 0) throw std::system_error(errno, std::generic_category(), "fork");
    if (guardian_ != 0) {
      leash_.keep_wrappers();
      // If the guardian is killed, the command comes to us.
      prctl(PR_SET_CHILD_SUBREAPER, 1);
      return;
    }
    int code = exit_ok;
    try {
      Guarded guarded{.key = plan_.key,
                      .on_lost = plan_.on_lost,
                      .grace = keeping_.grace,
                      .margin = keeping_.margin,
                      .grace_of_others = keeping_.grace_of_others,
                      .launch = {.arguments = plan_.command,
                                 .mask = signals_.mask_before(),
                                 .ignores_children = signals_.children_were_ignored(),
                                 .terminal = terminal_.is_lent_at_start() ? terminal_.fd() : -1,
                                 .lender = getpgid(wrapper)}};
      if (getppid() == wrapper) Guardian(leash_, std::move(guarded)).run();
    } catch (const std::exception& error) {
      code = complain(error);
    }
    _exit(code);
  }

  // exit_ok: the lock is held.
  int take_lock() {
    Result<Client> opened = open_client();
    if (!opened) return complain(opened.error().detail);
    client_.emplace(std::move(opened).value());
    std::stop_source stop;
    client_->lock(plan_.key).acquire_async(
        {.within = plan_.wait, .stop = stop.get_token()},
        [news = news_](Grant grant) { news->set_grant(std::move(grant)); });
    std::optional<Grant> grant;
    int asked_to_go = 0;
    while (!(grant = news_->take_grant())) {
      std::array<pollfd, 2> sources{{{signals_.fd(), POLLIN, 0}, {news_->fd(), POLLIN, 0}}};
      poll(sources.data(), sources.size(), -1);
      news_->hush();
      while (const std::optional<int> signal = signals_.next()) {
        if (*signal == SIGTSTP) kill(getpid(), SIGSTOP);
        if (!asks_to_go(*signal)) continue;
        asked_to_go = *signal;
        stop.request_stop();
      }
    }
    if (asked_to_go != 0) return exit_signal + asked_to_go;
    if (!*grant) return refused(grant->refusal());
    guard_ = std::move(*grant).guard();
    return exit_ok;
  }

  Result<Client> open_client() const {
    auto store = open_store(plan_.store, keeping_.config.timing.request_timeout);
    if (!store) return store.error();
    const std::string name = std::filesystem::path(plan_.command.front()).filename();
    return Client::over(std::make_unique<StampedStore>(*std::move(store), this_process(name)),
                        keeping_.config,
                        {.on_event = [news = news_](const Event&) { news->ring(); }});
  }

  int refused(const Refusal& refusal) const {
    say("\"" + printable(plan_.key) + "\": " + printable(refusal.text()));
    const bool is_busy =
        refusal.why == Refusal::Why::busy || refusal.why == Refusal::Why::timed_out;
    return is_busy ? plan_.busy_code : exit_failed;
  }

  // Never later than the guard's own: the clock is read before the guard is asked for what is left.
  void publish_deadline() {
    const std::int64_t now = boot_now();
    const Length left = guard_.remaining();
    if (left > Length::zero()) leash_.set_deadline(now + left.count());
  }

  void wait_for_news() {
    // The guardian is the one who acts; this is for the case that it was stopped.
    if (plan_.on_lost != OnLost::warn) {
      alarm_.set(leash_.deadline() - keeping_.margin.count() / 2);
    }
    std::array<pollfd, 4> sources{{{signals_.fd(), POLLIN, 0},
                                   {news_->fd(), POLLIN, 0},
                                   {leash_.wrappers().get(), POLLIN, 0},
                                   {is_overdue_ ? -1 : alarm_.fd(), POLLIN, 0}}};
    poll(sources.data(), sources.size(), -1);
    news_->hush();
    publish_deadline();
    while (const std::optional<int> signal = signals_.next()) pass_on(*signal);
    hear_loss();
    while (!last_ && !is_guardian_gone_) {
      const Heard<Report> heard = receive<Report>(leash_.wrappers());
      is_guardian_gone_ = heard.gone;
      if (!heard.message) break;
      follow(*heard.message);
    }
    if (!last_ && (sources[3].revents & POLLIN) != 0) end_overdue();
  }

  void pass_on(int signal) {
    send_message(leash_.wrappers(),
                 Order{.kind = Order::Kind::signal, .signal = signal, .term = 0, .fence = {}});
  }

  void hear_loss() {
    const std::optional<LossReason> reason = guard_.lost();
    if (!reason || *reason == LossReason::jeopardy || told_loss_) return;
    told_loss_ = reason;
    send_message(leash_.wrappers(),
                 Order{.kind = Order::Kind::lost, .signal = 0, .term = 0, .fence = {}});
    if (plan_.on_lost == OnLost::warn) {
      say("\"" + printable(plan_.key) + "\": the lock is lost (" + to_string(*reason) +
          "); the command goes on without it");
    }
  }

  void end_overdue() {
    if (boot_now() < leash_.deadline() - keeping_.margin.count() / 2) return;
    is_overdue_ = true;
    const std::vector<pid_t> family = family_of(guardian_);
    // One that is stopped does not tell of the end: without it the command's processes come to us.
    kill(guardian_, SIGKILL);
    for (const pid_t pid : family) kill(pid, SIGKILL);
  }

  void follow(const Report& report) {
    switch (report.kind) {
      case Report::Kind::started:
        group_ = report.group;
        return;
      case Report::Kind::paused:
        return pause(report.number);
      case Report::Kind::failed:
      case Report::Kind::too_late:
      case Report::Kind::cannot_run:
      case Report::Kind::ended:
        last_ = report;
        return;
    }
  }

  // As a shell expects of a job: it stops as a whole. The lease is not renewed meanwhile, so if
  // this lasts the guardian ends the command. One that somebody stops by SIGSTOP behind the
  // terminal's back keeps the lock.
  void pause(int signal) {
    const bool wants_terminal = signal == SIGTTIN || signal == SIGTTOU;
    if (wants_terminal && terminal_.lend(group_)) return pass_on(SIGCONT);
    if (signal == SIGSTOP && !terminal_.is_with(group_)) return;
    terminal_.take_back(group_);
    kill(getpid(), SIGSTOP);
    terminal_.lend(group_);
    pass_on(SIGCONT);
  }

  // Somebody killed the guardian. The command itself died with it; the rest came to us, and is
  // ended here. What is in our own group was there before: it is not the command's.
  int end_without_guardian() {
    say("\"" + printable(plan_.key) + "\": " +
        (is_overdue_ ? "no renewal was confirmed in time, and the process that guards the command "
                       "does not act; killing the command"
                     : "the process that guards the command was killed; killing the command"));
    for (bool is_left = true; is_left;) {
      while (waitpid(-1, nullptr, WNOHANG) > 0) {
      }
      is_left = false;
      for (const pid_t pid : family_of(getpid())) {
        if (getpgid(pid) == getpgrp()) continue;
        is_left = true;
        kill(pid, SIGKILL);
      }
      const timespec pause{.tv_sec = 0, .tv_nsec = 10'000'000};
      if (is_left) nanosleep(&pause, nullptr);
    }
    guardian_ = 0;
    release();
    return is_overdue_ ? exit_lost : exit_failed;
  }

  void release() {
    ReleaseOutcome outcome = guard_.release();
    while (outcome.what == ReleaseOutcome::What::kept) {
      if (!keep_for(outcome.free_within)) return;
      outcome = guard_.release();
    }
    if (outcome.what != ReleaseOutcome::What::unknown) return;
    say("\"" + printable(plan_.key) +
        "\": the store did not answer to the release; others get the lock in " +
        to_string(std::chrono::duration_cast<std::chrono::milliseconds>(outcome.free_within)) +
        " at the latest");
  }

  // The lock has a minimum hold. To leave earlier would leave it until the lease runs out, which
  // may be much longer than was asked for; so this stays, unless it is told to go. False: it was.
  bool keep_for(Length length) {
    const std::int64_t until = boot_now() + length.count();
    alarm_.set(until);
    while (boot_now() < until) {
      std::array<pollfd, 2> sources{{{signals_.fd(), POLLIN, 0}, {alarm_.fd(), POLLIN, 0}}};
      poll(sources.data(), sources.size(), -1);
      while (const std::optional<int> signal = signals_.next()) {
        if (*signal == SIGTSTP) kill(getpid(), SIGSTOP);
        if (!asks_to_go(*signal)) continue;
        say("\"" + printable(plan_.key) +
            "\": told to go within --min-hold; others get the lock when " +
            "its lease has run out, in " + to_string(plan_.lease) + " at most");
        return false;
      }
    }
    return true;
  }

  int code_of(const Report& report) const {
    if (report.kind == Report::Kind::failed) {
      return complain(
          std::system_error(report.number, std::generic_category(), "no process for the command"));
    }
    if (report.kind == Report::Kind::too_late) {
      say("\"" + printable(plan_.key) +
          "\": the lease was over before the command could begin; lengthen --lease");
      return exit_lost;
    }
    if (report.kind == Report::Kind::cannot_run) {
      say(plan_.command.front() +
          ": can't be run: " + std::generic_category().message(report.number));
      return report.number == ENOENT ? exit_not_found : exit_cannot_run;
    }
    if (report.left_others) {
      say("\"" + printable(plan_.key) + "\": the command left processes behind; they were " +
          "stopped before the lock was released");
    }
    if (report.stopped != Stopped::no) {
      say("\"" + printable(plan_.key) + "\": " +
          (report.stopped == Stopped::lost
               ? "the lock is lost (" + std::string(to_string(*told_loss_)) +
                     "); the command was killed"
               : "no renewal was confirmed in time; the command was stopped (is the store "
                 "well? leasehold check)"));
      return exit_lost;
    }
    return WIFSIGNALED(report.number) ? exit_signal + WTERMSIG(report.number)
                                      : WEXITSTATUS(report.number);
  }

  const RunPlan& plan_;
  const Keeping& keeping_;
  const Terminal terminal_;
  const Signals signals_;
  Leash leash_;
  Alarm alarm_;
  std::shared_ptr<News> news_ = std::make_shared<News>();
  std::optional<Client> client_;
  Guard guard_;
  pid_t guardian_ = 0;
  pid_t group_ = 0;
  std::optional<Report> last_;
  bool is_guardian_gone_ = false;
  /// What the guardian was told of; it says `Stopped::lost` only after that.
  std::optional<LossReason> told_loss_;
  bool is_overdue_ = false;
};

}  // namespace

int run_command(const RunPlan& plan) {
  const Result<Keeping> keeping = keeping_of(plan);
  if (!keeping) return complain(keeping.error().detail);
  return Wrapper(plan, *keeping).run();
}

}  // namespace leasehold::cli
