// One connection to a Redis server: bytes out, replies in, and never later than it may.
//
// The sockets are our own and hiredis only reads the protocol: its blocking calls bound each read,
// not the whole answer, and write with a plain write(2), which may end the program with SIGPIPE.
#pragma once

#include <optional>

#include "lib/src/stores/patience.h"
#include "lib/src/stores/redis/address.h"
#include "lib/src/stores/redis/reply.h"

namespace leasehold::stores::redis {

/// Closed for good after the first failure. Not thread-safe.
class Link {
 public:
  /// Connects. `interrupt`: a descriptor that ends all waiting once it can be read, or -1. Throws
  /// `Failure` (`not_applied`). Looking up a host's name may take longer than `patience`.
  Link(const Address& address, const Patience& patience, int interrupt = -1);
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;
  ~Link();

  /// Sends a command and waits for its reply, which may be of the kind `error`. Throws `Failure`:
  /// `not_applied` if not a byte was sent, else `unknown`.
  Reply ask(const Words& words, const Patience& patience);
  void send(const Words& words, const Patience& patience);
  /// nullopt: none came in time, or the waiting was interrupted.
  std::optional<Reply> receive(const Patience& patience);

  /// True if the server closed it, or says something that it was not asked: then it is of no use.
  bool is_stale() const;
  bool is_closed() const { return fd_ < 0; }
  /// Waits until something can be received: false if it took too long or was interrupted.
  bool wait_for_input(const Patience& patience) const;

 private:
  void connect_to(const Address& address, const Patience& patience);
  void connect_to_path(const std::string& path, const Patience& patience);
  bool wait_for(short events, const Patience& patience) const;
  void read_some();
  void close();

  const int interrupt_;
  int fd_ = -1;
  ReplyReader reader_;
};

}  // namespace leasehold::stores::redis
