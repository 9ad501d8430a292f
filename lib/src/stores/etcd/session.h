// Requests to a cluster: at whichever member answers, by whoever the url names.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "lib/src/stores/etcd/address.h"
#include "lib/src/stores/etcd/failure.h"
#include "lib/src/stores/etcd/http.h"
#include "lib/src/stores/net/backoff.h"
#include "lib/src/stores/patience.h"

namespace leasehold::stores {

/// One step: if every key has the value that is named, writes, and else reads.
struct EtcdTxn {
  /// Null: the key is not there.
  std::vector<std::pair<std::string, std::optional<std::string>>> compares;
  std::vector<std::pair<std::string, std::string>> puts;
  /// Keys that begin with this, which ends in "/", are deleted; empty: none are.
  std::string wiped_prefix{};
  /// What is read if a key has another value. Must not be empty: a step that neither writes nor
  /// reads is answered by any member as it happens to know things.
  std::vector<std::string> otherwise_read;
};
struct EtcdTxnAnswer {
  bool applied = false;
  /// What `otherwise_read` found, if not applied; null: the key is not there.
  std::vector<std::optional<std::string>> values;
};

/// Everything throws `EtcdFailure`. Not thread-safe.
class EtcdSession {
 public:
  /// `address` must outlive it.
  explicit EtcdSession(const EtcdAddress& address) : address_(address), http_(address) {}

  EtcdTxnAnswer run(const EtcdTxn& txn, const Patience& patience);
  /// The values of keys, at one moment; null: the key is not there.
  std::vector<std::optional<std::string>> read(const std::vector<std::string>& keys,
                                               const Patience& patience);
  /// That of one key, and of the keys in [`from`, `end`) up to `most`, at one moment.
  std::pair<std::optional<std::string>, std::vector<std::string>> keys(const std::string& key,
                                                                       const std::string& from,
                                                                       const std::string& end,
                                                                       std::uint64_t most,
                                                                       const Patience& patience);

  /// Throws, `misuse`, unless what answers is an etcd of a version that has what is used here.
  /// Returns the version.
  std::string check_version(const Patience& patience);
  /// POSTs JSON to `path` of some member; the body of a good answer.
  std::string call(const std::string& path, const std::string& body, const Patience& patience);
  /// Who this is to the servers; empty: nobody.
  const std::string& token(const Patience& patience);
  /// The token is of no use any more.
  void forget_token() { token_.clear(); }
  /// The member that is asked now.
  const std::string& endpoint() const { return address_.endpoints[at_]; }
  void next_endpoint() { at_ = (at_ + 1) % address_.endpoints.size(); }

  /// A call begins.
  void begin() { may_have_applied_ = false; }
  /// What `failure` of `what` means, given all that was sent since the call began: a request that
  /// there is no telling of may have been applied, although a later one was answered.
  Error error_of(const EtcdFailure& failure, const std::string& what) const;

 private:
  HttpAnswer attempt(const std::string& path, const std::string& body, const Patience& patience);
  std::chrono::milliseconds timeout(const Patience& patience) const;
  void authenticate(const Patience& patience);

  const EtcdAddress& address_;
  EtcdHttp http_;
  std::size_t at_ = 0;
  std::string token_;
  Backoff backoff_;
  bool may_have_applied_ = false;
};

}  // namespace leasehold::stores
