// How real processes fare that share locks in SQLite: hand-over, idle waiters, heartbeats of many
// locks, writers flat out. Prints a figure a line, with the bar that it should meet.
#include <algorithm>
#include <atomic>
#include <chrono>
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
#include <vector>

#include <leasehold/client.h>
#include <leasehold/sqlite_store.h>
#include "lib/src/runtime/system_clock.h"
#include "lib/src/runtime/system_random.h"

namespace leasehold {
namespace {

using namespace std::chrono_literals;

std::int64_t now() { return SystemClock().now().at.ns(); }

void must(bool good, const std::string& what) {
  if (good) return;
  std::fprintf(stderr, "bench: %s\n", what.c_str());
  std::_Exit(1);
}

/// Figures that child processes leave for their parent.
struct Shared {
  static constexpr std::size_t most = 1 << 16;
  std::atomic<std::size_t> count{0};
  std::atomic<std::int64_t> released{0};
  std::atomic<int> holder{-1};
  std::atomic<bool> stop{false};
  std::atomic<int> ready{0};
  std::atomic<std::int64_t> cpu_ns{0};
  std::int64_t samples[most]{};
  std::int64_t shares[64]{};

  void add(std::int64_t sample) {
    const std::size_t at = count.fetch_add(1);
    if (at < most) samples[at] = sample;
  }
  double quantile(double q) {
    const std::size_t n = std::min(count.load(), most);
    must(n > 0, "nothing was measured");
    std::sort(samples, samples + n);
    return static_cast<double>(
               samples[std::min(n - 1, static_cast<std::size_t>(q * static_cast<double>(n)))]) /
           1e6;
  }
};

Shared& shared_page() {
  void* const page =
      mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  must(page != MAP_FAILED, "no shared memory");
  return *new (page) Shared;
}

/// Runs `body(index)` in processes of their own.
class Children {
 public:
  Children(int count, const std::function<void(int)>& body) {
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
      must(status == 0, "a child failed");
    }
  }

