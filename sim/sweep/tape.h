// The file that a sweep writes while it runs, and goes on with when it is started again.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include <leasehold/result.h>
#include "sim/sweep/record.h"

namespace leasehold::sim {

/// An open file of chunks, with at most one writer at a time. Not for use by several threads at
/// once. The file is closed at the end of its life.
class Tape {
 public:
  /// Opens or makes the file, and its folder. A last line that was cut off is taken away. Fails,
  /// and leaves the file as it is, if that can't be done, another sweep has it, or it holds
  /// anything but chunks under this head.
  static Result<Tape> open(const std::filesystem::path& path, const Head& head);

  Tape(const Tape&) = delete;
  Tape& operator=(const Tape&) = delete;
  Tape(Tape&& other) noexcept;
  Tape& operator=(Tape&&) = delete;
  ~Tape();

  /// What it held when it was opened.
  const std::map<Chunk, ChunkRun>& held() const { return held_; }
  /// Says what went wrong, if anything did. What was written before stays whole.
  std::optional<Error> append(const ChunkRun& run);

 private:
  Tape(std::filesystem::path path, int file) : path_(std::move(path)), file_(file) {}
  std::optional<Error> load(const Head& head);
  std::optional<Error> write(const std::string& line);

  std::filesystem::path path_;
  int file_;
  std::map<Chunk, ChunkRun> held_;
};

}  // namespace leasehold::sim
