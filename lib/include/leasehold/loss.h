// Why a guard is no longer held, and what came of a release.
#pragma once

#include <leasehold/export.h>
#include <leasehold/time.h>

namespace leasehold {

/// Why a guard is no longer held.
enum class LossReason {
  /// No renewal was confirmed in time.
  deadline,
  /// The store said that the lease is over.
  superseded,
  /// The machine slept, and the lease ran out before a renewal was confirmed.
  suspended,
  /// This process is a child that was forked from the holder.
  forked,
  /// A copy of this process renewed the lease too.
  cloned,
  /// The store's table is gone, or is another one.
  store_gone,
  /// The store has lost things that it acknowledged, this lease among them: it was restored from a
  /// backup, or a replica took its place that lacked them. Another may have had this very term.
  forgotten,
  /// This process released it.
  released,
  /// The client was closed.
  closed,
  /// Nobody said `Guard::progress` for `Client::Options::max_silence`: whoever works under the lock
  /// seems stuck, and it was given up.
  silent,
  /// Not lost yet, but to be given up: no renewal was confirmed until the stop budget before the
  /// deadline. See `Guard::on_lost`.
  jeopardy,
};
/// The reason's name, as written above.
LEASEHOLD_API const char* to_string(LossReason reason);

/// What came of `Guard::release`.
struct ReleaseOutcome {
  /// What the store has said.
  enum class What {
    /// The store has freed the key.
    released,
    /// The tenure was over before: lost, closed, or another's.
    already_lost,
    /// The store has not answered yet; it is asked again in the background. Or the lease was lost
    /// meanwhile and runs out.
    unknown,
    /// The guards are dead, and the key is kept for what is left of `Timing::min_hold`; then it is
    /// released in the background.
    kept,
  };
  /// Which of them.
  What what = What::released;
  /// unknown: the key is free for others after so much time, whatever becomes of the release. kept:
  /// what is left of the minimum hold.
  Length free_within{};
};
/// "released", "already_lost", "unknown" or "kept".
LEASEHOLD_API const char* to_string(ReleaseOutcome::What what);

}  // namespace leasehold
