// SQLite's clock domain where processes of one machine see different boot clocks, or cannot tell
// which boot it is (real namespaces; where none may be made the tests are skipped, never passed).
#include <chrono>
#include <fstream>
#include <functional>
#include <sched.h>
#include <string>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include <leasehold/sqlite_store.h>
#include "lib/src/stores/sqlite/host_domain.h"
#include "lib/tests/temp_dir.h"

namespace leasehold::stores {
namespace {

using namespace std::chrono_literals;

constexpr int new_time = 0x00000080;  // CLONE_NEWTIME, which older headers lack
constexpr int not_permitted = 77;

int code_of(const std::function<int()>& body) {
  const pid_t child = fork();
  if (child == 0) _exit(body());
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/// Runs `body` in a process that stays where it is, and whose children would be elsewhere.
int with_children_elsewhere(const std::function<int()>& body) {
  return code_of([&] {
    const int user = geteuid() == 0 ? 0 : CLONE_NEWUSER;
    return unshare(new_time | user) == 0 ? body() : not_permitted;
  });
}

/// Runs `body` in a process whose boot clock is ahead of this one's.
int elsewhere(std::chrono::seconds ahead, const std::function<int()>& body) {
  return with_children_elsewhere([&] {
    std::ofstream offsets("/proc/self/timens_offsets");
    offsets << "boottime " << ahead.count() << " 0" << std::flush;
    return offsets ? code_of(body) : not_permitted;
  });
}

/// Runs `body` in a process that reads the bytes of `file` where the kernel's boot id stands.
int with_boot_id_of(const std::string& file, const std::function<int()>& body) {
  return code_of([&] {
    const int user = geteuid() == 0 ? 0 : CLONE_NEWUSER;
    if (unshare(CLONE_NEWNS | user) != 0) return not_permitted;
    // What is mounted here is not to be seen outside.
    const bool is_mounted =
        mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
        mount(file.c_str(), "/proc/sys/kernel/random/boot_id", nullptr, MS_BIND, nullptr) == 0;
    return is_mounted ? body() : not_permitted;
  });
}

/// What an acquire by `owner` comes to, for a lease of half an hour.
int try_to_acquire(const std::string& file, const OwnerId& owner) {
  const auto store = SqliteStore::open(file, {});
  if (!store) return 10;
  const auto answered = (*store)->acquire({.key = "k",
                                           .owner = owner,
                                           .expected_term = 0,
                                           .lease = 30min,
                                           .info = "",
                                           .unchanged = std::nullopt});
  if (!answered) return 11;
  return static_cast<int>(answered->answer.index());
}
constexpr int granted = 0;
constexpr int busy = 1;

TEST(TimeNamespace, AProcessWhoseChildrenWouldBeElsewhereIsRefused) {
  const int code = with_children_elsewhere([] {
    const auto domain = host_domain();
    if (domain) return 1;
    return domain.error().detail.find("unshare --time --fork") != std::string::npos ? 0 : 2;
  });
  if (code == not_permitted) GTEST_SKIP() << "no time namespace can be made here";
  EXPECT_EQ(code, 0);
}

// Two boots of one name would believe each other's expiries.
TEST(TimeNamespace, ABootWithoutAWholeIdIsRefused) {
  const TempDir directory;
  const std::string id = directory.file("boot_id");
  std::ofstream(id) << "no id of 36 characters\n";
  const int code = with_boot_id_of(id, [] {
    const auto domain = host_domain();
    if (domain) return 1;
    return domain.error().detail.find("boot_id can't be read") != std::string::npos ? 0 : 2;
  });
  if (code == not_permitted) GTEST_SKIP() << "nothing can be mounted here";
  EXPECT_EQ(code, 0);
}

TEST(TimeNamespace, ALeaseEndsAtTheSameMomentForAllOfThem) {
  const TempDir directory;
  const std::string file = directory.file("locks.db");
  ASSERT_EQ(code_of([&] { return try_to_acquire(file, {1, 1}); }), granted);
  const auto here = host_domain();
  ASSERT_TRUE(here) << here.error().detail;
  const int code = elsewhere(1h, [&] {
    const auto there = host_domain();
    if (!there || there->name != here->name) return 20;
    if (there->offset - here->offset != on<LocalClock>(1h)) return 21;
    return try_to_acquire(file, {2, 2});
  });
  if (code == not_permitted) GTEST_SKIP() << "no time namespace can be made here";
  EXPECT_EQ(code, busy) << "by its own clock the lease ended half an hour ago";
}

}  // namespace
}  // namespace leasehold::stores
