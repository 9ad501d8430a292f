// One world as a value: who runs, on which clocks, what goes wrong, and what is expected of it.
//
// A scenario file is this value in JSON; `run` in sim/world/run.h makes a history of it. Lengths
// are true time unless a field says otherwise.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <leasehold/timing.h>
#include "sim/engine/choices.h"

namespace leasehold::sim {

/// A clock that shows offset + true time x (1 + rate_ppm / 10^6). JSON: {"offset", "rate_ppm"}.
struct ClockSpec {
  Length offset{};
  std::int64_t rate_ppm = 0;

  friend bool operator==(const ClockSpec&, const ClockSpec&) = default;
};

/// One line of a process's program.
struct Step {
  enum class Do : std::uint8_t {
    /// Ask for a guard and wait `within` (absent: without end). `hold`: drop it that long after
    /// the grant (absent: keep it).
    acquire,
    /// One try; `hold` as above. JSON: "try".
    attempt,
    /// Drop the guard that was granted last, if there is one.
    drop,
    /// End the tenure for all guards.
    release,
    /// Leave every acquire call that still waits.
    cancel,
    /// `times` times: acquire (`within`), hold for `hold` (always set), drop, think for `think`.
    cycle,
    /// If the guard that was granted last says that it is held: write to what the lock protects,
    /// `after` that long.
    write,
  };
  Length at{};
  Do what = Do::acquire;
  std::optional<Length> within{};
  std::optional<Length> hold{};
  Length think{};
  std::uint32_t times = 1;
  /// acquire, try and cycle: while the guard is kept and says that it is held, write that often.
  std::optional<Length> write_every{};
  /// acquire, try and cycle: keep a cache of what the lock protects. It is loaded when the guard is
  /// dropped, if the guard said at first that it has changed.
  bool cache = false;
  Length after{};

  friend bool operator==(const Step&, const Step&) = default;
};

/// One lock of one process, with what the process does about it. Most processes have one lock and
/// are one of these; one that has several is one of these for each.
struct ProcessSpec {
  /// Letters, digits, '_' and '-'; unique in the scenario.
  std::string name;
  /// What the lock is called; each key is a lock of its own.
  std::string key = "lock";
  /// What it calls itself towards others, if not by its name; several may do so alike. Leasehold
  /// shows it and goes by owner ids; to a baseline it may be the identity.
  std::string known_as{};
  /// Another lock of that process, which comes earlier and is no part itself: it shares its clocks
  /// and its fate. Index in Scenario::processes.
  std::optional<std::uint32_t> part_of{};
  /// The process's own clock. Under host_clock every process reads `Scenario::host` instead and
  /// this stays at its default.
  ClockSpec clock{};
  /// Its calendar clock; under wall_clock it judges leases by it.
  ClockSpec wall{};
  std::vector<Step> program{};
  /// Set for one that a fault makes: until then it is not there, and then it is a copy of this one,
  /// which comes earlier, and goes on with that one's program on clocks that show the same.
  std::optional<std::uint32_t> clone_of{};

