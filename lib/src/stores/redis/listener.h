// Hears from the server which keys may have become free.
#pragma once

#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>

#include <leasehold/store.h>
#include "lib/src/stores/net/backoff.h"
#include "lib/src/stores/net/wake_up.h"
#include "lib/src/stores/redis/link.h"

namespace leasehold::stores::redis {

/// The channel on which the scripts tell that `key` is free. Channels know no databases.
std::string channel_of(const Address& address, const std::string& key);

/// One connection and one thread, both begun at the first `watch`. Whoever watches a key is told
/// once when the server is known to be listened to: what happened before is not heard. The same
/// after the connection was lost. Thread-safe.
class Listener {
 public:
  /// `address` must outlive it; `patience` is for connecting.
  Listener(const Address& address, Length patience);
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  /// Waits for its thread, which goes at once (but where a host's name is being looked up).
  ~Listener();

  void set_sink(HintSink* sink);
  void watch(const std::string& key);
  void unwatch(const std::string& key);

 private:
  struct Change {
    Words subscribe{"SUBSCRIBE"};
    Words unsubscribe{"UNSUBSCRIBE"};
  };

  void run();
  void listen(Backoff& backoff);
  bool may_connect();
  bool find_change(std::set<std::string>& heard, Change& change);
  void pause(std::chrono::nanoseconds length);
  void handle(const Reply& reply);
  void tell(const std::string& key);

  const Address& address_;
  const Length patience_;
  // Rung when the thread is to look around.
  WakeUp wake_;
  // Held while the sink is called, so that it can be taken away for good. Taken before `mutex_`.
  std::mutex telling_;
  HintSink* sink_ = nullptr;
  std::mutex mutex_;
  bool stopped_ = false;
  // False while it connects: that is not to be disturbed, and what is wanted is looked at after it.
  bool is_to_be_woken_ = true;
  std::map<std::string, int> wanted_;
  std::thread thread_;
};

}  // namespace leasehold::stores::redis
