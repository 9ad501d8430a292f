// What benches of real processes have in common: a directory, children, and a page through which
// they tell what they measured.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

#include <leasehold/client.h>
#include "lib/src/runtime/system_clock.h"

namespace leasehold::bench {

/// Nanoseconds of the boot clock, which all processes share.
inline std::int64_t now_ns() { return SystemClock::shared().now().at.ns(); }

inline void must(bool good, const std::string& what) {
  if (good) return;
  std::fprintf(stderr, "bench: %s\n", what.c_str());
  std::_Exit(1);
}

/// Of this process with all its threads.
inline std::int64_t cpu_ns() {
  rusage use{};
  getrusage(RUSAGE_SELF, &use);
  const auto ns = [](const timeval& t) { return t.tv_sec * 1'000'000'000LL + t.tv_usec * 1000LL; };
  return ns(use.ru_utime) + ns(use.ru_stime);
}

inline double seconds(std::int64_t ns) { return static_cast<double>(ns) / 1e9; }

/// A fresh directory, where TMPDIR says: durable figures mean nothing on a tmpfs.
class Directory {
 public:
  Directory() : path_((std::filesystem::temp_directory_path() / "leasehold-XXXXXX").string()) {
    must(mkdtemp(path_.data()) != nullptr, "no temporary directory: set TMPDIR");
  }
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;
  ~Directory() { std::filesystem::remove_all(path_); }

  std::string file(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

/// Figures that child processes leave for their parent. Made before they are.
struct Page {
  static constexpr std::size_t most = 1 << 17;
  static constexpr std::size_t most_children = 128;

  std::atomic<std::size_t> count{0};
  std::atomic<int> ready{0};
  std::atomic<bool> stop{false};
  std::atomic<std::int64_t> moment{0};
  std::atomic<int> holder{-1};
  std::int64_t samples[most]{};
  std::int64_t shares[most_children]{};

  /// Any process may; what is too much is forgotten.
  void add(std::int64_t sample) {
    const std::size_t at = count.fetch_add(1);
    if (at < most) samples[at] = sample;
  }
  /// Waits until so many have counted themselves; ends the bench if they don't within minutes.
  void wait_for(int how_many) const {
    const std::int64_t late = now_ns() + 300'000'000'000;
    while (ready < how_many) {
      must(now_ns() < late, "a child never came");
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }
  /// Waits until `all` have called it.
  void meet(int all) {
    ++ready;
    wait_for(all);
  }
  /// In milliseconds.
  double quantile(double q) {
    const std::size_t n = std::min(count.load(), most);
    must(n > 0, "nothing was measured");
    std::sort(samples, samples + n);
    const auto at = static_cast<std::size_t>(q * static_cast<double>(n));
    return static_cast<double>(samples[std::min(n - 1, at)]) / 1e6;
  }
};

class SharedPage {
 public:
  SharedPage() {
    void* const memory =
        mmap(nullptr, sizeof(Page), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    must(memory != MAP_FAILED, "no shared memory");
    page_ = new (memory) Page;
  }
  SharedPage(const SharedPage&) = delete;
  SharedPage& operator=(const SharedPage&) = delete;
  ~SharedPage() { munmap(page_, sizeof(Page)); }

  Page& operator*() const { return *page_; }
  Page* operator->() const { return page_; }

 private:
  Page* page_ = nullptr;
};

/// Runs `body(index)` in processes of their own, and waits for them in the end.
class Children {
 public:
  template <class Body>
  Children(int count, const Body& body) {
    for (int index = 0; index < count; ++index) {
      const pid_t pid = fork();
      must(pid >= 0, "fork");
      if (pid == 0) {
        body(index);
        std::_Exit(0);
      }
      pids_.push_back(pid);
    }
  }
  Children(const Children&) = delete;
  Children& operator=(const Children&) = delete;
  ~Children() {
    for (const pid_t pid : pids_) {
      int status = 0;
      waitpid(pid, &status, 0);
      must(status == 0 || killed_, "a child failed");
    }
  }

  /// As a power cut would: kill -9.
  void kill_all() {
    killed_ = true;
    for (const pid_t pid : pids_) kill(pid, SIGKILL);
  }

 private:
  std::vector<pid_t> pids_;
  bool killed_ = false;
};

inline Client client_on(const std::string& url, const OpenOptions& options = {}) {
  auto made = open(url, options);
  must(made.has_value(), made ? "" : made.error().detail);
  return std::move(made).value();
}

inline Guard taken(const Lock& lock) {
  Grant grant = lock.acquire({});
  must(static_cast<bool>(grant), "not granted: " + (grant ? "" : grant.refusal().text()));
  return std::move(grant).guard();
}

}  // namespace leasehold::bench
