// What the guards of one tenure look at: written by the machine, read by any thread without a lock.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <utility>
#include <vector>

#include <leasehold/clock.h>
#include <leasehold/fence.h>
#include <leasehold/loss.h>
#include "lib/src/client/guard_list.h"
#include "lib/src/client/loss_listener.h"
#include "lib/src/core/state.h"
#include "lib/src/runtime/fork_epoch.h"

namespace leasehold::detail {

/// What may be written by the client only, with its mutex held.
struct TenureNotes {
  /// `run_while_held` calls that are at work.
  int users = 0;
  /// Those that were not dropped yet, whether the tenure is over or not.
  GuardList guards{};
  /// The acquire that began the tenure, and when it did.
  std::optional<CallSite> first{};
  Instant<LocalClock> began{};
  /// Who is told of jeopardy or loss, whichever comes first.
  std::vector<std::shared_ptr<LossListener>> listeners{};
  /// What they were told.
  std::optional<LossReason> told{};
  /// How the release ended.
  std::optional<core::EndOutcome> ended{};
};

class TenureView {
 public:
  /// `clock` and `epoch` must outlive the view. `judges_sleep`: a sleep of the machine since the
  /// last confirmed renewal makes the tenure doubtful (every authority but host_clock).
  TenureView(const Clock& clock, const ForkEpoch& epoch, const core::Tenure& tenure, Fence token,
             const core::Run& own_run, bool judges_sleep)
      : id(tenure.id()),
        fence(std::move(token)),
        run(own_run),
        clock_(clock),
        epoch_(epoch),
        judges_sleep_(judges_sleep) {}

  /// For a new guard.
  void progress(LocalTime now) { note_progress(awake(now)); }
  /// A renewal was confirmed: believe until `deadline`, counted from a request sent at `anchor`.
  void extend(Instant<LocalClock> deadline, LocalTime anchor) {
    asleep_at_anchor_.store(anchor.asleep.ns(), std::memory_order_relaxed);
    deadline_.store(deadline.ns(), std::memory_order_release);
  }
  /// The tenure is over, for ever. The first reason stays.
  void end(LossReason reason) {
    int none = not_lost;
    lost_.compare_exchange_strong(none, static_cast<int>(reason), std::memory_order_acq_rel);
  }

  /// Whoever works under the tenure gets on. Thread-safe.
  void progress() { note_progress(awake(clock_.now())); }
  /// The latest word counts, in whatever order threads bring theirs.
  void note_progress(std::int64_t awake_ns) {
    std::int64_t last = progress_.load(std::memory_order_relaxed);
    while (last < awake_ns &&
           !progress_.compare_exchange_weak(last, awake_ns, std::memory_order_relaxed)) {
    }
  }
  /// How long nobody has said so, by `now`; what the machine slept is not counted.
  Span<LocalClock> silence(LocalTime now) const {
    return Span<LocalClock>::ns(awake(now) - progress_.load(std::memory_order_relaxed));
  }

  bool is_held() const { return remaining() > Length::zero(); }
  Length remaining() const;
  std::optional<LossReason> lost() const;

  /// Asked to stop when the tenure is told to be over.
  std::stop_token stop_token();
  /// True if nobody has a token: then whoever asks for one from now on gets one that is stopped.
  /// Else somebody may be called back by `request_stop`.
  bool stop_quietly();
  /// Requires: `stop_quietly` said no.
  void request_stop() { stop_->request_stop(); }

  const core::TenureId id;
  const Fence fence;
  /// The unbroken row of this process's tenures that it belongs to.
  const core::Run run;
  TenureNotes notes;

 private:
  static constexpr int not_lost = -1;

  enum class Tokens { none, given, stopped };

  /// The time that the machine has been awake.
  static std::int64_t awake(LocalTime now) { return now.at.ns() - now.asleep.ns(); }

  const Clock& clock_;
  const ForkEpoch& epoch_;
  const bool judges_sleep_;
  std::atomic<std::int64_t> deadline_{0};
  std::atomic<std::int64_t> asleep_at_anchor_{0};
  std::atomic<std::int64_t> progress_{0};
  std::atomic<int> lost_{not_lost};
  // Made for the first who asks: most tenures end without.
  std::once_flag stop_made_;
  std::optional<std::stop_source> stop_;
  std::atomic<Tokens> tokens_{Tokens::none};
};

}  // namespace leasehold::detail
