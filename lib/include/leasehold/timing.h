// The lengths a lease is made of, what they assume about clocks, and the arithmetic between them.
//
// Symbols used in formulas here and elsewhere: L lease, R renew_every, Q request_timeout, b
// retry_pause, P longest_wait, S stop_budget, k tolerated_failures, d lock_delay; rho drift, q
// resolution, q_l tick, eps skew, J jump_forward, J- jump_backward; U the usable window of a lease.
#pragma once

#include <string>

#include <leasehold/export.h>
#include <leasehold/result.h>
#include <leasehold/time.h>

namespace leasehold {

/// Who decides that a lease is over.
enum class Authority {
  /// One kernel's boot clock, shared by all processes of the host.
  host_clock,
  /// The store, by its own clock, at the moment it applies a request.
  store_clock,
  /// Every client's calendar clock.
  wall_clock,
  /// The contender: it watches the record stay unchanged on its own clock.
  observation,
};
/// "host_clock", "store_clock", "wall_clock" or "observation".
LEASEHOLD_API const char* to_string(Authority authority);

/// The times that a user sets. All are lengths, at least 0; see `checked` for how they must fit.
struct Timing {
  /// L: how long a grant or a renewal is good for.
  Length lease{};
  /// R: from the send of the last confirmed attempt to the next renewal, give or take 10 %.
  Length renew_every{};
  /// Q: how long an answer is waited for before an attempt counts as unknown.
  Length request_timeout{};
  /// b: the pause after a failed request, and the shortest before a next try to acquire.
  Length retry_pause{};
  /// P: the longest time from one try to acquire to the next, both counted from their sending.
  /// Where the store takes longer than that to answer, it is Q + b.
  Length longest_wait{};
  /// S: the time a holder gets to stop between being told and the deadline.
  Length stop_budget{};
  /// A grant with less than this left is given back at once.
  Length min_useful{};
  /// k: how many renewals in a row may fail without the lease being lost.
  int tolerated_failures = 0;
  /// A tenure older than this is joined no more, so that guards which overlap can't hold the lock
  /// for ever: who wants it waits for the next tenure. 0: no such end.
  Length max_tenure{};
  /// d: how long a lease that ran out is left alone before the key passes on, at least (true time,
  /// from the moment its holder believed last), so that late work of a holder who lost it comes to
  /// rest where nothing asks for its fence. It is the one who takes over that waits, so give all
  /// clients of a key the same. A lease that its holder gives up in time (a release, the last guard
  /// gone) passes on at once; one that he loses is no longer handed back by him, but runs out. 0:
  /// none.
  Length lock_delay{};
  /// A tenure lasts at least this long (true time, from its grant), although its last guard goes
  /// or `Guard::release` is called earlier: until then the lease is kept and renewed, so that a
  /// short job that several machines start at about the same time is done once. Who asks for a
  /// guard in this process meanwhile joins it, unless it was released. When the client is closed
  /// or its process ends, nobody renews any more: the key is then kept until the lease that was
  /// confirmed last runs out, or for this long, whichever ends first. A grant that comes too late
  /// for anybody is given back at once. 0: none.
  Length min_hold{};

  friend bool operator==(const Timing&, const Timing&) = default;
};

/// What is assumed about clocks. While it holds, no two holders overlap.
struct ClockBounds {
  /// rho: every clock rate lies in [1 - rho, 1 + rho].
  DriftBound drift;
  /// q: the step in which the store keeps time.
  Length resolution{};
  /// q_l: the step of this process's clock.
  Length tick{1};
  /// eps (wall_clock): every wall clock is within eps / 2 of true time, steps included.
  Length skew{};
  /// J (store_clock): forward jumps of the store's clock within any lease, in sum.
  Length jump_forward{};
  /// J- (store_clock): its backward jumps; they delay a takeover and endanger nothing.
  Length jump_backward{};

