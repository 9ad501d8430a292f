// Keeps leases in a Redis server: for processes on several machines.
#pragma once

#include <chrono>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <leasehold/clock.h>
#include <leasehold/export.h>
#include <leasehold/random.h>
#include <leasehold/store.h>

namespace leasehold {

/// Keeps leases in a Redis server (6.2 or later, one primary), each under a key of its own that
/// stays for ever, so that terms outlive leases. All keys begin with a prefix, "leasehold:" unless
/// the url says otherwise, and no other key of the server is touched.
///
/// Promise: the contract of `Store`, each call as one script that the server runs alone and that
/// reads the server's clock (authority `store_clock`). It holds as long as the server keeps what it
/// acknowledged: with `appendfsync always` and no failover. Redis replicates asynchronously, so a
/// promoted replica may not know the last grants; then two may have one lock, and only a fence
/// keeps them apart. `wait` in the url makes that rarer and not impossible. See the page
/// "Redis" in lib/docs.
///
/// Errors: `not_applied` when the server can't be reached, or says that it did nothing (out of
/// memory, still loading, a replica); `unknown` when the connection broke or the time was over
/// after bytes were sent; `misuse` when trying again is of no use: a wrong password, a command that
/// the user may not give, foreign data under our keys, a server that can't keep locks. After an
/// error the next call connects anew; while that fails, calls fail at once for up to 1 s. A server
/// that lost all its data answers with another incarnation, so that old leases count as gone.
///
/// Thread-safe. Grants, renewals and the rest use a connection each and wait for each other in the
/// server only. All sockets are close-on-exec, and no call raises SIGPIPE.
class LEASEHOLD_API RedisStore final : public Store {
 public:
  /// How the server is used.
  struct Options {
    /// The longest that a call may take, connecting included; looking up the name of a host
    /// excepted.
    Length patience = std::chrono::seconds(2);
  };

  /// Connects, and looks whether the server is fit to keep locks: its version, that it is a
  /// primary, no part of a cluster, and throws nothing away when its memory is full. `url` is
  /// "redis://[USER:PASSWORD@]HOST[:PORT][/DATABASE]" or "redis+unix:PATH", with the parameters
  /// `prefix=PREFIX` and `wait=LENGTH`: a grant then counts only once a replica has it too.
  /// Errors: `misuse` with what is wrong and what to do; `not_applied` if the server can't be
  /// reached.
  static Result<std::unique_ptr<RedisStore>> open(const std::string& url, const Options& options);
  /// The same by another clock, for tests and simulation: every call takes the time from `clock`
  /// before it is sent, and the server's own is not asked. Clock and random must outlive the store.
  static Result<std::unique_ptr<RedisStore>> open(const std::string& url, const Options& options,
                                                  const Clock& clock, Random& random);
  RedisStore(const RedisStore&) = delete;
  RedisStore& operator=(const RedisStore&) = delete;
  ~RedisStore() override;

  /// Authority `store_clock`, in microseconds.
  const Traits& traits() const override;
  Result<Answered<AcquireAnswer>> acquire(const AcquireRequest& request) override;
  /// More than 256 requests are `misuse` and none is carried out.
  Result<Answered<std::vector<RenewAnswer>>> renew(std::span<const RenewRequest> batch) override;
  Result<Answered<ReleaseAnswer>> release(const ReleaseRequest& request) override;
  Result<Answered<Abandoned>> abandon(const AbandonRequest& request) override;
  Result<Answered<std::optional<RecordView>>> inspect(const std::string& key) override;
  Result<Answered<std::vector<std::string>>> list(const std::string& after,
                                                  std::size_t most) override;
  /// The server's version and role, what it does when its memory is full, what a crash may lose,
  /// how many replicas it has, and the incarnation.
  Result<std::vector<Fact>> facts() override;
  /// A release by anybody wakes all who wait for the key, by publish and subscribe.
  void set_hint_sink(HintSink* sink) override;
  void watch(const std::string& key) override;
  /// Undoes one `watch`.
  void unwatch(const std::string& key) override;

 private:
  struct Server;
  explicit RedisStore(std::unique_ptr<Server> server);
  static Result<std::unique_ptr<RedisStore>> open_by(const std::string& url, const Options& options,
                                                     const Clock* clock, Random* random);

  std::unique_ptr<Server> server_;
};

/// From now on `open` and `open_store` know the urls of Redis, with `network_preset`.
LEASEHOLD_API void add_redis();

}  // namespace leasehold
