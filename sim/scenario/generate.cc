#include "sim/scenario/generate.h"

#include <algorithm>
#include <string>

#include "lib/src/assert.h"
#include "sim/engine/stream.h"
#include "sim/scenario/delays.h"
#include "sim/scenario/failovers.h"
#include "sim/scenario/store_jumps.h"
#include "sim/scenario/tight.h"

namespace leasehold::sim {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t million = 1'000'000;

/// Builds one scenario, drawing from one stream.
class Generator {
 public:
  Generator(std::uint64_t seed, const Profile& profile)
      : seed_(seed), draw_(seed), profile_(profile) {
    LEASEHOLD_ASSERT(!profile.beyond || profile.authority != Authority::host_clock);
    world_.seed = seed % (std::uint64_t{1} << 53);  // what a JSON number holds exactly
  }

  Scenario make() {
    world_.name = "generated " + std::to_string(world_.seed);
    world_.about = "Drawn from a seed.";
    make_config();
    world_.run_for = lease() * draw_.within(6, 20);
    world_.request_way = some_way();
    world_.answer_way = some_way();
    const std::int64_t processes = swarm().topology ? draw_.within(2, 4) : 3;
    for (std::int64_t index = 0; index < processes; ++index) add_process(index);
    if (!draw_.chance(10) || !swarm().masks) make_noise();
    make_pauses();
    make_clock_faults();
    if (profile_.authority == Authority::wall_clock) make_wall_clocks();
    if (profile_.authority == Authority::store_clock) make_store_clock();
    make_errors();
    for (ProcessSpec& process : world_.processes) add_interruptions(process);
    make_writes();
    make_caches();
    make_parts();
    make_partitions();
    make_outages();
    make_clones();
    if (profile_.forgets) add_lossy_failovers(world_, draw_);
    if (profile_.tight) time_messages(world_, draw_);
    // A copy stands in the fault that makes it, and goes with it.
    if (draw_.chance(15) && !world_.processes.back().clone_of) {
      heal_from(world_, part_of(world_.run_for, 70));
    }
    return world_;
  }

 private:
  Timing& timing() { return world_.config.timing; }
  Length lease() { return timing().lease; }
  const Swarm& swarm() const { return profile_.swarm; }
  // Whether a kind of fault is in this world.
  bool on(std::int64_t percent) { return draw_.chance(percent) || !swarm().masks; }
  bool at_corner() { return swarm().corners && (profile_.tight || draw_.chance(50)); }
  Length some_way() {
    const bool none = profile_.tight || (swarm().topology && draw_.chance(30));
    return none ? 0ns : part_of(timing().request_timeout, 20);
  }
  // In [0, whole * percent / 100].
  Length part_of(Length whole, std::int64_t percent) {
    return Length(draw_.below(whole.count() * percent / 100 + 1));
  }
  Length some_time() { return part_of(world_.run_for, 100); }

  void make_config() {
    static constexpr Length leases[] = {500ms, 1s, 2s, 5s};
    Config& config = world_.config;
    config.authority = profile_.authority;
    Timing& t = config.timing;
    t.lease = profile_.tight ? tight_lease(draw_) : draw_.pick(leases);
    t.renew_every = t.lease / draw_.within(4, 10);
    t.request_timeout = t.renew_every * draw_.within(3, 10) / 10;
    t.retry_pause = t.lease / draw_.within(20, 100);
    t.longest_wait = t.retry_pause * draw_.within(1, 20);
    t.stop_budget = draw_.chance(50) ? 0ns : t.lease / draw_.within(10, 20);
    t.min_useful = t.stop_budget + t.retry_pause;
    static constexpr Length resolutions[] = {1ns, 1us, 1ms, 10ms};
    static constexpr Length ticks[] = {1ns, 1ns, 1us, 1ms};
    config.bounds.tick = draw_.pick(ticks);
    config.bounds.resolution = std::max(config.bounds.tick, draw_.pick(resolutions));
    if (profile_.tight) tighten_time(config, draw_);
    static constexpr std::int64_t drifts[] = {0, 100, 10'000, 50'000};
    config.bounds.drift = DriftBound::ppm(draw_.pick(drifts));
    if (config.authority == Authority::wall_clock) {
      config.bounds.skew = t.lease * draw_.pick(skew_percents) / 100;
    }
    if (config.authority == Authority::store_clock) {
      config.bounds.jump_forward = t.lease * draw_.pick(skew_percents) / 100;
      config.bounds.jump_backward = t.lease * draw_.pick(skew_percents) / 100;
    }
    // Tight on purpose: as many failures as the rest leaves room for.
    t.tolerated_failures = affordable_failures(config);
    draw_delays(config, seed_);
    LEASEHOLD_ASSERT(checked(config).has_value());
  }

