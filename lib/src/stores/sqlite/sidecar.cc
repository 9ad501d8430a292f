#include "lib/src/stores/sqlite/sidecar.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace leasehold::stores {
namespace {

using namespace std::chrono_literals;

// A sleep that somebody may forget to end (a process that was killed in its turn wakes nobody).
constexpr std::chrono::nanoseconds longest_nap = 5ms;
// How long one that waited gets to begin its turn: ten times what waking it takes.
constexpr std::chrono::nanoseconds head_start = 1ms;

constexpr off_t file_size = 4096;

Error failed(const std::string& path, const char* what, int code) {
  const bool full = code == ENOSPC || code == EDQUOT;
  const bool passes = full || code == EMFILE || code == ENFILE || code == ENOMEM;
  const char* const advice = full     ? "make room on the disk"
                             : passes ? "close files, or raise this process's limits"
                                      : "this user must be able to write it and its directory";
  return Error{passes ? Errc::not_applied : Errc::misuse,
               std::string("sqlite: open: can't ") + what + " " + path + ": " +
                   std::strerror(code) +  // NOLINT(concurrency-mt-unsafe)
                   "; " + advice};
}

}  // namespace

Result<std::shared_ptr<Sidecar>> Sidecar::open(const std::string& database) {
  const std::string path = database + "-lease";
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (fd < 0) return failed(path, "open", errno);
  // Whoever may write the database may take turns at it, as with SQLite's own -wal and -shm.
  struct stat model {};
  struct stat own {};
  if (stat(database.c_str(), &model) == 0 && fstat(fd, &own) == 0 && own.st_uid == geteuid()) {
    if (model.st_mode != own.st_mode) fchmod(fd, model.st_mode & 0666U);
    const bool foreign = model.st_uid != own.st_uid || model.st_gid != own.st_gid;
    if (foreign && fchown(fd, model.st_uid, model.st_gid) != 0) errno = 0;  // not ours to give away
  }
  // Not ftruncate, which allocates nothing: on a full disk the first write to the mapping would
  // then end the process by SIGBUS.
  if (const int code = posix_fallocate(fd, 0, file_size); code != 0) {
    close(fd);
    return failed(path, "make room for", code);
  }
  void* const mapping = mmap(nullptr, file_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  const Error error = failed(path, "map", errno);
  close(fd);
  if (mapping == MAP_FAILED) return error;
  return std::shared_ptr<Sidecar>(new Sidecar(path, mapping));
}

Sidecar::~Sidecar() { munmap(shared_, file_size); }

// FNV-1a, because it is the same in every process and every version.
std::size_t Sidecar::bell_of(const std::string& key) {
  std::uint32_t digest = 2166136261U;
  for (const char c : key) digest = (digest ^ static_cast<unsigned char>(c)) * 16777619U;
  return digest % bells;
}

Word& Sidecar::bell(const std::string& key) { return bell_at(bell_of(key)); }

Gate::Gate(std::shared_ptr<Sidecar> sidecar)
    : sidecar_(std::move(sidecar)), fd_(::open(sidecar_->path().c_str(), O_RDWR | O_CLOEXEC)) {}

Gate::~Gate() {
  if (fd_ >= 0) close(fd_);
}

// The one that was woken gets a moment to begin. By the order in which futexes wake, those that let
// others go first line up behind all that wait already: every one has its turn.
void Gate::let_another_go_first(const Patience& patience) {
  if (!std::exchange(owes_a_turn_, false)) return;
  wait_on(sidecar_->turns(), left_at_, std::min(head_start, patience.left()));
}

bool Gate::enter(const Patience& patience) {
  if (fd_ < 0) return false;
  let_another_go_first(patience);
  for (;;) {
    // Read before the try: a turn that ends in between has moved it on, and there is no sleep.
    const std::uint32_t turn = sidecar_->turns().load();
    if (flock(fd_, LOCK_EX | LOCK_NB) == 0) return true;
    if (errno != EWOULDBLOCK && errno != EINTR) return false;
    if (patience.over()) return false;
    wait_on(sidecar_->turns(), turn, std::min(longest_nap, patience.left()));
  }
}

void Gate::leave() {
  flock(fd_, LOCK_UN);
  left_at_ = sidecar_->turns().fetch_add(1) + 1;
  owes_a_turn_ = wake_one(sidecar_->turns());
}

}  // namespace leasehold::stores
