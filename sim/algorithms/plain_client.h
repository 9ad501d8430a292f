// What plain lease clients have in common: one request at a time, tries and renewals at a fixed
// pace, guards that are counted. The protocol is what a baseline adds.
#pragma once

#include <optional>
#include <string>

#include "sim/algorithms/algorithm.h"
#include "sim/algorithms/waiting_calls.h"

namespace leasehold::sim {

/// Tries to acquire every retry pause while somebody waits, renews every renew interval counted
/// from the send, waits the request timeout for an answer, and releases once when the last guard
/// goes. An error of a renewal is logged: the next one is sent in its time. An answer "not owner"
/// ends the tenure.
///
/// It breaks I16 by design: a release is sent once, and nobody waits for what becomes of it.
class PlainClient : public Algorithm, public Sleeper, public ReplySink {
 public:
  PlainClient(const Shell::Doors& doors, const Config& config, std::string key,
              std::string process);
  PlainClient(const PlainClient&) = delete;
  PlainClient& operator=(const PlainClient&) = delete;
  ~PlainClient() override;

  void acquire(CallId call, std::optional<Length> within) override;
  void cancel(CallId call) override;
  void drop(const core::TenureId& tenure) override;
  void release(const core::TenureId& tenure) override;
  bool is_held(const core::TenureId& tenure) const override;
  std::optional<Holding> holding() const override;
  std::unique_ptr<Algorithm> clone(const Shell::Doors& doors) const override;

  void wake() override;
  void on_reply(const core::Request& request, const StoreReply& reply) override;

 protected:
  /// A copy whose alarm is not set yet.
  PlainClient(const Shell::Doors& doors, const PlainClient& original);
  virtual std::unique_ptr<PlainClient> copy_for(const Shell::Doors& doors) const = 0;

  /// All its instants are monotonic: local time without the time slept.
  using Moment = Instant<LocalClock>;
  Moment now() const;
  const Config& config() const { return config_; }

  /// Whether guards end with the lease that was last confirmed, counted from the send. Else that
  /// moment is known to the oracles alone.
  virtual bool minds_its_deadline() const = 0;
  /// The version of the record on which the next request depends, if on any.
  virtual std::optional<Version> depends_on(core::Request::Kind kind) const = 0;
  /// An answer that was waited for, before anything follows from it.
  virtual void hear(const core::Request& request, const core::Answer& answer) = 0;

 private:
  struct Tenure {
    core::TenureId id;
    Seq seq = 0;
    Moment deadline;
    std::uint32_t guards = 0;
  };
  struct InFlight {
    std::uint64_t ordinal = 0;
    core::Request::Kind kind{};
    Moment gives_up;
  };

  void act();
  void send(core::Request::Kind kind);
  void on_acquire_answer(const core::Request& request, const core::Answer& answer);
  void on_renew_answer(const core::Request& request, const core::Answer& answer);
  void grant_waiting();
  void lose(core::Loss reason);
  void give_back();
  void set_alarm();
  Moment end_of_lease(const core::Request& request) const;

  Shell::Doors doors_;
  const Config config_;
  const std::string key_;
  const std::string process_;

  WaitingCalls waiting_;
  std::optional<Tenure> tenure_;
  std::optional<InFlight> in_flight_;
  // When the next request may be sent.
  Moment next_;
  std::uint64_t requests_ = 0;
};

}  // namespace leasehold::sim
