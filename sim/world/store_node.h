// The store as a place in the world: one of the library's stores, on the clock of its authority.
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <leasehold/store.h>
#include "lib/src/shell/async_store.h"
#include "sim/algorithms/algorithm.h"
#include "sim/world/kernel.h"
#include "sim/world/replication.h"
#include "sim/world/run.h"
#include "sim/world/virtual_clock.h"

namespace leasehold::sim {

/// How a call goes wrong at the store: it is not applied and the store says so, or it is applied
/// and the store can't tell.
enum class StoreFault : std::uint8_t { none, before_effect, after_effect };

/// A call as it reaches the store.
struct Arrival {
  std::uint32_t process = nobody;
  /// Of this kind of call, per process.
  std::uint32_t ordinal = 0;
  /// What the caller's calendar clock showed when it sent the call.
  Instant<WallClock> wall{};
  StoreFault fault = StoreFault::none;
};

class StoreNode {
 public:
  /// `judge`: the clock that judges under host_clock and store_clock. Both must outlive the node.
  /// An empty `make` makes a memory store; what `algorithm` brings along, if it does, answers
  /// instead of any of the library's.
  StoreNode(Kernel& kernel, const VirtualClock& judge, StoreMaker make, std::string algorithm);

  /// Carries out a call as one atomic step at this moment and records what was applied.
  StoreReply apply(const Arrival& arrival, const StoreCall& call);
  /// Carries out renewals of different locks, as one atomic step. Requires: `takes_batches`, and
  /// arrivals without a fault from one process, and under wall_clock with one reading of its clock.
  std::vector<StoreReply> renew(const std::vector<Arrival>& arrivals,
                                const std::vector<StoreCall>& calls);
  /// Does not carry out a call, and says `error`.
  StoreReply refuse(const Arrival& arrival, const StoreCall& call, Errc error);
  /// What a caller hears whose connection broke.
  StoreReply broken_off(const StoreCall& call) const;

  /// Nothing can be carried out before `until`. Of two that overlap the later end counts.
  void stall(TrueTime until) { stalled_until_ = std::max(stalled_until_, until); }
  bool is_stalled() const { return kernel_.now < stalled_until_; }
  /// Nobody answers before `until`. Of two that overlap the later end counts. `why`: the fault.
  void go_down(TrueTime until, FaultKind why);
  bool is_down() const { return kernel_.now < down_until_; }
  /// Why it went down last.
  FaultKind outage() const { return outage_; }
  /// A replica that knows what was applied up to `as_of` takes the store's place. Whether it lacks
  /// any change.
  bool fail_over(TrueTime as_of);
  /// Whether what was on its way at `moment` was broken off.
  bool went_down_after(TrueTime moment) const { return moment < went_down_; }
  bool takes_batches() const { return own_.empty(); }
  /// The judging clock was changed: the moment at which the lease is over may have moved.
  void clock_changed();
  /// Some record shows a lease that ends by the judging clock.
  bool judges_a_lease() const;

 private:
  /// Reads the judging clock at the present moment; its calendar time is that of the caller.
  class StoreClockDoor final : public Clock {
   public:
    StoreClockDoor(const Kernel& kernel, const VirtualClock& judge)
        : kernel_(kernel), judge_(judge) {}
    LocalTime now() const override;
    Span<LocalClock> tick() const override;
    Instant<WallClock> wall_now() const override { return wall_; }
    void called_at(Instant<WallClock> wall) { wall_ = wall; }
    /// What it shows, until it is told otherwise: a call is carried out again.
    void show(std::optional<LocalTime> past) { replayed_ = past; }

   private:
    const Kernel& kernel_;
    const VirtualClock& judge_;
    Instant<WallClock> wall_{};
    std::optional<LocalTime> replayed_;
  };
  class StoreRandom final : public Random {
   public:
    explicit StoreRandom(const Kernel& kernel) : kernel_(kernel) {}
    std::uint64_t below(std::uint64_t) override { return 0; }
    /// From here on it draws what it drew at first.
    void begin_anew() { drawn_ = 0; }

   protected:
    Bits id_bits() override;

   private:
    const Kernel& kernel_;
    std::uint64_t drawn_ = 0;
  };

  // By key: the tenure that the record shows, when its lease ends by the store's own clock, and
  // under store_clock the earliest moment at which that could be.
  struct Shown {
    Term term = 0;
    std::optional<Instant<StoreClock>> expires_at;
    TrueTime earliest = TrueTime::never();
    /// When its lease began or was renewed last.
    TrueTime began{};
    /// Whose it is; null: the key is free.
    OwnerId owner;
    std::uint32_t process = nobody;

    friend bool operator==(const Shown&, const Shown&) = default;
  };
  using Log = Replication<Shown>;

  std::unique_ptr<Store> made();
  std::vector<OwnStore> own_made() const;
  StoreReply perform_on(std::uint32_t key, const StoreCall& call, const CallClocks& clocks);
  void keep(const Arrival& arrival, const StoreCall& call, bool changed);
  void record_failover(const std::vector<Shown>& before, const std::vector<std::size_t>& forgotten);
  /// Whether it changed the record, or may have.
  bool record_applied(const Arrival& arrival, const StoreCall& call, const core::Answer& answer);
  bool watch_owner(const Arrival& arrival, const StoreCall& call, const core::Answer& answer);
  void record_takeable(std::uint32_t key);
  TrueTime earliest_over(Instant<StoreClock> expires_at) const;

  Kernel& kernel_;
  const VirtualClock& judge_;
  StoreClockDoor clock_;
  StoreRandom random_;
  const StoreMaker make_;
  const std::string algorithm_;
  // By key, if the algorithm has its own.
  std::vector<OwnStore> own_;
  std::unique_ptr<Store> store_;
  std::vector<Shown> shown_;
  // Kept where a replica will be made from it.
  const bool replicates_;
  Log log_;
  TrueTime stalled_until_{};
  TrueTime down_until_{};
  // The last time.
  TrueTime went_down_{};
  FaultKind outage_ = FaultKind::store_restart;
};

}  // namespace leasehold::sim
