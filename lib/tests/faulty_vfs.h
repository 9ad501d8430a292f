// A file system for SQLite that fails when it is told to.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <utility>

#include <sqlite3.h>

namespace leasehold::doubles {

/// What SQLite asks of a file system and may be refused.
enum class FileOp { open, read, write, sync, truncate, lock, shm_map, shm_lock };

/// The `nth` operation of a kind, from now on, fails with `code`.
struct Fault {
  FileOp op = FileOp::write;
  int code = SQLITE_IOERR;
  int nth = 1;
  /// And so do all of that kind that follow.
  bool for_good = false;
  /// A write leaves its first half behind.
  bool torn = false;
};

/// While it lives, every connection that is opened uses it: the default file system, and faults.
/// One at a time, and its connections must be closed before it goes. Not thread-safe.
class FaultyVfs {
 public:
  FaultyVfs();
  FaultyVfs(const FaultyVfs&) = delete;
  FaultyVfs& operator=(const FaultyVfs&) = delete;
  ~FaultyVfs();

  void arm(const Fault& fault);
  /// No more faults. True if one struck since `arm`.
  bool disarm();

  /// `visit` is called once: when a connection asks for the lock under which it writes, and does
  /// not have it yet. What others do then comes before all that is read under that lock.
  void before_writing(std::function<void()> visit) { visit_ = std::move(visit); }
  bool was_visited() const { return !visit_; }

  /// Writes what `file` and its -wal hold to `copy`, as a machine finds them after a crash: without
  /// the -shm. With `synced`, what they held when SQLite last had them synced: after a power cut.
  void copy_after_crash(const std::string& file, const std::string& copy, bool synced) const;

 private:
  struct File;
  struct Methods;
  /// The code that an operation is to fail with, or SQLITE_OK.
  int strike(FileOp op);
  static std::string contents(File& file);

  sqlite3_vfs* const real_;
  sqlite3_vfs shim_;
  Fault fault_;
  bool armed_ = false;
  int seen_ = 0;
  bool struck_ = false;
  std::function<void()> visit_;
  std::map<std::string, std::string> synced_;
  std::multimap<std::string, File*> open_;
};

}  // namespace leasehold::doubles
