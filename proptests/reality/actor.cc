// A real process that takes the lock, works under it and writes down what it believed.
// Usage: reality_actor DIRECTORY LOG SEED [URL]. Its lock is in an SQLite file of the directory, or
// in the store that URL names. Runs until it is killed.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <unistd.h>

#include <sqlite3.h>

#include <leasehold/client.h>
#include <leasehold/sqlite_fence.h>
#include <leasehold/store_scheme.h>
#include "lib/cli/components.h"
#include "lib/src/runtime/system_clock.h"
#include "proptests/reality/log.h"
#include "proptests/reality/setting.h"

namespace leasehold::reality {
namespace {

using namespace std::chrono_literals;

std::int64_t now() { return SystemClock().now().at.ns(); }

class Log {
 public:
  explicit Log(const char* path)
      : fd_(::open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644)) {
    if (fd_ < 0) std::abort();
  }
  void write(const Line& line) const {
    const std::string text = to_text(line);
    if (::write(fd_, text.data(), text.size()) != static_cast<ssize_t>(text.size())) std::abort();
  }

 private:
  const int fd_;
};

/// The protected resource: a number that is read in one transaction and written in another, so that
/// two who do it at once lose a step unless the fence keeps them apart.
class Counter {
 public:
  explicit Counter(const std::string& path) {
    if (sqlite3_open(path.c_str(), &db_) != SQLITE_OK) std::abort();
    sqlite3_busy_timeout(db_, 10'000);
  }
  Counter(const Counter&) = delete;
  Counter& operator=(const Counter&) = delete;
  ~Counter() { sqlite3_close(db_); }

  /// The value, once the fence is ours: no older tenure changes it any more.
  std::optional<long> read(const Fence& fence) {
    long value = 0;
    const bool good = fenced(fence, [&] {
      return sqlite3_exec(
                 db_, "SELECT value FROM counter",
                 [](void* out, int, char** values, char**) {
                   *static_cast<long*>(out) = std::atol(values[0]);
                   return 0;
                 },
                 &value, nullptr) == SQLITE_OK;
    });
    return good ? std::optional(value) : std::nullopt;
  }
  bool write(const Fence& fence, long value) {
    const std::string sql = "UPDATE counter SET value = " + std::to_string(value) +
                            "; INSERT INTO steps(term) VALUES (" + std::to_string(fence.term) + ")";
    return fenced(fence, [&] {
      return sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK;
    });
  }

 private:
  bool run(const char* sql) {
    return sqlite3_exec(db_, sql, nullptr, nullptr, nullptr) == SQLITE_OK;
  }
  template <class Work>
  bool fenced(const Fence& fence, Work work) {
    if (!run("BEGIN IMMEDIATE")) return false;
    const auto verdict = raise_fence(db_, fence);
    const bool good = verdict && *verdict == FenceVerdict::accepted && work();
    if (good && run("COMMIT")) return true;
    run("ROLLBACK");
    return false;
  }

  sqlite3* db_ = nullptr;
};

class Actor {
 public:
  Actor(const Client& client, const Log& log, const std::string& directory, unsigned long seed)
      : lock_(client.lock("counter")), log_(log), counter_(data_in(directory)), random_(seed) {}

  void take_and_work() {
    Grant grant = lock_.acquire({.within = 2s});
    if (!grant) return;
    Guard guard = std::move(grant).guard();
    write(guard, Line::Kind::granted, now());
    std::optional<long> value = counter_.read(guard.fence());
    for (unsigned long left = random_() % 20; left > 0 && believes(guard); --left) {
      // Between the look and the write: here a stop makes a late writer, whom only the fence stops.
      std::this_thread::sleep_for(std::chrono::microseconds(random_() % 8000));
      if (value && counter_.write(guard.fence(), *value + 1)) {
        ++*value;
        write(guard, Line::Kind::written, now());
      } else {
        write(guard, Line::Kind::refused, now());
      }
    }
    write(guard, Line::Kind::dropped, now());
    guard.drop();
    // So that another, who is asleep between two tries, gets it too.
    std::this_thread::sleep_for(std::chrono::milliseconds(random_() % 60));
  }

 private:
  void write(const Guard& guard, Line::Kind kind, std::int64_t at, std::int64_t until = 0) const {
    const Fence fence = guard.fence();
    log_.write({kind, at, fence.term, until, fence.owner_digest});
  }
  // `remaining` is read after `before`, so the deadline is no earlier than what is written.
  bool believes(const Guard& guard) const {
    const std::int64_t before = now();
    const Length left = guard.remaining();
    const std::int64_t after = now();
    if (left > Length::zero()) {
      write(guard, Line::Kind::held, after, before + left.count());
      return true;
    }
    write(guard, Line::Kind::lost, before);
    if (guard.is_held()) write(guard, Line::Kind::held, now(), now() + 1'000'000);
    return false;
  }

  const Lock lock_;
  const Log& log_;
  Counter counter_;
  std::minstd_rand random_;
};

// A server may be away at this moment.
Result<std::unique_ptr<Store>> patiently_opened(const std::string& url, Length patience) {
  for (;;) {
    auto store = open_store(url, patience);
    if (store || store.error().kind == Errc::misuse) return store;
    std::this_thread::sleep_for(20ms);
  }
}

int act(const std::string& directory, const char* log_path, unsigned long seed,
        const std::string& url) {
  const auto preset = preset_of(url);
  if (!preset) return std::fprintf(stderr, "%s\n", preset.error().detail.c_str()), 1;
  const Config config = timing(preset->authority);
  auto store = patiently_opened(url, config.timing.request_timeout);
  if (!store) return std::fprintf(stderr, "%s\n", store.error().detail.c_str()), 1;
  const auto client = Client::over(*std::move(store), config, {});
  if (!client) return std::fprintf(stderr, "%s\n", client.error().detail.c_str()), 1;
  const Log log(log_path);
  Actor actor(*client, log, directory, seed);
  for (;;) actor.take_and_work();
}

}  // namespace
}  // namespace leasehold::reality

int main(int argc, char** argv) {
  if (argc != 4 && argc != 5) {
    return std::fprintf(stderr, "usage: reality_actor DIRECTORY LOG SEED [URL]\n"), 1;
  }
  leasehold::cli::add_components();
  const std::string directory = argv[1];
  const std::string url = argc == 5 ? argv[4] : "sqlite:" + leasehold::reality::locks_in(directory);
  try {
    return leasehold::reality::act(directory, argv[2], std::strtoul(argv[3], nullptr, 10), url);
  } catch (const std::exception& error) {
    return std::fprintf(stderr, "reality_actor: %s\n", error.what()), 1;
  }
}
