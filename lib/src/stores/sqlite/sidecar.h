// The small file beside a database through which processes take turns and wake each other.
//
// The rule to know: nothing in it is a matter of safety. SQLite's own locks decide who writes, and
// the tables decide who has what; whoever finds this file deleted, damaged or stuck goes on without
// it, only less fairly and less promptly.
#pragma once

#include <array>
#include <memory>
#include <string>

#include <leasehold/result.h>
#include "lib/src/stores/patience.h"
#include "lib/src/stores/sqlite/futex.h"

namespace leasehold::stores {

/// A mapping of the file, shared by all connections of a store. Thread-safe.
class Sidecar {
 public:
  /// How many bells there are: a key rings one of them, by its digest.
  static constexpr std::size_t bells = 32;

  /// Opens `database` + "-lease", or makes it with the permissions of `model` (the database, or
  /// its directory's default if that is not there yet).
  static Result<std::shared_ptr<Sidecar>> open(const std::string& database);
  Sidecar(const Sidecar&) = delete;
  Sidecar& operator=(const Sidecar&) = delete;
  ~Sidecar();

  /// Changes when a turn ends; those whose turn it is not wait on it.
  Word& turns() { return shared_->turns; }
  Word& bell(const std::string& key);
  Word& bell_at(std::size_t index) { return shared_->words.at(index); }
  static std::size_t bell_of(const std::string& key);

  const std::string& path() const { return path_; }

 private:
  struct Shared {
    Word turns;
    std::array<Word, Sidecar::bells> words;
  };
  Sidecar(std::string path, void* mapping)
      : path_(std::move(path)), shared_(static_cast<Shared*>(mapping)) {}

  const std::string path_;
  Shared* const shared_;
};

/// A place in the order in which processes write. One per connection; not thread-safe.
///
/// SQLite's own busy handler lets writers overtake each other for longer than a lease lasts
/// (measured: 4 to 5 s with 8 of them at synchronous=FULL). Here a writer whose turn is over, and
/// that somebody waited for, lets that one go first.
class Gate {
 public:
  explicit Gate(std::shared_ptr<Sidecar> sidecar);
  Gate(const Gate&) = delete;
  Gate& operator=(const Gate&) = delete;
  ~Gate();

  /// Waits for its turn. False if the turn did not come in time: somebody may be stopped in his,
  /// and the caller may try without. Requires: not entered.
  bool enter(const Patience& patience);
  /// Requires: entered.
  void leave();

 private:
  void let_another_go_first(const Patience& patience);

  const std::shared_ptr<Sidecar> sidecar_;
  const int fd_;
  bool owes_a_turn_ = false;
  std::uint32_t left_at_ = 0;
};

}  // namespace leasehold::stores
