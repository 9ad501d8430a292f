// Two processes count in one database, under the lock and under the fence. In the end the count is
// the number of increments: none was lost, whatever happened to whoever held the lock.
//
// The lock keeps the other process out. The fence is for the one that the lock can't stop: a holder
// that stood still, lost its lease, and goes on with what it read before.
#include <cstdio>
#include <cstdlib>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

#include <sqlite3.h>

#include <leasehold/client.h>
#include <leasehold/sqlite_fence.h>

namespace {

constexpr int workers = 2;
constexpr int turns = 10;
constexpr int increments = 5;  // in each turn

// The user's own database, with nothing of Leasehold's in it but the table that raise_fence makes.
class Counter {
 public:
  Counter() {
    if (sqlite3_open("counter.db", &db_) != SQLITE_OK) std::abort();
    sqlite3_busy_timeout(db_, 600'000);
    if (!run("CREATE TABLE IF NOT EXISTS counter(one INTEGER PRIMARY KEY, value INTEGER)") ||
        !run("INSERT INTO counter VALUES (1, 0) ON CONFLICT DO NOTHING")) {
      std::abort();
    }
  }
  Counter(const Counter&) = delete;
  Counter& operator=(const Counter&) = delete;
  ~Counter() { sqlite3_close(db_); }

  long value() {
    sqlite3_stmt* query = nullptr;
    sqlite3_prepare_v2(db_, "SELECT value FROM counter", -1, &query, nullptr);
    const long found = sqlite3_step(query) == SQLITE_ROW ? sqlite3_column_int64(query, 0) : -1;
    sqlite3_finalize(query);
    return found;
  }

  // Runs `sql` in a transaction that shows the fence first. False if nothing was written: a newer
  // tenure was here already, or SQLite failed.
  bool run_fenced(const leasehold::Fence& fence, const std::string& sql) {
    if (!run("BEGIN IMMEDIATE")) return false;
    const auto verdict = leasehold::raise_fence(db_, fence);
    const bool mine = verdict && *verdict == leasehold::FenceVerdict::accepted;
    if (mine && run(sql) && run("COMMIT")) return true;
    run("ROLLBACK");
    return false;
  }

 private:
  bool run(const std::string& sql) {
    return sqlite3_exec(db_, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK;
  }
  sqlite3* db_ = nullptr;
};

// One turn under the lock. Reading and writing are two steps: without the lock, increments of the
// other process between them would be lost.
int count_up(Counter& counter, const leasehold::Guard& guard, int most) {
  // Raise before you read: from here on no older tenure can change what this one will have seen.
  if (!counter.run_fenced(guard.fence(), "")) return 0;
  int done = 0;
  while (done < most && guard.is_held()) {
    const long seen = counter.value();
    const std::string next = std::to_string(seen + 1);
    if (!counter.run_fenced(guard.fence(), "UPDATE counter SET value = " + next)) break;
    ++done;
  }
  return done;
}

int work() {
  auto client = leasehold::open("sqlite:locks.db");
  if (!client) return std::puts(client.error().detail.c_str()), 1;
  const leasehold::Lock lock = client->lock("counter");
  Counter counter;
  for (int left = turns * increments; left > 0;) {
    leasehold::Grant grant = lock.acquire({});
    if (!grant) return std::puts(grant.refusal().text().c_str()), 1;
    const leasehold::Guard guard = std::move(grant).guard();
    left -= count_up(counter, guard, left < increments ? left : increments);
  }
  return 0;
}

}  // namespace

int main() {
  const long before = Counter().value();
  // Before anything is open: neither SQLite nor threads go well through a fork.
  for (int worker = 0; worker < workers; ++worker) {
    if (fork() == 0) std::exit(work());
  }
  bool well = true;
  for (int status = 0; wait(&status) > 0;) well = well && status == 0;
  std::printf("counted %ld after %d increments by %d processes\n", Counter().value() - before,
              workers * turns * increments, workers);
  return well ? 0 : 1;
}
