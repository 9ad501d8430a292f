#include "lib/tests/faulty_vfs.h"

#include <filesystem>
#include <fstream>
#include <new>

#include <gtest/gtest.h>

namespace leasehold::doubles {

/// SQLite makes room for one of these and, behind it, for one of the real file system's.
struct FaultyVfs::File {
  sqlite3_file base;
  FaultyVfs* vfs;
  sqlite3_file* real;
  const char* name;
};

// One function for each that SQLite calls: it fails, or passes the call on.
struct FaultyVfs::Methods {
  static File& of(sqlite3_file* file) { return *reinterpret_cast<File*>(file); }
  static const sqlite3_io_methods& real(sqlite3_file* file) { return *of(file).real->pMethods; }
  static int strike(sqlite3_file* file, FileOp op) { return of(file).vfs->strike(op); }

  static int close(sqlite3_file* file) {
    File& self = of(file);
    auto& open = self.vfs->open_;
    for (auto one = open.begin(); one != open.end(); ++one) {
      if (one->second != &self) continue;
      open.erase(one);
      break;
    }
    return real(file).xClose(self.real);
  }
  static int read(sqlite3_file* file, void* to, int size, sqlite3_int64 at) {
    const int code = strike(file, FileOp::read);
    return code != SQLITE_OK ? code : real(file).xRead(of(file).real, to, size, at);
  }
  static int write(sqlite3_file* file, const void* from, int size, sqlite3_int64 at) {
    const int code = strike(file, FileOp::write);
    if (code == SQLITE_OK) return real(file).xWrite(of(file).real, from, size, at);
    if (of(file).vfs->fault_.torn) real(file).xWrite(of(file).real, from, size / 2, at);
    return code;
  }
  static int truncate(sqlite3_file* file, sqlite3_int64 size) {
    const int code = strike(file, FileOp::truncate);
    return code != SQLITE_OK ? code : real(file).xTruncate(of(file).real, size);
  }
  static int sync(sqlite3_file* file, int flags) {
    int code = strike(file, FileOp::sync);
    if (code == SQLITE_OK) code = real(file).xSync(of(file).real, flags);
    if (code == SQLITE_OK) of(file).vfs->synced_[of(file).name] = contents(of(file));
    return code;
  }
  static int size(sqlite3_file* file, sqlite3_int64* bytes) {
    return real(file).xFileSize(of(file).real, bytes);
  }
  static int lock(sqlite3_file* file, int level) {
    const int code = strike(file, FileOp::lock);
    return code != SQLITE_OK ? code : real(file).xLock(of(file).real, level);
  }
  static int unlock(sqlite3_file* file, int level) {
    return real(file).xUnlock(of(file).real, level);
  }
  static int check_reserved(sqlite3_file* file, int* taken) {
    return real(file).xCheckReservedLock(of(file).real, taken);
  }
  static int control(sqlite3_file* file, int verb, void* about) {
    return real(file).xFileControl(of(file).real, verb, about);
  }
  static int sector(sqlite3_file* file) { return real(file).xSectorSize(of(file).real); }
  static int traits(sqlite3_file* file) { return real(file).xDeviceCharacteristics(of(file).real); }
  static int shm_map(sqlite3_file* file, int page, int size, int extend, void volatile** to) {
    const int code = strike(file, FileOp::shm_map);
    return code != SQLITE_OK ? code : real(file).xShmMap(of(file).real, page, size, extend, to);
  }
  static int shm_lock(sqlite3_file* file, int at, int count, int flags) {
    // The log's lock of writers is its first: sqlite.org/walformat.html.
    const bool writes =
        at == 0 && (flags & SQLITE_SHM_LOCK) != 0 && (flags & SQLITE_SHM_EXCLUSIVE) != 0;
    if (writes && of(file).vfs->visit_) std::exchange(of(file).vfs->visit_, nullptr)();
    // Letting go never fails in earnest.
    const int code = (flags & SQLITE_SHM_LOCK) != 0 ? strike(file, FileOp::shm_lock) : SQLITE_OK;
    return code != SQLITE_OK ? code : real(file).xShmLock(of(file).real, at, count, flags);
  }
  static void shm_barrier(sqlite3_file* file) { real(file).xShmBarrier(of(file).real); }
  static int shm_unmap(sqlite3_file* file, int remove) {
    return real(file).xShmUnmap(of(file).real, remove);
  }

