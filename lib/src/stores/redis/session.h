// A connection to the server that is made again when it is lost, for one caller at a time.
#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "lib/src/stores/net/backoff.h"
#include "lib/src/stores/redis/address.h"
#include "lib/src/stores/redis/failure.h"
#include "lib/src/stores/redis/link.h"
#include "lib/src/stores/redis/server.h"

namespace leasehold::stores::redis {

/// Connects and says who we are: AUTH and SELECT. Throws `Failure`, never of the kind `unknown`:
/// nothing was asked yet. `interrupt` as for `Link`.
std::unique_ptr<Link> sign_in(const Address& address, Phase phase, const Patience& patience,
                              int interrupt = -1);

/// Thread-safe. Connects at the first call; after a failure a call connects anew, or fails at once
/// while `Backoff` wants a pause.
class Session {
 public:
  /// `address` must outlive it.
  explicit Session(const Address& address) : address_(address) {}

  /// Held by one caller at a time.
  class Seat {
   public:
    /// Waits for the others. Throws `Failure` if that takes too long.
    Seat(Session& session, const Patience& patience);
    Seat(const Seat&) = delete;
    Seat& operator=(const Seat&) = delete;
    ~Seat();

   private:
    Session& session_;
  };

  /// The session for one caller, who may ask several things in a row.
  class Turn {
   public:
    /// Waits for others, and connects. Throws `Failure`.
    Turn(Session& session, const Patience& patience);
    /// Runs a script, by its digest if the server knows it. Throws `Failure` for error replies too.
    Reply run(const std::string& script, Words keys, Words arguments);
    /// Asks for one command. Throws as `run`.
    Reply ask(const Words& words);
    /// As it was when the connection was made.
    const ServerInfo& info() const { return session_.info_; }

   private:
    const std::string& digest_of(const std::string& script);

    Session& session_;
    const Patience& patience_;
    const Seat seat_;
  };

 private:
  void connect(const Patience& patience);

  const Address& address_;
  // Not a timed mutex, of which the thread sanitizer that we have knows nothing.
  std::mutex mutex_;
  std::condition_variable freed_;
  bool is_taken_ = false;
  std::unique_ptr<Link> link_;
  ServerInfo info_;
  Backoff backoff_;
  std::string last_failure_;
  bool was_open_ = false;
  // By the script's text; what the server calls it.
  std::map<std::string, std::string> digests_;
};

}  // namespace leasehold::stores::redis
