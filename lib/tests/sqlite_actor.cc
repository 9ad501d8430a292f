// A process that uses a lock file, for tests that need others than themselves. It says what it is
// doing in lines on standard output, and ends with 0 if all went well.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <sched.h>
#include <string>
#include <sys/mount.h>
#include <unistd.h>

#include <grp.h>
#include <sqlite3.h>

#include <leasehold/client.h>
#include <leasehold/sqlite_store.h>

namespace {

using namespace leasehold;
using namespace std::chrono_literals;

int say(const std::string& line, int code) {
  std::printf("%s\n", line.c_str());
  std::fflush(stdout);
  return code;
}

int refused(const Error& error) { return say(to_string(error.kind) + (": " + error.detail), 1); }

/// Until the other end of standard input is closed.
void wait_for_the_end_of_input() {
  char byte = 0;
  while (read(STDIN_FILENO, &byte, 1) > 0) continue;
}

// Slowness is no error here, so it waits for others as long as it takes.
auto open_store(const std::string& file) {
  return SqliteStore::open(file, {.busy_wait = 10min, .any_filesystem = true});
}

auto ask(Store& store, const std::string& key, const OwnerId& owner) {
  return store.acquire({.key = key,
                        .owner = owner,
                        .expected_term = 0,
                        .lease = 1h,
                        .info = "actor",
                        .unchanged = std::nullopt});
}

// Opens the file when it is told to, takes a lock of its own and lets it go.
int take(const std::string& file, const std::string& key) {
  say("ready", 0);
  wait_for_the_end_of_input();
  auto store = open_store(file);
  if (!store) return refused(store.error());
  const OwnerId owner{1, static_cast<std::uint64_t>(getpid())};
  const auto answered = ask(**store, key, owner);
  if (!answered) return refused(answered.error());
  const auto* const granted = std::get_if<Granted>(&answered->answer);
  if (granted == nullptr) return say("its own lock is held by another", 2);
  const auto released = (*store)->release({.key = key, .owner = owner, .term = granted->term});
  if (!released) return refused(released.error());
  if (!std::holds_alternative<Released>(released->answer)) return say("its lock was lost", 3);
  return say(to_string(released->incarnation), 0);
}

// Asks once for a lock.
int ask_once(const std::string& file, const std::string& key) {
  auto store = open_store(file);
  if (!store) return refused(store.error());
  const auto answered = ask(**store, key, {2, static_cast<std::uint64_t>(getpid())});
  if (!answered) return refused(answered.error());
  if (std::holds_alternative<Busy>(answered->answer)) return say("busy", 0);
  return say(std::holds_alternative<Granted>(answered->answer) ? "granted" : "moved", 0);
}

// Lists what it has open below a directory, and stays until it is told to go.
int list_files(const std::string& directory) {
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    std::error_code gone;
    const std::string target = std::filesystem::read_symlink(entry.path(), gone).string();
    if (target.find(directory) != std::string::npos) say("inherited " + target, 0);
  }
  say("listed", 0);
  wait_for_the_end_of_input();
  return 0;
}

// Takes a lock for a moment and becomes another program while it holds it.
int become(const std::string& file, const std::string& directory) {
  const auto store = open_store(file);
  if (!store) return refused(store.error());
  const auto answered = (*store)->acquire({.key = "k",
                                           .owner = {7, 1},
                                           .expected_term = 0,
                                           .lease = 1ms,
                                           .info = "actor",
                                           .unchanged = std::nullopt});
  if (!answered) return refused(answered.error());
  say("granted", 0);
  execl("/proc/self/exe", "sqlite_actor", "files", directory.c_str(), nullptr);
  return say("exec failed", 8);
}

// A writer of the file that stands still until the program has destroyed what it had.
struct Straggler {
  static Straggler& one() {
    static Straggler* const one = new Straggler;
    return *one;
  }
  bool run(const char* sql) const {
    return sqlite3_exec(db, sql, nullptr, nullptr, nullptr) == SQLITE_OK;
  }
  bool finds(const char* sql) const {
    sqlite3_stmt* asked = nullptr;
    sqlite3_prepare_v2(db, sql, -1, &asked, nullptr);
    const bool found = sqlite3_step(asked) == SQLITE_ROW;
    sqlite3_finalize(asked);
    return found;
  }
  sqlite3* db = nullptr;
};

// Lets the writer go at the very end, and waits for what a thread of the closed client then does.
void end_of_the_straggler() {
  if (!Straggler::one().run("COMMIT")) return;
  say("committed", 0);
  while (!Straggler::one().finds("SELECT 1 FROM leasehold_lease WHERE owner IS NULL")) continue;
  say("released", 0);
}

