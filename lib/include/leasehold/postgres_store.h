// Keeps leases in a PostgreSQL database, for processes on several machines.
#pragma once

#include <chrono>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <leasehold/export.h>
#include <leasehold/random.h>
#include <leasehold/store.h>

namespace leasehold {

/// Keeps leases in the schema `leasehold` (or another, see `open`) of a PostgreSQL database: the
/// tables `meta` and `record`, and functions that carry out each request. They are made at the
/// first use; if a table is gone, the next acquire makes all anew, and what was held is lost.
///
/// Promise: the contract of `Store`, each call as one transaction of one statement. The server
/// judges, by its calendar clock (authority `store_clock`), which it reads after it has locked the
/// row. So the bounds `jump_forward` and `jump_backward` of a configuration must cover what its
/// clock is set by within a lease and, where a standby may be promoted, what the two machines'
/// clocks differ by. Grants, renewals, takeovers and abandons are on the primary's disk (and
/// whatever a stronger synchronous_commit asks for) before they are answered; releases need not be.
/// With asynchronous replication a promoted standby may have forgotten the last of them: see
/// docs/postgresql.md.
///
/// Errors: `not_applied` when the server can't be reached or refuses for now (a row that is locked
/// for long, too many connections, a standby); `unknown` when a request was sent and not answered
/// within `patience`; `misuse` when trying again is of no use: user, password, database, rights, a
/// layout that is newer than this program. A connection that was lost is made anew by the next
/// call, at most once a second while nobody answers.
///
/// Thread-safe. Acquires, renewals and the rest use a connection each and do not wait for each
/// other; a fourth listens for wake-ups while somebody waits.
class LEASEHOLD_API PostgresStore final : public Store {
 public:
  /// How the database is used.
  struct Options {
    /// How long a call may take, connecting included, but for looking up a host's name.
    Length patience = std::chrono::seconds(2);
  };

  /// Connects to what `url` names, "postgresql://[USER@]HOST[:PORT]/DATABASE[?PARAMETER=VALUE&...]"
  /// with libpq's parameters (services, TLS, several hosts, timeouts), and "leasehold_schema=NAME".
  /// What the url does not say, libpq takes from its environment and files. Makes tables and
  /// functions if they are not there. Errors: as above.
  static Result<std::unique_ptr<PostgresStore>> open(const std::string& url,
                                                     const Options& options);
  PostgresStore(const PostgresStore&) = delete;
  PostgresStore& operator=(const PostgresStore&) = delete;
  ~PostgresStore() override;

  /// Authority `store_clock`, in the domain "postgresql", in microseconds.
  const Traits& traits() const override;
  Result<Answered<AcquireAnswer>> acquire(const AcquireRequest& request) override;
  /// More than 256 requests are `misuse` and none is carried out.
  Result<Answered<std::vector<RenewAnswer>>> renew(std::span<const RenewRequest> batch) override;
  Result<Answered<ReleaseAnswer>> release(const ReleaseRequest& request) override;
  Result<Answered<Abandoned>> abandon(const AbandonRequest& request) override;
  Result<Answered<std::optional<RecordView>>> inspect(const std::string& key) override;
  Result<Answered<std::vector<std::string>>> list(const std::string& after,
                                                  std::size_t most) override;
  /// The server, its version and the settings that decide what it promises.
  Result<std::vector<Fact>> facts() override;
  /// A release anywhere wakes all who wait for its key (NOTIFY).
  void set_hint_sink(HintSink* sink) override;
  void watch(const std::string& key) override;
  /// Undoes one `watch`.
  void unwatch(const std::string& key) override;

 private:
  struct Table;
  explicit PostgresStore(std::unique_ptr<Table> table);

  std::unique_ptr<Table> table_;
};

/// From now on `open` and `open_store` know "postgresql://" and "postgres://", with
/// `network_preset`.
LEASEHOLD_API void add_postgres();

}  // namespace leasehold