  friend bool operator==(const ProcessSpec&, const ProcessSpec&) = default;
};

/// Something that happens to a process at a moment. (Faults that meet one call are `choices`.)
struct TimedFault {
  enum class Kind : std::uint8_t {
    /// The process does not run for `lasts`. `stopped`: its clocks run on (SIGSTOP, a long
    /// collection). `suspended`: the boot clock runs, the monotonic one stops (a laptop's lid).
    /// `frozen`: no clock moves (a virtual machine). JSON: "kind": "pause", "how": "stopped" |
    /// "suspended" | "frozen", "for".
    stopped,
    suspended,
    frozen,
    /// The process dies; `lasts` > 0: it starts again after that long. JSON: "crash",
    /// "restart_after".
    crash,
    /// Its timers fire late: those that are due within `lasts` fire at the end. JSON: "starve",
    /// "for".
    starve,
    /// Its clock (host_clock: the host's) jumps by `value` ns. JSON: "clock_step", "by".
    clock_step,
    /// Its clock (host_clock: the host's) runs at 1 + value / 10^6 from now on. JSON: "clock_rate",
    /// "rate_ppm".
    clock_rate,
    /// Its calendar clock jumps by `value` ns. JSON: "wall_step", "by".
    wall_step,
    /// For `lasts` nothing comes through between it and the store: neither what is sent meanwhile
    /// nor what would arrive meanwhile. `requests_cut`, `answers_cut`: in that direction only.
    /// JSON: "partition", "direction": "both" | "requests" | "answers", "for".
    cut,
    requests_cut,
    answers_cut,
    /// For `lasts` another transaction has the store's writer: every call waits, and at the end all
    /// are carried out in the order in which they came. JSON: "writer_stall", "for".
    writer_stall,
    /// The store goes down and is back after `lasts`, with all that it acknowledged. Who asked
    /// before and was not answered yet hears `unknown`; who asks meanwhile is refused. JSON:
    /// "store_restart", "for".
    store_restart,
    /// store_clock: the store's clock jumps by `value` ns; runs at 1 + value / 10^6 from now on.
    /// JSON: "store_clock_step", "by"; "store_clock_rate", "rate_ppm".
    store_clock_step,
    store_clock_rate,
    /// A replica takes the store's place and is back after `lasts`, under the same incarnation: it
    /// knows what was applied up to `loses` before this moment and nothing of what came since,
    /// whatever was acknowledged. Connections break as in a restart. store_clock: its clock differs
    /// from the old one's by `value` ns. Under host_clock, where a file has no replica, it is a
    /// backup that was copied into the file's place. JSON: "failover", "loses", "for",
    /// "clock_difference".
    failover,
    /// `process`, which is there for it (see `add_clone`), becomes a copy of the one that it is a
    /// clone of, with all that that one believes, holds and waits for; what is on its way to that
    /// one does not come to it. Nothing, if that one is dead or the copy is there already. JSON:
    /// "clone", "process": the original, "as": the copy's name.
    clone,
  };
  Length at{};
  Kind kind = Kind::stopped;
  std::uint32_t process = 0;
  Length lasts{};
  std::int64_t value = 0;
  Length loses{};

  friend bool operator==(const TimedFault&, const TimedFault&) = default;
};

/// Whether such a fault meets the store; its `process` is then 0 and says nothing.
bool meets_store(TimedFault::Kind kind);

/// Faults drawn from the seed, each with a probability in parts per million per opportunity.
/// A run reports what was drawn as `Choices`, so that the same world can be had without noise.
struct Noise {
  std::int64_t request_loss_ppm = 0;
  std::int64_t answer_loss_ppm = 0;
  std::int64_t duplicate_ppm = 0;
  /// The store fails a request that it does not apply; applies one and says that it can't tell.
  std::int64_t error_before_ppm = 0;
  std::int64_t error_after_ppm = 0;
  /// A delay that is drawn lies in (0, delay_most]; so does the lag of a duplicate.
  std::int64_t request_delay_ppm = 0;
  std::int64_t answer_delay_ppm = 0;
  Length delay_most{};
  std::int64_t late_wake_ppm = 0;
  Length late_most{};
  /// Random numbers are drawn (else every draw is 0), and events of one instant are shuffled.
  bool draws = false;
  bool ties = false;

  friend bool operator==(const Noise&, const Noise&) = default;
};

/// The baseline that counts from the answer; see sim/algorithms/answer_anchored.h.
struct AnswerAnchoredOptions {
  /// From an answer to the next renewal; absent: the timing's.
  std::optional<Length> renew_every{};
  /// From an answer to the deadline; absent: the lease.
  std::optional<Length> believes_for{};
  /// How long an answer is waited for; absent: the timing's.
  std::optional<Length> request_timeout{};
  /// An answer is waited for without end, and the deadline is looked at only when no request is
  /// out.
  bool waits_for_request = false;
  /// A renewal that meets an error, or no answer in time: the tenure is given up at once; the
  /// deadline is moved as if it had been renewed. Not both.
  bool error_is_loss = false;
  bool error_renews = false;