// Ends the program while a thread that `close` had to leave behind still waits in the store.
int leave_a_thread_behind(const std::string& file) {
  // Registered before anything is made, so called after all that was made is destroyed.
  std::atexit(end_of_the_straggler);
  auto store = open_store(file);
  if (!store) return refused(store.error());
  Config config = host_preset();
  config.timing.request_timeout = 20ms;  // what `close` waits
  auto client = Client::over(*std::move(store), config, {});
  if (!client) return refused(client.error());
  const Grant grant = client->lock("k").acquire({});
  const Straggler& writer = Straggler::one();
  if (!grant || sqlite3_open(file.c_str(), &Straggler::one().db) != SQLITE_OK) return 2;
  sqlite3_busy_timeout(writer.db, 600'000);
  if (!writer.run("BEGIN IMMEDIATE")) return say("no turn to write", 3);
  client->close();
  return say("closed", 0);
}

// Opens the file as somebody to whom file permissions apply: root becomes nobody.
int open_unprivileged(const std::string& file) {
  constexpr uid_t nobody = 65534;
  if (geteuid() == 0 && (setgroups(0, nullptr) != 0 || setresgid(nobody, nobody, nobody) != 0 ||
                         setresuid(nobody, nobody, nobody) != 0)) {
    return say("root can't become nobody", 9);
  }
  auto store = open_store(file);
  if (!store) return refused(store.error());
  const auto facts = (*store)->facts();
  if (!facts) return refused(facts.error());
  for (const Fact& one : *facts) {
    if (!one.wrong.empty()) say(one.name + " " + one.value, 0);
  }
  return say("opened", 0);
}

bool write_text(const std::string& file, const std::string& text) {
  std::ofstream out(file);
  out << text << std::flush;
  return out.good();
}

// A small disk of this process's own at `directory`; false if the system lets nobody have one.
bool mount_small_disk(const std::string& directory) {
  const std::string user = "0 " + std::to_string(geteuid()) + " 1\n";
  const std::string group = "0 " + std::to_string(getegid()) + " 1\n";
  // Who is not root becomes it in a namespace of its own.
  if (geteuid() != 0 &&
      (unshare(CLONE_NEWUSER) != 0 || !write_text("/proc/self/setgroups", "deny") ||
       !write_text("/proc/self/uid_map", user) || !write_text("/proc/self/gid_map", group))) {
    return false;
  }
  return unshare(CLONE_NEWNS) == 0 &&
         mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
         mount("small", directory.c_str(), "tmpfs", 0, "size=256k") == 0;
}

bool tells_to_make_room(const std::string& what, const Error& error) {
  if (error.kind != Errc::misuse && error.detail.find("make room") != std::string::npos)
    return true;
  refused(error);
  return say(what + ": that is no word about a full disk", 0) != 0;
}

// A disk that is full before a file is opened, while it is used, and then is not.
int fill_disk(const std::string& directory) {
  if (!mount_small_disk(directory)) return say("no disk can be mounted here", 77);
  const std::string file = directory + "/locks.db";
  const std::string filler = directory + "/filler";
  const std::string enough(1 << 20, 'x');
  if (write_text(filler, enough)) return say("the disk is not small", 1);
  const auto fresh = open_store(file);
  if (fresh) return say("opened on a full disk", 2);
  if (!tells_to_make_room("open", fresh.error())) return 3;
  std::filesystem::remove(filler);
  const auto store = open_store(file);
  if (!store) return refused(store.error());
  if (write_text(filler, enough)) return say("the disk is not full", 4);
  const auto full = ask(**store, "k", {4, 1});
  if (full) return say("granted on a full disk", 5);
  if (!tells_to_make_room("acquire", full.error())) return 6;
  std::filesystem::remove(filler);
  const auto again = ask(**store, "k", {4, 1});
  if (!again) return refused(again.error());
  return say(std::holds_alternative<Granted>(again->answer) ? "granted" : "not granted", 0);
}

int run(int count, char** words) {
  const std::string verb = count > 1 ? words[1] : "";
  const std::string what = count > 2 ? words[2] : "";
  const std::string key = count > 3 ? words[3] : "";
  if (verb == "take") return take(what, key);
  if (verb == "ask") return ask_once(what, key);
  if (verb == "files") return list_files(what);
  if (verb == "unprivileged") return open_unprivileged(what);
  if (verb == "become") return become(what, key);
  if (verb == "fill") return fill_disk(what);
  if (verb == "leave") return leave_a_thread_behind(what);
  return say(
      "usage: sqlite_actor take FILE KEY | ask FILE KEY | files DIRECTORY | unprivileged FILE | "
      "fill DIRECTORY | become FILE DIRECTORY | leave FILE",
      64);
}

}  // namespace

int main(int count, char** words) {
  try {
    return run(count, words);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "sqlite_actor: %s\n", error.what());
    return 70;
  }
}
