// Baseline: a lease whose deadline is counted from the answer, on the clock that stops in suspend.
//
// Modelled on the published behaviour of the Kubernetes leader election (client-go,
// tools/leaderelection: the renew deadline starts when the previous renewal has been answered) and
// of etcd's client session (clientv3: the keep-alive deadline is the arrival of the answer plus the
// TTL, on Go's monotonic clock). It speaks to the same store as Leasehold, with owner ids and
// terms, so that the way it counts is all that differs. Two options add what clients like it do
// with a renewal that failed: `error_is_loss` (Consul's Go client, api/lock.go: MonitorRetries is
// 0, so the first error of the monitor closes the channel that says "lost") and `error_renews`
// (Amazon's DynamoDB lock client: holdLockOnServiceUnavailable moves the local lookup time on when
// the heartbeat finds the service unavailable). Nobody should use it.
#pragma once

#include <optional>
#include <string>

#include "sim/algorithms/algorithm.h"
#include "sim/algorithms/waiting_calls.h"
#include "sim/scenario/scenario.h"

namespace leasehold::sim {

class AnswerAnchored final : public Algorithm, public Sleeper, public ReplySink {
 public:
  AnswerAnchored(const Shell::Doors& doors, const Config& config,
                 const AnswerAnchoredOptions& options, std::string key, std::string process);
  /// As Algorithm::clone.
  AnswerAnchored(const Shell::Doors& doors, const AnswerAnchored& original);
  AnswerAnchored(const AnswerAnchored&) = delete;
  AnswerAnchored& operator=(const AnswerAnchored&) = delete;
  ~AnswerAnchored() override;

  void acquire(CallId call, std::optional<Length> within) override;
  void cancel(CallId call) override;
  void drop(const core::TenureId& tenure) override;
  void release(const core::TenureId& tenure) override;
  bool is_held(const core::TenureId& tenure) const override;
  std::optional<Holding> holding() const override;
  std::unique_ptr<Algorithm> clone(const Shell::Doors& doors) const override;

  void wake() override;
  void on_reply(const core::Request& request, const StoreReply& reply) override;

 private:
  // All its instants are monotonic: local time without the time slept.
  using Moment = Instant<LocalClock>;

  struct Tenure {
    core::TenureId id;
    Seq seq = 0;
    Moment deadline;
    std::uint32_t guards = 0;
  };
  struct InFlight {
    std::uint64_t ordinal = 0;
    Moment gives_up;
  };
  struct Sighting {
    Version version = 0;
    Moment since;
    Length lease{};
  };

  Moment now() const;
  void act();
  void send(core::Request request);
  void send_acquire();
  void send_renewal();
  void on_acquire_answer(const core::Request& request, const core::Answer& answer);
  void on_renew_answer(const core::Answer& answer);
  void on_renew_failed();
  void believe_from_now();
  void grant_waiting();
  void lose(core::Loss reason);
  void give_back(const core::TenureId& tenure);
  void set_alarm();
  bool deadline_counts() const;

  Shell::Doors doors_;
  const Config config_;
  const AnswerAnchoredOptions options_;
  const std::string key_;
  const std::string process_;

  WaitingCalls waiting_;
  std::optional<Tenure> tenure_;
  std::optional<InFlight> in_flight_;
  std::optional<Sighting> sighting_;
  OwnerId owner_{};
  Term known_term_ = 0;
  Moment next_;
  std::uint64_t requests_ = 0;
};

}  // namespace leasehold::sim
