// Wake-ups through PostgreSQL's LISTEN and NOTIFY.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include <leasehold/store.h>
#include "lib/src/stores/net/backoff.h"
#include "lib/src/stores/net/wake_up.h"
#include "lib/src/stores/postgres/lane.h"

namespace leasehold::stores {

/// Hears of releases of watched keys on a connection and a thread of its own, which begin with the
/// first watch. Thread-safe.
///
/// Each watched key is a channel that is listened to and a shared advisory lock, by which whoever
/// releases sees that somebody listens (see functions.cc). When a key begins to be heard, also
/// after the connection was lost, it is rung once: a release may have come before.
class PostgresBells {
 public:
  explicit PostgresBells(const PostgresPlace& place) : place_(place) {}
  PostgresBells(const PostgresBells&) = delete;
  PostgresBells& operator=(const PostgresBells&) = delete;
  /// Waits for its thread, for as long as a call may take.
  ~PostgresBells();

  void set_sink(HintSink* sink);
  void watch(const std::string& key);
  void unwatch(const std::string& key);

 private:
  // One step of the thread, and how long it may sleep after it.
  void listen();
  bool is_stopped();
  void connect();
  void follow_wishes();
  void begin(const std::string& key, const Patience& patience);
  void end(const std::string& key, const std::string& channel, const Patience& patience);
  void sleep();
  void hear();
  void tell(const std::string& key);

  const PostgresPlace& place_;
  // Held while the sink is called, so that it can be taken away for good. Taken before `mutex_`.
  std::mutex telling_;
  HintSink* sink_ = nullptr;
  std::mutex mutex_;
  bool stopped_ = false;
  std::map<std::string, int> wanted_;
  std::thread listener_;
  WakeUp wake_up_;
  // The thread's own: the channel of each key that is listened to.
  std::map<std::string, std::string> heard_;
  std::unique_ptr<Session> session_;
  Backoff backoff_;
};

}  // namespace leasehold::stores
