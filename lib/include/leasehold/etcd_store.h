// Keeps leases in an etcd cluster, for processes on several machines.
#pragma once

#include <chrono>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <leasehold/export.h>
#include <leasehold/store.h>
#include <leasehold/timing.h>

namespace leasehold {

/// Keeps leases as keys of an etcd cluster (3.4 or later, by its JSON gateway), one for each lock,
/// under a prefix. If the store is wiped, the next acquire begins anew under another incarnation,
/// and what was held is lost.
///
/// Promise: the contract of `Store`, each call as one transaction that compares what it was
/// computed from. No clock judges leases (authority `observation`): a contender waits until it has
/// seen the record unchanged for a whole lease by its own clock, and takes over only what is still
/// that. So `drift` is all that has to be configured. What is answered is on the disks of a
/// majority.
///
/// Errors: `not_applied` when no member can be reached, or the cluster says that it is out of
/// space; `unknown` when a request was sent and not answered within `patience`, or the cluster had
/// no leader; `misuse` when trying again is of no use: user, password, rights, another server.
///
/// Thread-safe. Acquires, renewals and the rest use a connection each and do not wait for each
/// other; a fourth listens for wake-ups while somebody waits.
class LEASEHOLD_API EtcdStore final : public Store {
 public:
  /// How the cluster is used.
  struct Options {
    /// How long a call may take, connecting included. Where the url names several members, one of
    /// them gets half of what is left, and then the next is asked.
    Length patience = std::chrono::seconds(2);
  };

  /// Connects to what `url` names:
  ///
  ///   etcd://[USER:PASSWORD@]HOST[:PORT][,HOST[:PORT]...][/PREFIX][?PARAMETER=VALUE&...]
  ///
  /// with the parameters tls=on, cacert=FILE, and cert=FILE with key=FILE (PEM; each of these files
  /// means tls=on). The port is 2379 and the prefix "leasehold/" unless they are named. Errors: as
  /// above.
  static Result<std::unique_ptr<EtcdStore>> open(const std::string& url, const Options& options);
  EtcdStore(const EtcdStore&) = delete;
  EtcdStore& operator=(const EtcdStore&) = delete;
  ~EtcdStore() override;

  /// Authority `observation`, in the domain "etcd".
  const Traits& traits() const override;
  Result<Answered<AcquireAnswer>> acquire(const AcquireRequest& request) override;
  /// More than 256 requests are `misuse` and none is carried out. Up to 127 keys are one step.
  Result<Answered<std::vector<RenewAnswer>>> renew(std::span<const RenewRequest> batch) override;
  Result<Answered<ReleaseAnswer>> release(const ReleaseRequest& request) override;
  Result<Answered<Abandoned>> abandon(const AbandonRequest& request) override;
  Result<Answered<std::optional<RecordView>>> inspect(const std::string& key) override;
  Result<Answered<std::vector<std::string>>> list(const std::string& after,
                                                  std::size_t most) override;
  /// Members, leader, alarms, space.
  Result<std::vector<Fact>> facts() override;
  /// A release anywhere wakes all who wait for its key (a watch).
  void set_hint_sink(HintSink* sink) override;
  void watch(const std::string& key) override;
  /// Undoes one `watch`.
  void unwatch(const std::string& key) override;

 private:
  struct Table;
  explicit EtcdStore(std::unique_ptr<Table> table);

  std::unique_ptr<Table> table_;
};

/// `network_preset` for a store in which no clock judges.
LEASEHOLD_API Config etcd_preset();

/// From now on `open` and `open_store` know "etcd://", with `etcd_preset`.
LEASEHOLD_API void add_etcd();

}  // namespace leasehold
