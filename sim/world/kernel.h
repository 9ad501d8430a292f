// What all parts of a world share: the moment, the plan, the choices and the record.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>

#include "lib/src/plant.h"
#include "sim/engine/chooser.h"
#include "sim/engine/queue.h"
#include "sim/engine/true_time.h"
#include "sim/scenario/scenario.h"
#include "sim/trace/event.h"
#include "sim/world/activations.h"
#include "sim/world/recorder.h"
#include "sim/world/run.h"

namespace leasehold::sim {

/// Something planned. What `index` and `generation` mean depends on the kind. Small, because a
/// queue of a million is moved about; a generation that comes again after 2^32 finds nothing of its
/// kind.
struct Task {
  enum class Kind : std::uint8_t {
    // Of a process; they wait while it does not run.
    program,     // index: the step
    hold_over,   // index: the guard
    think_over,  // index: the step, a cycle
    wake,        // generation: of the alarm
    answer,      // index: the message
    look,        // index: the guard
    write_due,   // index: the guard
    write_goes,  // index: the write that was decided on; generation: the life
    // Of the world.
    request,       // index: the message
    write_comes,   // index: the write
    fault,         // index: the fault
    fault_over,    // index: the fault
    heal,          // comes first of its moment
    deadline_due,  // generation: of the watch
    stop_due,      // generation: of the watch
    wait_due,      // index: the call; generation: of the watch
  };
  Kind kind = Kind::program;
  std::uint32_t process = nobody;
  std::uint32_t index = 0;
  std::uint32_t generation = 0;
};

struct Kernel {
  Kernel(const Scenario& world, const Names& names, const RunOptions& options)
      : scenario(world),
        keys(world),
        heal(world.heal_at ? TrueTime{} + on<TrueClock>(*world.heal_at) : TrueTime::never()),
        chooser(world, options.keep_choices),
        recorder(names, keys.names, bounds_of(world), options.keep_trace) {}

  /// Comes after everything else that happens at the same moment.
  static constexpr std::uint32_t last = std::numeric_limits<std::uint32_t>::max();

  void plan(TrueTime at, const Task& task, std::uint32_t tie = 0) {
    if (at != TrueTime::never()) queue.plan(at < now ? now : at, tie, task);
  }
  /// Takes what comes next, and goes on to its moment. Whose turn comes after that is told to
  /// `ahead`, which may fetch its memory: among a hundred thousand processes it is cold, and
  /// waiting for it was measured as half of an event. Requires: the queue is not empty.
  template <class Ahead>
  Task next(const Ahead& ahead) {
    const auto taken = queue.pop();
    now = taken.at;
    if (!queue.empty() && queue.next_task().process != nobody) ahead(queue.next_task().process);
    return taken.task;
  }
  /// When something happens that a fault of that kind puts off from `benign` to `faulty`: no later
  /// than the heal, unless it would have come later without the fault.
  TrueTime put_off(TrueTime benign, TrueTime faulty, FaultKind kind) {
    const TrueTime latest = planted(Bug::H05) ? TrueTime::never() : std::max(benign, heal);
    if (faulty <= latest) return faulty;
    cut_short.met(kind);
    return latest;
  }
  /// Stamps the event with the present moment, and with the key that its process asks for.
  void record(Event event) {
    event.at = now;
    if (event.process != nobody) event.key = keys.of[event.process];
    recorder.record(event);
  }

  const Scenario& scenario;
  const Keys keys;
  /// `never` if there is none.
  const TrueTime heal;
  Chooser chooser;
  Recorder recorder;
  Activations activations;
  /// What the heal ended, or will.
  Activations cut_short;
  Queue<Task> queue;
  TrueTime now{};
};

}  // namespace leasehold::sim
