// One line on the terminal that says how far a long command is.
//
// The rule to know: nothing that a command finds depends on it.
#pragma once

#include <chrono>
#include <iostream>
#include <mutex>
#include <string>
#include <unistd.h>

namespace leasehold::sim {

/// Is shown on stderr if that is a terminal, from the third second on, and taken away at the end.
/// For any number of threads at once.
class StatusLine {
 public:
  StatusLine() = default;
  StatusLine(const StatusLine&) = delete;
  StatusLine& operator=(const StatusLine&) = delete;
  ~StatusLine() { clear(); }

  /// At most five times a second: what comes sooner is not shown.
  void show(const std::string& text) {
    if (!on_terminal_) return;
    const std::scoped_lock lock(mutex_);
    const Clock::time_point now = Clock::now();
    if (now < next_) return;
    next_ = now + std::chrono::milliseconds(200);
    shown_ = true;
    std::cerr << clear_line << text << std::flush;
  }

  /// "12 of 40 stories".
  void show(std::size_t done, std::size_t all, const char* what) {
    show(std::to_string(done) + " of " + std::to_string(all) + " " + what);
  }

  /// Before something else is printed.
  void clear() {
    const std::scoped_lock lock(mutex_);
    if (shown_) std::cerr << clear_line << std::flush;
    shown_ = false;
  }

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr const char* clear_line = "\r\033[K";

  const bool on_terminal_ = isatty(STDERR_FILENO) != 0;
  std::mutex mutex_;
  Clock::time_point next_ = Clock::now() + std::chrono::seconds(2);
  bool shown_ = false;
};

}  // namespace leasehold::sim