  static constexpr sqlite3_io_methods table{
      2,        close,       read,           write,   truncate, sync,   size,
      lock,     unlock,      check_reserved, control, sector,   traits, shm_map,
      shm_lock, shm_barrier, shm_unmap,      nullptr, nullptr};

  static int open(sqlite3_vfs* shim, const char* name, sqlite3_file* file, int flags, int* got) {
    FaultyVfs& vfs = *static_cast<FaultyVfs*>(shim->pAppData);
    file->pMethods = nullptr;
    const int refused = vfs.strike(FileOp::open);
    if (refused != SQLITE_OK) return refused;
    File& self = of(file);
    self.vfs = &vfs;
    self.real = reinterpret_cast<sqlite3_file*>(&self + 1);
    self.name = name != nullptr ? name : "";
    const int code = vfs.real_->xOpen(vfs.real_, name, self.real, flags, got);
    if (self.real->pMethods != nullptr) {
      self.base.pMethods = &table;
      vfs.open_.emplace(self.name, &self);
    }
    return code;
  }
  static int remove(sqlite3_vfs* shim, const char* name, int sync_directory) {
    FaultyVfs& vfs = *static_cast<FaultyVfs*>(shim->pAppData);
    vfs.synced_.erase(name);
    return vfs.real_->xDelete(vfs.real_, name, sync_directory);
  }
};

FaultyVfs::FaultyVfs() : real_(sqlite3_vfs_find(nullptr)), shim_(*real_) {
  shim_.zName = "faulty";
  shim_.szOsFile += static_cast<int>(sizeof(File));
  shim_.pNext = nullptr;
  shim_.pAppData = this;
  shim_.xOpen = &Methods::open;
  shim_.xDelete = &Methods::remove;
  EXPECT_EQ(sqlite3_vfs_register(&shim_, 1), SQLITE_OK);
}

FaultyVfs::~FaultyVfs() {
  EXPECT_TRUE(open_.empty()) << open_.begin()->first << " is still open";
  sqlite3_vfs_unregister(&shim_);
  sqlite3_vfs_register(real_, 1);
}

void FaultyVfs::arm(const Fault& fault) {
  fault_ = fault;
  armed_ = true;
  struck_ = false;
  seen_ = 0;
}

bool FaultyVfs::disarm() {
  armed_ = false;
  return struck_;
}

int FaultyVfs::strike(FileOp op) {
  if (!armed_ || op != fault_.op) return SQLITE_OK;
  ++seen_;
  if (seen_ < fault_.nth || (seen_ > fault_.nth && !fault_.for_good)) return SQLITE_OK;
  struck_ = true;
  return fault_.code;
}

// Through SQLite's own descriptor: a second one, when closed, would take the process's locks away.
std::string FaultyVfs::contents(File& file) {
  sqlite3_int64 size = 0;
  file.real->pMethods->xFileSize(file.real, &size);
  std::string bytes(static_cast<std::size_t>(size), '\0');
  file.real->pMethods->xRead(file.real, bytes.data(), static_cast<int>(size), 0);
  return bytes;
}

void FaultyVfs::copy_after_crash(const std::string& file, const std::string& copy,
                                 bool synced) const {
  for (const char* part : {"", "-wal"}) {
    const std::string name = file + part;
    const auto open = open_.find(name);
    const auto last = synced_.find(name);
    std::string bytes;
    if (synced && last != synced_.end()) {
      bytes = last->second;
    } else if (synced && open != open_.end() && *part != '\0') {
      bytes.clear();  // never synced
    } else if (open != open_.end()) {
      bytes = contents(*open->second);
    } else {
      std::ifstream in(name, std::ios::binary);
      bytes.assign(std::istreambuf_iterator<char>(in), {});
    }
    if (!bytes.empty()) std::ofstream(copy + part, std::ios::binary) << bytes;
  }
}

}  // namespace leasehold::doubles
