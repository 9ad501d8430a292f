// What the wrapper and its guardian say to each other.
//
// `leasehold run` is two processes. The *wrapper*, which the user sees, holds the lock. Its
// *guardian* starts the command and ends it in time, whatever becomes of the wrapper: stopped,
// killed, or stuck in the store.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <optional>
#include <sys/types.h>

#include "lib/cli/descriptor.h"

namespace leasehold::cli {

/// From the wrapper to the guardian.
struct Order {
  enum class Kind : std::uint8_t {
    /// The lock is held: run the command, with this term and fence in its environment.
    start,
    /// Pass `signal` on to the command's process group.
    signal,
    /// The lock may be somebody else's already: end the command at once.
    lost,
  };
  Kind kind = Kind::start;
  int signal = 0;
  std::uint64_t term = 0;
  std::array<char, 96> fence{};
};

/// Why the guardian stopped the command.
enum class Stopped : std::uint8_t {
  no,
  /// The deadline came near without a renewal.
  deadline,
  /// The wrapper said that the lock is lost.
  lost,
  /// The wrapper is gone.
  orphaned,
};

/// From the guardian to the wrapper.
struct Report {
  enum class Kind : std::uint8_t {
    /// There is no process for the command: `number` is the errno.
    failed,
    /// The lease was over before the command could begin.
    too_late,
    /// There is a process, `group`, which leads a group of its own.
    started,
    /// The command can't be run: `number` is the errno.
    cannot_run,
    /// The command was stopped by signal `number` (^Z and the like), and may be continued.
    paused,
    /// Nothing of the command is left: `number` is its wait status.
    ended,
  };
  Kind kind = Kind::started;
  Stopped stopped = Stopped::no;
  /// Others that it had started had outlived the command and were stopped.
  bool left_others = false;
  int number = 0;
  pid_t group = 0;
};

/// Two ends of a socket that keeps messages apart, and a page of memory that both share.
class Leash {
 public:
  /// Throws std::system_error if the kernel refuses.
  Leash();
  Leash(const Leash&) = delete;
  Leash& operator=(const Leash&) = delete;
  ~Leash();

  /// The moment on the boot clock at which the lease ends unless it is renewed. Written by the
  /// wrapper, never too late a moment; read by the guardian whenever it decides.
  void set_deadline(std::int64_t moment) { deadline_->store(moment); }
  std::int64_t deadline() const { return deadline_->load(); }

  const Descriptor& wrappers() const { return wrappers_; }
  const Descriptor& guardians() const { return guardians_; }
  /// Each side closes the other's end, so that the death of one is seen by the other.
  void keep_wrappers() { guardians_.reset(); }
  void keep_guardians() { wrappers_.reset(); }

 private:
  Descriptor wrappers_;
  Descriptor guardians_;
  std::atomic<std::int64_t>* deadline_ = nullptr;
};

/// Sends one message. Never blocks: who is stopped for so long that its queue is full misses it.
template <class Message>
void send_message(const Descriptor& to, const Message& message);
/// What `receive` found.
template <class Message>
struct Heard {
  std::optional<Message> message;
  /// The other side is gone and everything it said was heard.
  bool gone = false;
};
/// The next message, if there is one. Never blocks.
template <class Message>
Heard<Message> receive(const Descriptor& from);

}  // namespace leasehold::cli
