// The calendar clock of a server that a test sets forward and back, by libfaketime.
#pragma once

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iomanip>
#include <string>
#include <utility>
#include <vector>

namespace leasehold {

/// Off until it is switched on. Clocks that only count (CLOCK_MONOTONIC, CLOCK_BOOTTIME) stay.
class FakedClock {
 public:
  /// `file` tells the server what its clock is off by.
  explicit FakedClock(std::string file) : file_(std::move(file)) {}

  /// From the next start of the server on. False where libfaketime is not installed.
  bool switch_on() {
    is_on_ = std::filesystem::exists(library);
    if (is_on_) write();
    return is_on_;
  }
  /// A process sometimes hangs in libfaketime before it does anything (it meets a malloc that is
  /// not ready): one that was started at `began` and has not come up is best started again.
  bool is_stuck_since(std::chrono::steady_clock::time_point began) const {
    return is_on_ && std::chrono::steady_clock::now() - began > std::chrono::seconds(20);
  }
  /// What has to stand before the server's command.
  std::vector<std::string> words() const {
    if (!is_on_) return {};
    return {"env", std::string("LD_PRELOAD=") + library, "FAKETIME_NO_CACHE=1",
            "FAKETIME_DONT_FAKE_MONOTONIC=1", "FAKETIME_TIMESTAMP_FILE=" + file_};
  }
  /// Sets the clock forward, or back.
  void step(std::chrono::milliseconds by) {
    offset_ += by;
    write();
  }

 private:
  static constexpr const char* library = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1";

  // At once for all of the server's processes, which read it whenever they look at the clock.
  void write() const {
    const std::string fresh = file_ + ".new";
    std::ofstream(fresh) << std::showpos << std::fixed << std::setprecision(3)
                         << static_cast<double>(offset_.count()) / 1000 << '\n';
    std::filesystem::permissions(fresh, std::filesystem::perms(0644));
    std::filesystem::rename(fresh, file_);
  }

  const std::string file_;
  bool is_on_ = false;
  std::chrono::milliseconds offset_{0};
};

}  // namespace leasehold