  friend bool operator==(const AnswerAnchoredOptions&, const AnswerAnchoredOptions&) = default;
};

/// The invariants that the simulator can judge so far.
enum class Invariant : std::uint8_t {
  I1 = 1,
  I2 = 2,
  I3 = 3,
  I4 = 4,
  I5 = 5,
  I6 = 6,
  I7 = 7,
  I8 = 8,
  I9 = 9,
  I10 = 10,
  I11 = 11,
  I12 = 12,
  I13 = 13,
  I14 = 14,
  I15 = 15,
  I16 = 16,
  I17 = 17,
  I18 = 18,
  I19 = 19,
};
inline constexpr Invariant all_invariants[] = {
    Invariant::I1,  Invariant::I2,  Invariant::I3,  Invariant::I4,  Invariant::I5,
    Invariant::I6,  Invariant::I7,  Invariant::I8,  Invariant::I9,  Invariant::I10,
    Invariant::I11, Invariant::I12, Invariant::I13, Invariant::I14, Invariant::I15,
    Invariant::I16, Invariant::I17, Invariant::I18, Invariant::I19};
/// "I1" ... and "no overlap" ...
std::string to_string(Invariant invariant);
const char* meaning(Invariant invariant);

struct Expectation {
  std::vector<Invariant> holds{};
  std::vector<Invariant> violates{};

  friend bool operator==(const Expectation&, const Expectation&) = default;
};

struct Scenario {
  std::string name;
  std::string about;
  std::string source;
  std::uint64_t seed = 0;
  /// Authority, timing and clock bounds; must pass `checked`.
  Config config{};
  /// The clock of the host that all processes share under host_clock.
  ClockSpec host{};
  /// The store's own clock, which judges under store_clock.
  ClockSpec store{};
  /// The least way of a request to the store and of an answer back.
  Length request_way{};
  Length answer_way{};
  std::vector<ProcessSpec> processes{};
  std::vector<TimedFault> faults{};
  Choices choices{};
  Noise noise{};
  AnswerAnchoredOptions answer_anchored{};
  Length run_for{};
  /// The heal: from this moment on, and before anything else happens at it, no fault is left. What
  /// went wrong before and would last longer ends here: delays, pauses, partitions, what the store
  /// stood still for; who was to start again does. What is lost stays lost, clocks stay as they
  /// are. Every fault of `faults` comes earlier; choices that would be made later are benign, but
  /// for draws and ties.
  std::optional<Length> heal_at{};
  /// By algorithm.
  std::map<std::string, Expectation> expect{};

  friend bool operator==(const Scenario&, const Scenario&) = default;
};

/// The names of its processes, in order.
std::vector<std::string> names_of(const Scenario& scenario);

/// The process whose clocks and fate `process` shares: itself, unless it is a part.
std::uint32_t body_of(const Scenario& scenario, std::uint32_t process);

/// Whose program `process` runs: its own, unless it is a clone.
std::uint32_t program_of(const Scenario& scenario, std::uint32_t process);

/// Adds what a clone of `body` needs to be there, under `name`, at the end of the processes: an
/// entry for it, and one for each of its parts, called NAME-PART. The index of the first. A fault
/// of kind `clone` of that index makes it run.
std::uint32_t add_clone(Scenario& scenario, std::uint32_t body, const std::string& name);

/// Heals the world at `at`, and takes away the faults that would come then or later. Requires: none
/// of these is a clone.
void heal_from(Scenario& scenario, Length at);

/// The keys of a scenario, in the order in which they are named first.
struct Keys {
  explicit Keys(const Scenario& scenario);

  std::vector<std::string> names;
  /// By process: index in `names`.
  std::vector<std::uint32_t> of;
};

/// How long a lease lasts at most in true time, on a clock of the slowest rate within the bounds.
Length longest_lease(const Config& config);

/// Whether everything that happens in this world lies inside what its configuration assumes: clock
/// rates within the drift bound, no clock that steps or stands still, every calendar clock within
/// half of the skew bound of true time (wall_clock), jumps of the store's clock that add up to
/// no more than their bounds (store_clock), a promoted replica's difference among them; no process
/// is cloned, and no failover loses anything. Inside, every invariant holds. (Under host_clock
/// there is only one clock, and any rate of it is inside.)
bool inside_envelope(const Scenario& scenario);

}  // namespace leasehold::sim
