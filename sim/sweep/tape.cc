#include "sim/sweep/tape.h"

#include <cerrno>
#include <cstddef>
#include <fcntl.h>
#include <fstream>
#include <sstream>
#include <sys/file.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace leasehold::sim {
namespace {

Error trouble(const std::filesystem::path& path, const std::string& what) {
  return {Errc::misuse, path.string() + ": " + what};
}

Error refused(const std::filesystem::path& path, const std::string& what, int error) {
  return trouble(path, what + ": " + std::generic_category().message(error));
}

}  // namespace

Result<Tape> Tape::open(const std::filesystem::path& path, const Head& head) {
  std::error_code ignored;
  // If it fails, so does opening, which says why.
  if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), ignored);
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (file < 0) return refused(path, "can't be opened", errno);
  Tape tape(path, file);
  if (flock(file, LOCK_EX | LOCK_NB) != 0) {
    return trouble(path, "another sweep is writing it; accepted: a file for each");
  }
  if (std::optional<Error> error = tape.load(head)) return *error;
  return tape;
}

Tape::Tape(Tape&& other) noexcept
    : path_(std::move(other.path_)),
      file_(std::exchange(other.file_, -1)),
      held_(std::move(other.held_)) {}

Tape::~Tape() {
  if (file_ >= 0) ::close(file_);
}

std::optional<Error> Tape::load(const Head& head) {
  std::ifstream in(path_, std::ios::binary);
  std::stringstream text;
  // Of an empty file nothing is inserted, which the stream takes for an error.
  if (in.peek() != std::ifstream::traits_type::eof()) text << in.rdbuf();
  Result<Record> read = read_record(text, path_.string(), {});
  if (!read) return read.error();
  const std::string first = line_of(head);
  if (!read->head) {
    // No whole line: a head that was cut off, or a file of somebody else's.
    if (first.compare(0, text.str().size(), text.str()) != 0) {
      return trouble(path_, "no record of a sweep; accepted: a new file, or one of this sweep");
    }
  } else if (const std::string why = difference(*read->head, head); !why.empty()) {
    return trouble(path_, "of another sweep: " + why + "; name another file, or sweep as before");
  }
  if (ftruncate(file_, static_cast<off_t>(read->whole)) != 0) {
    return refused(path_, "can't be cut to its whole lines", errno);
  }
  held_ = std::move(read->chunks);
  return read->head ? std::nullopt : write(first);
}

std::optional<Error> Tape::append(const ChunkRun& run) { return write(line_of(run)); }

std::optional<Error> Tape::write(const std::string& line) {
  for (std::size_t written = 0; written < line.size();) {
    const ssize_t count = ::write(file_, line.data() + written, line.size() - written);
    if (count < 0 && errno != EINTR) return refused(path_, "can't be written", errno);
    if (count > 0) written += static_cast<std::size_t>(count);
  }
  return std::nullopt;
}

}  // namespace leasehold::sim
