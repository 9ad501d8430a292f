// Lets real processes fight for one lock, in SQLite or on a server, while it kills and stops them
// and disturbs the server, and judges what they wrote down. Prints a table; exits with 1 if an
// invariant is broken or the counter lost a step.
#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <random>
#include <spawn.h>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <vector>

#include <CLI/CLI.hpp>
#include <sqlite3.h>

#include "lib/src/runtime/system_clock.h"
#include "proptests/reality/engine.h"
#include "proptests/reality/judge.h"
#include "proptests/reality/record.h"
#include "proptests/reality/setting.h"
#include "sim/cli/status_line.h"

extern char** environ;

namespace leasehold::reality {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

struct Options {
  std::string actor;
  int processes = 8;
  int kills = 100;
  int stops = 100;
  int disturbances = 0;
  int seconds = 0;
  unsigned long seed = 1;
  std::string engine;
  std::string record;
};

std::int64_t now() { return SystemClock().now().at.ns(); }

/// One place for a process, filled anew when it is killed.
struct Seat {
  pid_t pid = 0;
  std::size_t life = 0;
  bool stopped = false;
  std::int64_t runs_again = 0;
};

class Fight {
 public:
  /// `engine` is null for a lock in SQLite.
  Fight(const Options& options, std::string directory, Engine* engine)
      : options_(options),
        directory_(std::move(directory)),
        engine_(engine),
        random_(options.seed) {
    make_counter();
    for (int index = 0; index < options.processes; ++index) start(seats_.emplace_back());
  }
  Fight(const Fight&) = delete;
  Fight& operator=(const Fight&) = delete;
  ~Fight() {
    for (const Seat& seat : seats_) {
      if (seat.pid != 0) kill(seat.pid, SIGKILL);
    }
  }

  void run() {
    const std::int64_t ends = now() + options_.seconds * 1'000'000'000LL;
    sim::StatusLine status;
    while (kills_ < options_.kills || stops_ < options_.stops || now() < ends ||
           (engine_ != nullptr && disturbances_ < options_.disturbances)) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20 + random_() % 300));
      wake_those_whose_time_has_come();
      const std::int64_t left = std::max<std::int64_t>(0, ends - now()) / 1'000'000'000;
      status.show(std::to_string(kills_) + " killed, " + std::to_string(stops_) +
                  " stopped; at least " + std::to_string(left) + " s left");
      // Half of the time the server and the network are let alone.
      if (engine_ != nullptr && random_() % 2 == 0) {
        engine_->calm();
        if (random_() % 2 == 0) {
          engine_->disturb(random_);
          ++disturbances_;
        }
        continue;
      }
      Seat& seat = seats_[random_() % seats_.size()];
      if (seat.stopped) continue;
      if (random_() % 2 == 0) {
        stop(seat);
      } else {
        end(seat);
        ++kills_;
        start(seat);
      }
    }
    for (Seat& seat : seats_) end(seat);
  }

  std::vector<Life> lives() {
    for (Life& life : lives_) {
      std::ifstream log(directory_ + "/" + life.name + ".log");
      for (std::string text; std::getline(log, text);) {
        if (const auto line = line_of(text)) life.lines.push_back(*line);
      }
    }
    return std::move(lives_);
  }
  int kills() const { return kills_; }
  int stops() const { return stops_; }

 private:
  void make_counter() const {
    sqlite3* db = nullptr;
    sqlite3_open(data_in(directory_).c_str(), &db);
    sqlite3_exec(db,
                 "PRAGMA journal_mode = wal; CREATE TABLE counter(value INTEGER); INSERT INTO "
                 "counter VALUES (0); CREATE TABLE steps(step INTEGER PRIMARY KEY, term INTEGER)",
                 nullptr, nullptr, nullptr);
    sqlite3_close(db);
  }

  void start(Seat& seat) {
    seat = Seat{.life = lives_.size()};
    std::string name = "p" + std::to_string(lives_.size());
    std::string log = directory_ + "/" + name + ".log";
    std::string seed = std::to_string(1 + random_());
    Life life{.name = std::move(name)};
    life.seat = static_cast<std::size_t>(&seat - seats_.data());
    life.born_at = now();
    lives_.push_back(std::move(life));
    std::string actor = options_.actor;
    std::string directory = directory_;
    std::string url = engine_ != nullptr ? engine_->url() : "";
    char* const arguments[] = {actor.data(),
                               directory.data(),
                               log.data(),
                               seed.data(),
                               engine_ != nullptr ? url.data() : nullptr,
                               nullptr};
    if (posix_spawn(&seat.pid, actor.c_str(), nullptr, nullptr, arguments, environ) != 0) {
      throw std::runtime_error("can't start " + actor);
    }
  }

  void stop(Seat& seat) {
    if (kill(seat.pid, SIGSTOP) != 0) return;
    lives_[seat.life].stops.push_back({.at = now()});
    ++stops_;
    seat.stopped = true;
    // Beyond the lease, always.
    seat.runs_again = now() + timing(Authority::host_clock).timing.lease.count() +
                      static_cast<std::int64_t>(50 + random_() % 900) * 1'000'000;
  }

  void wake_those_whose_time_has_come() {
    for (Seat& seat : seats_) {
      if (!seat.stopped || now() < seat.runs_again) continue;
      lives_[seat.life].stops.back().until = now();
      kill(seat.pid, SIGCONT);
      seat.stopped = false;
    }
  }

  void end(Seat& seat) {
    if (seat.pid == 0) return;
    lives_[seat.life].killed_at = now();
    if (seat.stopped) lives_[seat.life].stops.back().until = now();
    kill(seat.pid, SIGKILL);
    int status = 0;
    waitpid(seat.pid, &status, 0);
    if (!WIFSIGNALED(status)) {
      throw std::runtime_error("an actor ended by itself, with status " + std::to_string(status));
    }
    seat.pid = 0;
  }

  const Options options_;
  const std::string directory_;
  Engine* const engine_;
  std::minstd_rand random_;
  std::vector<Seat> seats_;
  std::vector<Life> lives_;
  int kills_ = 0;
  int stops_ = 0;
  int disturbances_ = 0;
};

