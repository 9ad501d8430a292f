// Wake-ups between the processes of one machine: who releases a key rings, who waits for it hears.
#pragma once

#include <array>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <leasehold/store.h>
#include "lib/src/stores/sqlite/sidecar.h"

namespace leasehold::stores {

/// The bells of a sidecar. Thread-safe.
///
/// A word in shared memory and a futex, rather than a watch on the -wal file or `data_version`:
/// those tell everybody of every write, renewals included, so that 100 waiters would all wake at
/// each; this wakes one process per release, the one that has waited longest, and costs nothing
/// while nobody waits. Each bell that is listened to has a thread of its own, which sleeps in the
/// kernel.
class Bells {
 public:
  explicit Bells(std::shared_ptr<Sidecar> sidecar) : sidecar_(std::move(sidecar)) {}
  Bells(const Bells&) = delete;
  Bells& operator=(const Bells&) = delete;
  /// Waits for its threads, which are never far away.
  ~Bells();

  void ring(const std::string& key);
  void set_sink(HintSink* sink);
  void watch(const std::string& key);
  void unwatch(const std::string& key);

 private:
  struct Bell {
    std::thread listener;
    std::condition_variable wanted;
    std::map<std::string, int> keys;
    // What the word was when somebody began to listen, or last heard.
    std::uint32_t heard = 0;
  };

  void listen(std::size_t index);
  void tell(const std::vector<std::string>& keys);

  const std::shared_ptr<Sidecar> sidecar_;
  // Held while the sink is called, so that it can be taken away for good. Taken before `mutex_`.
  std::mutex telling_;
  HintSink* sink_ = nullptr;
  std::mutex mutex_;
  bool stopped_ = false;
  std::array<Bell, Sidecar::bells> bells_;
};

}  // namespace leasehold::stores
