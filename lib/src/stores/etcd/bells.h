// Wakes those who wait for a key: a watch on the keys that are waited for.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <curl/curl.h>

#include <leasehold/store.h>
#include "lib/src/stores/etcd/records.h"
#include "lib/src/stores/etcd/session.h"

namespace leasehold::stores {

/// Hears of keys that became free, on a thread and a connection of its own, which begin with the
/// first watch. Losing that connection costs sleeps that are longer than they need be and nothing
/// else; once it is made anew, every key that is watched may have become free. Thread-safe.
class EtcdBells {
 public:
  /// `address` and `records` must outlive it.
  EtcdBells(const EtcdAddress& address, const EtcdRecords& records, Length patience);
  EtcdBells(const EtcdBells&) = delete;
  EtcdBells& operator=(const EtcdBells&) = delete;
  ~EtcdBells();

  void set_sink(HintSink* sink);
  void watch(const std::string& key);
  void unwatch(const std::string& key);

 private:
  struct EndMulti {
    void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
  };
  static std::size_t hear(const char* bytes, std::size_t size, std::size_t count, void* self);

  void listen();
  bool await_wishes();
  bool has_new_wishes();
  void follow();
  void set_up(CURL* handle);
  std::string request() const;
  void take(std::string_view line);
  void begin_next(std::uint64_t revision);
  void tell(const std::string& key);

  const EtcdAddress& address_;
  const EtcdRecords& records_;
  const Length patience_;
  // Held while the sink is called, so that it can be taken away for good. Taken before `mutex_`.
  std::mutex telling_;
  HintSink* sink_ = nullptr;
  std::mutex mutex_;
  std::condition_variable wished_;
  bool stopped_ = false;
  std::map<std::string, int> wanted_;
  // Woken by others; all else that is done with it is the listener's.
  std::unique_ptr<CURLM, EndMulti> multi_;
  std::thread listener_;
  // The listener's own.
  EtcdSession session_;
  Backoff backoff_;
  std::string half_line_;
  bool is_broken_ = false;
  // The keys of this connection, those that are listened to first.
  std::vector<std::string> keys_;
  std::size_t begun_ = 0;
  // For each key that was listened to without a gap: the revision to go on with.
  std::map<std::string, std::uint64_t> next_revision_;
};

}  // namespace leasehold::stores
