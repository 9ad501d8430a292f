// The process that starts the command and ends it in time.
#pragma once

#include <optional>
#include <string>

#include <leasehold/time.h>
#include "lib/cli/alarm.h"
#include "lib/cli/command.h"
#include "lib/cli/leash.h"
#include "lib/cli/run_plan.h"

namespace leasehold::cli {

/// What a guardian needs to know.
struct Guarded {
  std::string key;
  OnLost on_lost = OnLost::term;
  /// From TERM to KILL when the lease can't be kept, and from KILL to the deadline.
  Length grace{};
  Length margin{};
  /// From TERM to KILL of what a command leaves behind.
  Length grace_of_others{};
  Launch launch;
};

/// Lives in a process of its own with one thread, forked before the wrapper has others. Ends the
/// command, and what it started and is still in its session, so that nothing of it is left at the
/// deadline that the leash names:
///
///   TERM at deadline - margin - grace,   KILL at deadline - margin at the latest.
///
/// Derivation: the deadline in the leash only grows, and whoever else takes the lock does so after
/// it. So what gets KILL at deadline - margin has ended by the deadline, unless this process runs,
/// or the kernel carries out a KILL, later than the margin. Once TERM was sent the
/// moment of KILL stands: a renewal that is confirmed afterwards does not call it back.
class Guardian {
 public:
  Guardian(Leash& leash, Guarded guarded);

  /// Until nothing of the command is left, or no command is wanted any more.
  void run();

 private:
  void listen();
  void follow(const Order& order);
  void start(const Order& order);
  void reap();
  void hear_outcome();
  void keep_in_time();
  bool is_late(std::int64_t now) const;
  bool is_anybody_left() const;
  void signal_all(int number) const;
  void stop(Stopped why, std::int64_t kill_at);
  std::int64_t last_kill() const;
  void set_alarm();
  void wait_for_news();
  void report(Report::Kind kind, int number);
  bool is_over() const;

  Leash& leash_;
  const Guarded guarded_;
  Alarm alarm_;
  Descriptor children_;
  std::optional<CommandGroup> command_;
  std::optional<int> failure_;
  bool is_too_late_ = false;
  bool is_wrapper_gone_ = false;
  Stopped stopped_ = Stopped::no;
  bool left_others_ = false;
  std::optional<std::int64_t> kill_at_;
  bool is_killed_ = false;
};

}  // namespace leasehold::cli