  friend bool operator==(const ClockBounds&, const ClockBounds&) = default;
};

/// A timing together with what it assumes and who judges.
struct Config {
  /// Who judges that a lease is over.
  Authority authority = Authority::host_clock;
  /// The lengths.
  Timing timing;
  /// What they assume of clocks.
  ClockBounds bounds;

  friend bool operator==(const Config&, const Config&) = default;
};

/// U, from the send of a request to the deadline that its confirmation gives:
///   host_clock   L - 2q
///   store_clock  (L - J - q)(1 - rho)/(1 + rho) - q_l
///   wall_clock   (L - eps - q)(1 - rho) - q_l
///   observation  L - q_l
/// Rounded down; negative when the lease is shorter than what is taken off it.
LEASEHOLD_API Span<LocalClock> usable_window(const Config& config);

/// How long a contender must see one record version unchanged before it may take over:
/// record_lease (1 + rho)/(1 - rho) + q_l, rounded up. `record_lease` is what the record says,
/// never one's own lease.
LEASEHOLD_API Span<LocalClock> observation_wait(Length record_lease, const ClockBounds& bounds);

/// What the clock that judges leases counts at most while d of true time passes, and so what a
/// contender lets it count beyond an expiry before it takes over. Zero without a lock delay, else
///   d (1 + rho) + J ceil(d / L)
/// rounded up to a multiple of q; J under store_clock only. A contender by observation lets its own
/// clock count as much beyond `observation_wait`. Saturates.
LEASEHOLD_API Length counted_delay(const Config& config);

/// How long a tenure is kept at least, as its process's clock counts: min_hold (1 + rho) + q_l - 1
/// ns, rounded up; zero without a minimum hold.
LEASEHOLD_API Span<LocalClock> counted_hold(const Config& config);

/// The longest lease, and the longest of all other lengths: what keeps the arithmetic in 64 bits.
inline constexpr Length longest_length = std::chrono::hours(24 * 7);

/// How many renewals in a row may fail (time out after Q and pause b) before a live holder loses:
/// the largest k, at most 5,000, with 1.1 R + k (Q + b) + Q + (1 + 2k)(q_l - 1 ns) <= U - S, since
/// each wait may end up to a tick late; -1 when not even k = 0 fits.
LEASEHOLD_API int affordable_failures(const Config& config);

/// While the store answers within Q, some contender that keeps trying holds the lock at most this
/// long (true time) after the last applied request of a holder that went silent. With the gap
/// between two tries G = max(P, Q + b) and c the `counted_delay`:
///   host_clock   (L + c + q + G)/(1 - rho) + Q
///   store_clock  (L + c + q + J- + G)/(1 - rho) + Q
///   wall_clock   L + c + eps + q + G/(1 - rho) + Q
///   observation  (L (1 + rho)/(1 - rho) + c + q_l + 2G)/(1 - rho) + 2Q
LEASEHOLD_API Length takeover_bound(const Config& config);

/// The configuration itself if it can keep its promises, else a `misuse` error that prints each
/// term and says which value to change. Requires of a good one:
///   1.1 R + k (Q + b) + Q + (1 + 2k)(q_l - 1 ns) <= U - S,
///   Q <= R,   S + b <= min_useful <= U - Q,   b <= P,
/// every length within [0, 7 days], the `counted_delay` too, L > 0, Q > 0, b > 0, and rho at most
/// 500,000 ppm.
LEASEHOLD_API Result<Config> checked(const Config& config);

/// One machine, judged by its boot clock: L 5 s, two failed renewals tolerated.
LEASEHOLD_API Config host_preset();
/// Over a network, judged by the store's clock: L 15 s, rho 1 %, J 500 ms, three failures.
LEASEHOLD_API Config network_preset();
/// Over a network, with a child process to be stopped in time: L 30 s, S 6 s.
LEASEHOLD_API Config command_preset();

/// A length in the largest unit that holds it exactly: "5s", "4300ms", "20us", "1ns", "0ms".
LEASEHOLD_API std::string to_string(Length length);

}  // namespace leasehold