 private:
  std::vector<pid_t> pids_;
};

std::int64_t cpu_ns() {
  rusage use{};
  getrusage(RUSAGE_SELF, &use);
  const auto ns = [](const timeval& t) { return t.tv_sec * 1'000'000'000LL + t.tv_usec * 1000LL; };
  return ns(use.ru_utime) + ns(use.ru_stime);
}

Client client_of(const std::string& file) {
  auto made = open("sqlite:" + file);
  must(made.has_value(), made ? "" : made.error().detail);
  return std::move(made).value();
}

Guard taken(const Lock& lock) {
  Grant grant = lock.acquire({});
  must(static_cast<bool>(grant), "not granted");
  return std::move(grant).guard();
}

void line(const char* what, double figure, const char* unit, double bar, bool at_most = true) {
  const bool good = at_most ? figure <= bar : figure >= bar;
  std::printf("%-52s %9.3f %-9s bar %s %g: %s\n", what, figure, unit, at_most ? "<=" : ">=", bar,
              good ? "ok" : "falls short");
  std::fflush(stdout);
}

void hand_over(const std::string& file) {
  Shared& shared = shared_page();
  constexpr std::size_t samples = 1000;
  {
    const Children children(2, [&](int me) {
      const Client client = client_of(file);
      const Lock lock = client.lock("hand-over");
      while (shared.count < samples) {
        Guard guard = taken(lock);
        const std::int64_t got = now();
        if (shared.holder.exchange(me) == 1 - me) shared.add(got - shared.released);
        std::this_thread::sleep_for(3ms);  // the other waits by now
        shared.released = now();
        guard.drop();
        std::this_thread::sleep_for(2ms);
      }
    });
  }
  line("hand-over after a release, p50", shared.quantile(0.5), "ms", 2);
  line("hand-over after a release, p99", shared.quantile(0.99), "ms", 20);
}

void idle_waiters(const std::string& file) {
  Shared& shared = shared_page();
  constexpr int waiters = 100;
  constexpr auto period = 5s;
  {
    const Client holder = client_of(file);
    const Guard guard = taken(holder.lock("idle"));
    const Children children(waiters, [&](int) {
      const Client client = client_of(file);
      std::atomic<bool> done{false};
      client.lock("idle").acquire_async({.within = 60s}, [&](Grant) { done = true; });
      ++shared.ready;
      while (shared.ready < waiters) std::this_thread::sleep_for(10ms);
      std::this_thread::sleep_for(1s);  // the first tries, which come fast, are over
      const std::int64_t before = cpu_ns();
      std::this_thread::sleep_for(period);
      shared.cpu_ns += cpu_ns() - before;
      std::_Exit(0);
    });
  }
  const double cores = static_cast<double>(shared.cpu_ns) /
                       static_cast<double>(std::chrono::nanoseconds(period).count());
  line("100 idle waiters", 100 * cores, "% of a core", 3);
}

void many_locks(const std::string& file) {
  Shared& shared = shared_page();
  constexpr int locks = 10'000;
  {
    const Children children(2, [&](int me) {
      const Client client = client_of(file);
      if (me == 1) {
        while (shared.ready == 0) std::this_thread::sleep_for(10ms);
        for (int n = 0; !shared.stop; ++n) {
          const std::int64_t asked = now();
          const Guard guard = taken(client.lock("other " + std::to_string(n % 100)));
          shared.add(now() - asked);
          std::this_thread::sleep_for(5ms);
        }
        return;
      }
      std::vector<Guard> guards;
      guards.reserve(locks);
      for (int n = 0; n < locks; ++n) guards.push_back(taken(client.lock(std::to_string(n))));
      shared.ready = 1;
      const std::int64_t before = cpu_ns();
      const std::int64_t began = now();
      std::this_thread::sleep_for(10s);
      shared.shares[0] = static_cast<std::int64_t>(1e6 * static_cast<double>(cpu_ns() - before) /
                                                   static_cast<double>(now() - began));
      shared.stop = true;
      for (const Guard& guard : guards) must(guard.is_held(), "a lock was lost");
      std::_Exit(0);
    });
  }
  line("heartbeats of 10,000 locks", static_cast<double>(shared.shares[0]) / 1e4, "% of a core", 5);
  line("another's acquire meanwhile, p99", shared.quantile(0.99), "ms", 50);
}

void flat_out(const std::string& file) {
  Shared& shared = shared_page();
  constexpr int writers = 8;
  {
    const Children children(writers, [&](int me) {
      auto store = SqliteStore::open(file, {.busy_wait = 10s});
      must(store.has_value(), store ? "" : store.error().detail);
      SystemRandom random;
      const std::string key = "flat out " + std::to_string(me);
      ++shared.ready;
      while (shared.ready < writers) std::this_thread::sleep_for(1ms);
      const std::int64_t ends = now() + 5'000'000'000;
      Term term = (*store)->inspect(key)->answer ? (*store)->inspect(key)->answer->term : 0;
      while (now() < ends) {
        const auto owner = random.id<OwnerId>();
        const std::int64_t asked = now();
        const auto granted = (*store)->acquire({key, owner, term, 5s, "", std::nullopt});
        shared.add(now() - asked);
        must(granted && std::holds_alternative<Granted>(granted->answer),
             granted ? "not granted" : granted.error().detail);
        term = std::get<Granted>(granted->answer).term;
        must((*store)->release({key, owner, term}).has_value(), "not released");
        ++shared.shares[me];
      }
    });
  }
  const auto [least, most] = std::minmax_element(shared.shares, shared.shares + writers);
  std::int64_t sum = 0;
  for (int me = 0; me < writers; ++me) sum += shared.shares[me];
  std::printf("%-52s %9.0f cycles/s (most served %ld, least %ld)\n",
              "8 writers flat out, synchronous FULL", static_cast<double>(sum) / 5,
              static_cast<long>(*most), static_cast<long>(*least));
  line("longest wait of 8 writers flat out", shared.quantile(1), "ms", 500);
  line("least served, of its share",
       static_cast<double>(*least) * writers / static_cast<double>(sum), "", 0.2, false);
}

}  // namespace
}  // namespace leasehold

int main(int argc, char** argv) {
  const std::string only = argc > 1 ? argv[1] : "";
  std::string directory =
      (std::filesystem::temp_directory_path() / "leasehold-bench-XXXXXX").string();
  if (mkdtemp(directory.data()) == nullptr) return 1;
  const std::vector<std::pair<std::string, void (*)(const std::string&)>> all = {
      {"hand_over", leasehold::hand_over},
      {"idle_waiters", leasehold::idle_waiters},
      {"many_locks", leasehold::many_locks},
      {"flat_out", leasehold::flat_out}};
  for (const auto& [name, bench] : all) {
    if (only.empty() || only == name)
      bench((std::filesystem::path(directory) / (name + ".db")).string());
  }
  std::filesystem::remove_all(directory);
}
