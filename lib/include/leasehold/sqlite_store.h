// Keeps leases in an SQLite database file: the default for processes that share one machine.
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

/// Keeps leases in three tables of an SQLite file, `leasehold_meta`, `leasehold_lease` and
/// `leasehold_record`, in a file of their own or in the user's own database. The tables are made at
/// the first use; if one of them is gone, the next acquire makes all of them anew; nothing else in
/// the file is touched but its journal mode, which becomes WAL.
///
/// Promise: the contract of `Store`, each call as one transaction that reads the time inside it
/// (authority `host_clock`). Grants, takeovers and abandons are on the disk before
/// they are answered (synchronous=FULL); renewals and releases need not be, because a machine that
/// lost power has a new boot id and trusts no old expiry. No call takes effect after it returned.
///
/// Errors: `not_applied` when other writers held the file for longer than `busy_wait` or a file
/// can't be read; `unknown` when it is the commit that failed, and this is where a full disk or one
/// that can't be written shows: the log may have got it all the same; `misuse` when trying again is
/// of no use: no database, damaged, read-only, written by a newer Leasehold. After an error the
/// store works again as soon as the file does. A file that was deleted or replaced answers with
/// another incarnation, so that its old leases count as gone.
///
/// Thread-safe. Acquires, renewals and the rest use a connection each and do not wait for each
/// other but at the file's one writer. Beside the file lies `FILE-lease`: an order in which
/// processes write, and wake-ups for those that wait; it may be deleted at any time.
class LEASEHOLD_API SqliteStore final : public Store {
 public:
  /// How the file is used.
  struct Options {
    /// How long a call waits for other writers before it gives up (`not_applied`).
    Length busy_wait = std::chrono::seconds(1);
    /// Accept a file system that other machines may mount too (NFS, SMB, 9p, FUSE, ...). Only right
    /// if this machine alone uses the file and its locks work there.
    bool any_filesystem = false;
    /// The step in which it keeps time, at least the tick of its clock; 1 ns is right for the boot
    /// clock. All who use the file must name the same.
    Length resolution{1};
  };

  /// Opens or creates the file, which may take some seconds if many processes do so at once.
  /// Errors: `misuse` with what is wrong with `path` and what to do.
  static Result<std::unique_ptr<SqliteStore>> open(const std::string& path, const Options& options);
  /// The same on another clock and in another clock domain, for simulation. `offset` is what the
  /// readings of `clock` are ahead of the domain's. Clock and random must outlive the store.
  static Result<std::unique_ptr<SqliteStore>> open(const std::string& path, const Options& options,
                                                   const Clock& clock, Random& random,
                                                   std::string domain,
                                                   Span<LocalClock> offset = {});
  SqliteStore(const SqliteStore&) = delete;
  SqliteStore& operator=(const SqliteStore&) = delete;
  ~SqliteStore() override;

  /// Authority `host_clock`, in the domain of this boot.
  const Traits& traits() const override;
  Result<Answered<AcquireAnswer>> acquire(const AcquireRequest& request) override;
  /// More than 256 requests are `misuse` and none is carried out.
  Result<Answered<std::vector<RenewAnswer>>> renew(std::span<const RenewRequest> batch) override;
  Result<Answered<ReleaseAnswer>> release(const ReleaseRequest& request) override;
  Result<Answered<Abandoned>> abandon(const AbandonRequest& request) override;
  Result<Answered<std::optional<RecordView>>> inspect(const std::string& key) override;
  Result<Answered<std::vector<std::string>>> list(const std::string& after,
                                                  std::size_t most) override;
  /// The file and its directory (where, whose, who may write), the file system, SQLite's version
  /// and the settings that connections really have, the layout of the tables and their incarnation.
  Result<std::vector<Fact>> facts() override;
  /// A release by any process of the machine wakes the one that has waited longest.
  void set_hint_sink(HintSink* sink) override;
  void watch(const std::string& key) override;
  /// Undoes one `watch`.
  void unwatch(const std::string& key) override;

 private:
  struct Table;
  explicit SqliteStore(std::unique_ptr<Table> table);

  std::unique_ptr<Table> table_;
};

}  // namespace leasehold
