// All that a client owns, shared by its locks, its guards and its threads.
#pragma once

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <leasehold/client.h>
#include <leasehold/store.h>
#include "lib/src/client/event_log.h"
#include "lib/src/client/key_lock.h"
#include "lib/src/runtime/callbacks.h"
#include "lib/src/runtime/fork_epoch.h"
#include "lib/src/runtime/lanes.h"
#include "lib/src/runtime/system_clock.h"
#include "lib/src/runtime/system_random.h"
#include "lib/src/runtime/timer.h"

namespace leasehold::detail {

/// One mutex guards everything that is not said to be thread-safe by itself. Threads hold the state
/// by shared pointer, so that one which is stuck in the store can be left behind.
class ClientState : public HintSink, public std::enable_shared_from_this<ClientState> {
 public:
  ClientState(std::unique_ptr<Store> owned_store, const Config& checked_config,
              Client::Options chosen);

  void start();
  void close();
  std::shared_ptr<KeyLock> lock(std::string key);
  /// With the mutex held.
  Counters counters(const std::string& key) const;
  /// With the mutex held.
  Dump dump() const;
  void on_hint(const std::string& key) override;
  /// A key renews, and those that soon would go along: neighbours in the store, in order. With the
  /// mutex held.
  void renew_together();

  std::mutex mutex;
  const Config config;
  const Client::Options options;
  const ForkEpoch epoch;
  SystemClock clock;
  SystemRandom random;
  const std::unique_ptr<Store> store;
  Timer timer{clock, mutex};
  // A twentieth of the time that an answer may take.
  Lanes lanes{*store, mutex, config.timing.request_timeout / 20};
  Callbacks callbacks;
  EventLog events;
  Shell::Scratch scratch;
  /// A release or a question was answered, or a thread came to its end.
  std::condition_variable changed;
  bool closed = false;

 private:
  template <class Body>
  void run_thread(Body body);
  void wait_for_releases(std::unique_lock<std::mutex>& lock);
  void stop_threads(std::unique_lock<std::mutex>& lock);

  // Only grows, until the close.
  std::map<std::string, std::shared_ptr<KeyLock>> locks_;
  // The same in the same order, to go through quickly: that of the last time if the sizes differ.
  std::vector<KeyLock*> in_order_;
  Instant<LocalClock> next_company_{};
  int running_ = 0;
  std::thread::id callback_thread_;
};

}  // namespace leasehold::detail