  Length wall_error_inside() {
    const std::int64_t most = world_.config.bounds.skew.count() / 2;
    if (at_corner()) return Length(draw_.chance(50) ? most : -most);
    return Length(draw_.within(-most, most));
  }
  // Steps lead from one error to the next, back and forth.
  void make_wall_clocks() {
    for (std::size_t index = 0; index < world_.processes.size(); ++index) {
      Length error = wall_error_inside();
      world_.processes[index].wall.offset = error;
      const std::int64_t steps = on(50) ? draw_.within(1, 6) : 0;
      Length at{};
      for (std::int64_t step = 0; step < steps; ++step) {
        at += part_of(world_.run_for, 30) + 1ns;
        if (at > world_.run_for) break;
        const bool excess = profile_.beyond && draw_.chance(30);
        const Length next =
            excess ? Length(draw_.within(-3, 3) * lease().count()) : wall_error_inside();
        world_.faults.push_back({.at = at,
                                 .kind = TimedFault::Kind::wall_step,
                                 .process = static_cast<std::uint32_t>(index),
                                 .value = (next - error).count()});
        error = next;
      }
    }
  }

  void make_store_clock() {
    world_.store.offset = Length(draw_.below(Length(1h).count()));
    world_.store.rate_ppm = rate_inside();
    for (std::int64_t left = draw_.within(0, 2); left > 0; --left) {
      const bool excess = profile_.beyond && draw_.chance(50);
      world_.faults.push_back({.at = some_time(),
                               .kind = TimedFault::Kind::store_clock_rate,
                               .value = excess ? rate_beyond() : rate_inside()});
    }
    add_store_jumps(world_, draw_, profile_.beyond);
  }

  std::int64_t rate_inside() {
    const std::int64_t bound = world_.config.bounds.drift.ppm();
    if (at_corner()) return draw_.chance(50) ? bound : -bound;
    return draw_.within(-bound, bound);
  }
  std::int64_t rate_beyond() {
    const std::int64_t excess = draw_.within(50'000, 400'000);
    return draw_.chance(50) ? excess : -excess;
  }

  void add_process(std::int64_t index) {
    ProcessSpec process;
    process.name = std::string(1, static_cast<char>('A' + index));
    if (profile_.authority != Authority::host_clock) {
      process.clock.offset = Length(draw_.below(Length(1h).count()));
      process.clock.rate_ppm = profile_.beyond && draw_.chance(50) ? rate_beyond() : rate_inside();
    }
    const std::int64_t steps = draw_.within(1, 2);
    for (std::int64_t step = 0; step < steps; ++step) process.program.push_back(some_step());
    world_.processes.push_back(std::move(process));
  }

  Step some_step() {
    Step step;
    step.at = part_of(lease(), 200);
    step.hold = draw_.chance(20) ? part_of(lease(), 300) : part_of(lease(), 60);
    if (draw_.chance(70)) {
      step.what = Step::Do::cycle;
      step.think = part_of(lease(), 60);
      step.times = static_cast<std::uint32_t>(draw_.within(2, 30));
    } else if (draw_.chance(70)) {
      step.what = Step::Do::acquire;
      if (draw_.chance(30)) step.hold.reset();
    } else {
      step.what = Step::Do::attempt;
      step.at = some_time();
    }
    if (step.what != Step::Do::attempt && draw_.chance(40))
      step.within = part_of(lease(), 200) + 1ns;
    return step;
  }

