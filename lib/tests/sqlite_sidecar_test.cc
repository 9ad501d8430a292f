// The file beside a database: whose it is, who hears its bells, and whose turn it is.
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <set>
#include <string>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "lib/src/stores/sqlite/bells.h"
#include "lib/src/stores/sqlite/futex.h"
#include "lib/src/stores/sqlite/sidecar.h"
#include "lib/tests/sanitized.h"
#include "lib/tests/temp_dir.h"

namespace leasehold::stores {
namespace {

/// Keeps what it was told.
class Ear final : public HintSink {
 public:
  void on_hint(const std::string& key) override {
    const std::scoped_lock lock(mutex_);
    heard_.insert(key);
    news_.notify_all();
  }
  std::multiset<std::string> heard_once_told(const std::string& key) {
    std::unique_lock lock(mutex_);
    news_.wait(lock, [&] { return heard_.contains(key); });
    return heard_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable news_;
  std::multiset<std::string> heard_;
};

/// Keys of one bell, in their order.
std::vector<std::string> keys_of_one_bell() {
  std::vector<std::string> keys;
  for (int i = 100; keys.size() < 3; ++i) {
    const std::string key = std::to_string(i);
    if (Sidecar::bell_of(key) == 0) keys.push_back(key);
  }
  return keys;
}

TEST(SqliteBells, AKeyThatNobodyWatchesAnyMoreIsNotTold) {
  const TempDir directory;
  Ear ear;
  Bells bells(*Sidecar::open(directory.file("locks.db")));
  bells.set_sink(&ear);
  const std::vector<std::string> keys = keys_of_one_bell();
  for (const std::string& key : keys) bells.watch(key);
  bells.watch(keys[1]);
  bells.unwatch(keys[0]);
  bells.unwatch(keys[1]);  // one is left who watches it
  bells.ring(keys[0]);
  // Told in their order, so the first would have been told by now.
  EXPECT_EQ(ear.heard_once_told(keys[2]), (std::multiset<std::string>{keys[1], keys[2]}));
}

/// A process that waits for a turn and, once it is woken, does not come.
class Idler {
 public:
  explicit Idler(Sidecar& sidecar)
      : thread_([this, &sidecar, turn = sidecar.turns().load()] {
          id_ = gettid();
          wait_on(sidecar.turns(), turn, std::chrono::minutes(10));
        }) {
    while (!sleeps()) std::this_thread::yield();
  }
  ~Idler() { thread_.join(); }
  Idler(const Idler&) = delete;
  Idler& operator=(const Idler&) = delete;

 private:
  bool sleeps() const {
    if (id_ == 0) return false;
    std::ifstream stat("/proc/self/task/" + std::to_string(id_) + "/stat");
    std::string number;
    std::string name;
    std::string state;
    stat >> number >> name >> state;
    return state == "S";
  }

  std::atomic<pid_t> id_ = 0;
  std::thread thread_;
};

// A sleep is never shorter than it was asked for: this can't fail for being slow.
TEST(SqliteGate, WhoseTurnIsOverWaitsForTheOneThatItWoke) {
  const TempDir directory;
  const auto sidecar = *Sidecar::open(directory.file("locks.db"));
  Gate gate(sidecar);
  const Patience patience(std::chrono::minutes(10));
  ASSERT_TRUE(gate.enter(patience));
  {
    const Idler idler(*sidecar);
    gate.leave();
  }
  const auto began = std::chrono::steady_clock::now();
  ASSERT_TRUE(gate.enter(patience));
  EXPECT_GE(std::chrono::steady_clock::now() - began, std::chrono::milliseconds(1));
  gate.leave();
}

// Whoever may write the database may take turns at it.
TEST(SqliteSidecar, HasTheOwnerTheGroupAndTheModeOfItsDatabase) {
  std::vector<std::pair<uid_t, gid_t>> owners{{geteuid(), getegid()}};
  // Only root can give a file away.
  if (geteuid() == 0) owners.insert(owners.end(), {{1234, 0}, {0, 5678}, {1234, 5678}});
  for (const auto& [owner, group] : owners) {
    const TempDir directory;
    const std::string database = directory.file("locks.db");
    close(creat(database.c_str(), 0660));
    ASSERT_EQ(chmod(database.c_str(), 0660), 0);
    ASSERT_EQ(chown(database.c_str(), owner, group), 0);
    ASSERT_TRUE(Sidecar::open(database));
    struct stat made {};
    ASSERT_EQ(stat((database + "-lease").c_str(), &made), 0);
    EXPECT_EQ(made.st_uid, owner);
    EXPECT_EQ(made.st_gid, group);
    EXPECT_EQ(made.st_mode & 0777U, 0660U);
  }
}

int descriptors() {
  int count = 0;
  for (const auto& one : std::filesystem::directory_iterator("/proc/self/fd")) {
    count += one.is_symlink() ? 1 : 0;
  }
  return count;
}

TEST(SqliteGate, LeavesNoDescriptorBehind) {
  const TempDir directory;
  const auto sidecar = *Sidecar::open(directory.file("locks.db"));
  const int before = descriptors();
  {
    const Gate gate(sidecar);
    EXPECT_EQ(descriptors(), before + 1);
  }
  EXPECT_EQ(descriptors(), before);
}

#if !defined(LEASEHOLD_ASAN) && !defined(LEASEHOLD_TSAN)  // which need memory of their own

/// In a process that gets no more memory: 0 if that is said, 1 if it is not.
[[noreturn]] void open_without_memory(const std::string& database) {
  const rlimit none{0, 0};
  if (setrlimit(RLIMIT_AS, &none) != 0) _exit(2);
  const auto opened = Sidecar::open(database);
  if (opened) _exit(1);
  const Error& error = opened.error();
  const bool is_told = error.kind == Errc::not_applied &&
                       error.detail.find("can't map") != std::string::npos &&
                       error.detail.find("raise this process's limits") != std::string::npos;
  _exit(is_told ? 0 : 3);
}

TEST(SqliteSidecar, ThatCanNotBeMappedIsAnErrorThatSaysSo) {
  const TempDir directory;
  const std::string database = directory.file("locks.db");
  const pid_t child = fork();
  if (child == 0) open_without_memory(database);
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

#endif

}  // namespace
}  // namespace leasehold::stores