long number(const std::string& directory, const char* sql) {
  sqlite3* db = nullptr;
  long value = -1;
  sqlite3_open(data_in(directory).c_str(), &db);
  sqlite3_exec(
      db, sql,
      [](void* out, int, char** values, char**) {
        *static_cast<long*>(out) = values[0] != nullptr ? std::atol(values[0]) : 0;
        return 0;
      },
      &value, nullptr);
  sqlite3_close(db);
  return value;
}

/// True if the counter lost nothing and no older tenure wrote after a newer. Where two tenures may
/// have the same term, no fence can tell them apart.
bool counter_is_right(const std::string& directory, std::size_t told_written) {
  const long value = number(directory, "SELECT value FROM counter");
  const long steps = number(directory, "SELECT count(*) FROM steps");
  const long back = number(directory,
                           "SELECT count(*) FROM steps AS a JOIN steps AS b ON b.step = a.step + 1 "
                           "WHERE b.term < a.term");
  std::printf("counter %ld, committed steps %ld, of which told %zu, older after newer %ld\n", value,
              steps, told_written, back);
  return value == steps && back == 0 && steps >= static_cast<long>(told_written);
}

void write_record(const std::string& file, const std::vector<Life>& lives) {
  std::ofstream out(file);
  sim::write_recording(out, recording_of(lives));
  if (!out.flush()) throw std::runtime_error("can't write " + file);
  std::printf("look at it: leasehold-sim timeline %s\n", file.c_str());
}

int run(const Options& options) {
  std::string directory = (fs::temp_directory_path() / "leasehold-reality-XXXXXX").string();
  if (mkdtemp(directory.data()) == nullptr) throw std::runtime_error("no temporary directory");
  const auto engine = options.engine.empty() ? nullptr : engine_named(options.engine);
  if (!options.engine.empty() && !engine) {
    std::printf("not run: the server of %s is not installed here\n", options.engine.c_str());
    return 77;
  }
  Fight fight(options, directory, engine.get());
  fight.run();
  const std::vector<Life> lives = fight.lives();
  const Judgement judgement = judge(lives);
  if (!options.record.empty()) write_record(options.record, lives);
  std::printf("%d processes, %d killed, %d stopped; tenures %zu, hand-overs %zu, losses %zu\n",
              options.processes, fight.kills(), fight.stops(), judgement.tenures,
              judgement.hand_overs, judgement.losses);
  if (engine) {
    for (const auto& [what, times] : engine->done()) std::printf("%s: %d\n", what.c_str(), times);
  }
  std::printf("fenced writes %zu accepted, %zu refused\n", judgement.written, judgement.refused);
  for (const auto& entry : judgement.entries) {
    std::printf("%s %s %s\n", sim::to_string(entry.invariant).c_str(),
                sim::to_string(entry.verdict), entry.sentence.c_str());
  }
  const bool right = counter_is_right(directory, judgement.written);
  const bool forgetful = engine && !engine->keeps_what_it_acknowledged();
  if (forgetful) {
    std::printf("this store forgets what it acknowledged: I1 was broken %zu times, %s\n",
                judgement.overlaps,
                right ? "and the counter is right" : "and the counter is wrong");
  }
  const bool good =
      forgetful ? !judgement.broken(sim::Invariant::I14) : !judgement.broken() && right;
  if (good) {
    fs::remove_all(directory);
    return 0;
  }
  std::printf("the logs are in %s\n", directory.c_str());
  return 1;
}

}  // namespace
}  // namespace leasehold::reality

int main(int argc, char** argv) {
  try {
    CLI::App app{"Real processes fight for one lock, killed and stopped at random"};
    leasehold::reality::Options options;
    app.add_option("ACTOR", options.actor, "The program reality_actor")->required();
    app.add_option("--processes", options.processes, "How many fight");
    app.add_option("--kills", options.kills, "Ends after so many kill -9 ...");
    app.add_option("--stops", options.stops, "... and so many SIGSTOP beyond the lease ...");
    app.add_option("--engine", options.engine,
                   "A server of this machine that keeps the lock: etcd, postgres, redis, "
                   "redis-failover, redis-failover-wait; else SQLite");
    app.add_option("--disturbances", options.disturbances,
                   "... and so much done to the server and the network before it ...");
    app.add_option("--seconds", options.seconds, "... and so many seconds");
    app.add_option("--seed", options.seed, "Of the driver's choices");
    app.add_option("--record", options.record,
                   "Write what happened to this file, for leasehold-sim");
    CLI11_PARSE(app, argc, argv);
    return leasehold::reality::run(options);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "reality: %s\n", error.what());
    return 1;
  }
}