  // Guards that share a tenure, and what ends them or their wait out of turn.
  void add_interruptions(ProcessSpec& process) {
    const std::int64_t steps = draw_.chance(50) ? draw_.within(1, 5) : 0;
    for (std::int64_t left = steps; left > 0; --left) {
      static constexpr Step::Do verbs[] = {Step::Do::acquire, Step::Do::acquire, Step::Do::drop,
                                           Step::Do::cancel,  Step::Do::cancel,  Step::Do::release};
      Step step{.at = some_time(), .what = draw_.pick(verbs)};
      if (step.what == Step::Do::acquire) {
        step.hold = part_of(lease(), 100);
        // Half of them give up about when an answer may come.
        step.within = part_of(draw_.chance(50) ? timing().request_timeout : lease(), 150) + 1ns;
      }
      process.program.push_back(step);
    }
  }

  // Each kind of noise is on in every second world, at one of three intensities.
  std::int64_t odds(std::int64_t ppm) {
    static constexpr std::int64_t intensities[] = {1, 4, 12};
    if (!on(50)) return 0;
    return std::min(million / 2, ppm * (swarm().intensity ? draw_.pick(intensities) : 1));
  }
  void make_noise() {
    Noise& noise = world_.noise;
    noise.request_loss_ppm = odds(10'000);
    noise.answer_loss_ppm = odds(10'000);
    noise.duplicate_ppm = odds(10'000);
    noise.request_delay_ppm = odds(20'000);
    noise.answer_delay_ppm = odds(20'000);
    // Half of the worlds have delays around the request timeout, the others around the lease.
    noise.delay_most = draw_.chance(50) ? 2 * timing().request_timeout : lease() * 3 / 2;
    noise.late_wake_ppm = odds(10'000);
    noise.late_most = lease() * 3 / 2;
    noise.draws = draw_.chance(80);
    noise.ties = draw_.chance(80);
  }

  // Drawn last, so that worlds are otherwise what they were before there were errors.
  void make_errors() {
    if (world_.noise == Noise{}) return;
    world_.noise.error_before_ppm = odds(10'000);
    world_.noise.error_after_ppm = odds(10'000);
  }

  // Writes while a guard is kept, and some that are decided on long before they leave.
  void make_writes() {
    if (draw_.chance(40)) return;
    for (ProcessSpec& process : world_.processes) {
      for (Step& step : process.program) {
        if (step.hold && draw_.chance(70)) step.write_every = part_of(lease(), 40) + 1us;
      }
      for (std::int64_t left = draw_.below(3); left > 0; --left) {
        process.program.push_back(
            {.at = some_time(), .what = Step::Do::write, .after = part_of(lease(), 50)});
      }
    }
  }

  void make_caches() {
    if (draw_.chance(40)) return;
    for (ProcessSpec& process : world_.processes) {
      for (Step& step : process.program) {
        const bool gets = step.what == Step::Do::acquire || step.what == Step::Do::attempt ||
                          step.what == Step::Do::cycle;
        if (gets) step.cache = draw_.chance(70);
      }
    }
  }

  // Some processes have a second lock. Half of the time it does what the first does at the same
  // moments, so that renewals of both meet in one batch unless their intervals are jittered.
  void make_parts() {
    if (!swarm().topology || (!draw_.chance(12) && !profile_.several_keys)) return;
    const bool in_step = draw_.chance(50);
    if (in_step && draw_.chance(50)) world_.noise.draws = false;
    const std::size_t processes = world_.processes.size();
    for (std::size_t index = 0; index < processes; ++index) {
      if (draw_.chance(30)) continue;
      ProcessSpec part{.name = world_.processes[index].name + "2",
                       .key = "other",
                       .part_of = static_cast<std::uint32_t>(index)};
      if (in_step) {
        part.program = world_.processes[index].program;
        copy_renewals(static_cast<std::uint32_t>(world_.processes.size()));
      } else {
        part.program = {some_step(), some_step()};
        add_interruptions(part);
      }
      world_.processes.push_back(std::move(part));
    }
  }

  // Copies of renewals that come with the next one: a batch whose answers differ.
  void copy_renewals(std::uint32_t process) {
    for (std::uint32_t nth = 1; nth <= 8; ++nth) {
      if (draw_.chance(50)) continue;
      world_.choices[{process, Site::renew, nth, Purpose::duplicate}] =
          timing().renew_every.count();
    }
  }

  // Of all directions, and of lengths around the lease.
  void make_partitions() {
    const std::int64_t faults = on(30) ? draw_.within(1, 3) : 0;
    for (std::int64_t left = faults; left > 0; --left) {
      static constexpr TimedFault::Kind kinds[] = {
          TimedFault::Kind::cut, TimedFault::Kind::requests_cut, TimedFault::Kind::answers_cut};
      world_.faults.push_back({.at = some_time(),
                               .kind = draw_.pick(kinds),
                               .process = body_of(world_, some_process()),
                               .lasts = part_of(lease(), draw_.chance(50) ? 60 : 300) + 1ns});
    }
  }

  void make_outages() {
    const std::int64_t faults = on(25) ? draw_.within(1, 2) : 0;
    for (std::int64_t left = faults; left > 0; --left) {
      static constexpr TimedFault::Kind kinds[] = {TimedFault::Kind::writer_stall,
                                                   TimedFault::Kind::store_restart};
      world_.faults.push_back({.at = some_time(),
                               .kind = draw_.pick(kinds),
                               .lasts = part_of(lease(), draw_.chance(50) ? 30 : 150) + 1ns});
    }
    if (on(20)) add_whole_failover(world_, draw_);
  }

  // Half of them are frozen at once: a snapshot that is brought back to life later on.
  void make_clones() {
    if (!profile_.beyond || !on(12)) return;
    const std::uint32_t body = body_of(world_, some_process());
    TimedFault clone{.at = some_time(), .kind = TimedFault::Kind::clone};
    clone.process = add_clone(world_, body, world_.processes[body].name + "-clone");
    world_.faults.push_back(clone);
    if (!draw_.chance(50)) return;
    const bool host = profile_.authority == Authority::host_clock;
    world_.faults.push_back({.at = clone.at,
                             .kind = host ? TimedFault::Kind::stopped : TimedFault::Kind::frozen,
                             .process = clone.process,
                             .lasts = part_of(lease(), 200) + 1ns});
  }

  void make_pauses() {
    const std::int64_t faults = on(50) ? draw_.within(1, 3) : 0;
    for (std::int64_t fault = 0; fault < faults; ++fault) {
      TimedFault one;
      one.at = some_time();
      one.process = some_process();
      one.lasts = draw_.chance(50) ? part_of(lease(), 80) : part_of(lease(), 300);
      static constexpr TimedFault::Kind kinds[] = {
          TimedFault::Kind::stopped, TimedFault::Kind::crash, TimedFault::Kind::starve,
          TimedFault::Kind::suspended};
      one.kind = draw_.pick(kinds);
      if (one.kind == TimedFault::Kind::suspended && profile_.authority == Authority::host_clock) {
        one.kind = TimedFault::Kind::stopped;
      }
      if (one.lasts > 0ns) world_.faults.push_back(one);
    }
  }

  std::uint32_t some_process() {
    return static_cast<std::uint32_t>(
        draw_.below(static_cast<std::int64_t>(world_.processes.size())));
  }

  void make_clock_faults() {
    const bool host = profile_.authority == Authority::host_clock;
    if (host) world_.host.offset = Length(draw_.below(Length(1h).count()));
    if (host) world_.host.rate_ppm = rate_inside();
    const std::int64_t changes = on(40) ? draw_.within(1, 3) : 0;
    for (std::int64_t change = 0; change < changes; ++change) {
      TimedFault one;
      one.at = some_time();
      one.process = host ? std::uint32_t{0} : some_process();
      one.kind = TimedFault::Kind::clock_rate;
      one.value = rate_inside();
      if (profile_.beyond && draw_.chance(50)) make_excess(one);
      world_.faults.push_back(one);
    }
  }

  void make_excess(TimedFault& fault) {
    if (draw_.chance(50)) {
      fault.kind = TimedFault::Kind::frozen;
      fault.lasts = part_of(lease(), 300) + 1ns;
      fault.value = 0;
    } else {
      fault.kind = TimedFault::Kind::clock_step;
      fault.value = draw_.within(-lease().count(), lease().count());
    }
  }

  static constexpr std::int64_t skew_percents[] = {0, 1, 5, 10};

  const std::uint64_t seed_;
  Stream draw_;
  const Profile profile_;
  Scenario world_;
};

}  // namespace

Scenario generate(std::uint64_t seed, const Profile& profile) {
  return Generator(seed, profile).make();
}

}  // namespace leasehold::sim
