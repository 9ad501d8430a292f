// The bounds are tight: where every clock is exactly as bad as is assumed, a contender comes just
// after a holder has left; where one is worse by little more than the roundings, two believe.
#include <algorithm>
#include <cstdio>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "proptests/hunt.h"
#include "sim/engine/stream.h"
#include "sim/world/virtual_clock.h"

namespace leasehold::proptests {
namespace {

using namespace std::chrono_literals;
using sim::ClockSpec;
using sim::Event;
using sim::Scenario;
using sim::Step;
using sim::TimedFault;
using sim::TrueTime;

/// What is worse than assumed.
enum class Excess { none, holder_rate, judge_rate, holder_step, skew, wall_step, jump };

struct Case {
  const char* name;
  Authority authority;
  Excess excess = Excess::none;
};

void PrintTo(const Case& one, std::ostream* out) { *out << one.name; }

constexpr std::uint32_t holder = 0;
constexpr std::uint32_t contender = 1;
/// How often a contender that waits asks until it may be granted the key.
constexpr std::int64_t tries = 8;

/// The worst world that the bounds permit, and how much worse it is (ns or ppm) than that.
///
/// The holder's clock is as slow, and what judges it as fast and as far ahead, as may be. The store
/// cuts off as much from an expiry as it can. The holder is cut off from the store as soon as it
/// has its grant, and the contender asks at the very moment from which it may be granted the key.
class Corner {
 public:
  Corner(std::uint64_t seed, const Case& what, std::int64_t worse)
      : draw_(seed), what_(what), worse_(worse) {}

  Scenario make() {
    world_.name = "a corner of the envelope";
    world_.about = "Every clock is as bad as may be.";
    make_config();
    world_.processes = {{.name = "A", .program = {Step{.what = Step::Do::acquire}}}, {.name = "B"}};
    world_.faults.push_back(
        {.at = 1ns, .kind = TimedFault::Kind::cut, .process = holder, .lasts = 10 * lease()});
    world_.run_for = 3 * lease();
    const std::int64_t drift = world_.config.bounds.drift.ppm();
    const bool one_clock = what_.authority == Authority::host_clock;
    if (!one_clock) {
      world_.processes[holder].clock.rate_ppm = -drift - more(Excess::holder_rate);
      world_.processes[contender].clock.rate_ppm = drift + more(Excess::judge_rate);
    }
    if (what_.excess == Excess::holder_step) {
      world_.faults.push_back({.at = some_moment(),
                               .kind = TimedFault::Kind::clock_step,
                               .process = holder,
                               .value = -worse_});
    }
    make_contender();
    return world_;
  }

 private:
  Length lease() const { return world_.config.timing.lease; }
  Length resolution() const { return world_.config.bounds.resolution; }
  std::int64_t more(Excess excess) const { return what_.excess == excess ? worse_ : 0; }
  Length some_moment() { return Length(draw_.within(2, lease().count() / 2)); }

  void make_config() {
    static constexpr Length leases[] = {500ms, 1s, 5s};
    static constexpr Length resolutions[] = {1us, 1ms, 10ms};
    static constexpr Length ticks[] = {1ns, 1us};
    static constexpr std::int64_t drifts[] = {0, 100, 10'000, 50'000};
    Config& config = world_.config;
    config.authority = what_.authority;
    Timing& t = config.timing;
    t.lease = draw_.pick(leases);
    t.renew_every = t.lease / 10;
    t.request_timeout = t.lease / 20;
    config.bounds.resolution = draw_.pick(resolutions);
    config.bounds.tick = draw_.pick(ticks);
    config.bounds.drift = DriftBound::ppm(draw_.pick(drifts));
    // One more than a multiple of q, so that the holder's calendar shows just less than one.
    if (config.authority == Authority::wall_clock) {
      config.bounds.skew = 2 * (draw_.below(4) * resolution() + 1ns);
    }
    if (config.authority == Authority::store_clock) {
      config.bounds.jump_forward = t.lease * draw_.below(11) / 100;
    }
    // So that one of its tries falls on the end of the wait.
    const Span<LocalClock> wait = observation_wait(t.lease, config.bounds);
    t.retry_pause = t.longest_wait = Length(wait.ns() / tries + 1);
    t.min_useful = t.retry_pause;
    const Result<Config> good = checked(config);
    if (!good) throw std::logic_error(good.error().detail);
  }

  void make_contender() {
    auto& program = world_.processes[contender].program;
    switch (what_.authority) {
      case Authority::host_clock:
        world_.host = {resolution() - world_.config.bounds.tick, world_.config.bounds.drift.ppm()};
        program = tries_at(first_over(world_.host));
        return;
      case Authority::store_clock: {
        // The expiry is a multiple of q; all that the reading shows above one is cut off.
        world_.store = {resolution() - world_.config.bounds.tick,
                        world_.config.bounds.drift.ppm() + more(Excess::judge_rate)};
        program = tries_at(first_over(world_.store));
        return;
      }
      case Authority::wall_clock:
        make_calendars();
        return;
      case Authority::observation:
        // It sees the grant as soon as there is one.
        program = {Step{.what = Step::Do::acquire}};
        return;
    }
  }

  // When the judging clock first shows more than the expiry of a lease that is granted at 0.
  TrueTime first_over(const ClockSpec& spec) {
    sim::VirtualClock clock(spec, world_.config.bounds.tick);
    const std::int64_t q = resolution().count();
    const std::int64_t granted = clock.read(TrueTime{}).at.ns() / q * q;
    const auto over = Instant<LocalClock>::at_ns(granted + lease().count() + 1);
    const Length jump = world_.config.bounds.jump_forward + Length(more(Excess::jump));
    if (jump > Length::zero()) {
      const Length at = some_moment();
      world_.faults.push_back(
          {.at = at, .kind = TimedFault::Kind::store_clock_step, .value = jump.count()});
      clock.step(TrueTime{} + on<sim::TrueClock>(at), on<LocalClock>(jump));
      return clock.first_at(over, TrueTime{} + on<sim::TrueClock>(at));
    }
    return clock.first_at(over, TrueTime{});
  }

  void make_calendars() {
    const Length half = world_.config.bounds.skew / 2;
    world_.processes[holder].wall.offset = -half;
    world_.processes[contender].wall.offset = half + Length(more(Excess::skew));
    const std::int64_t q = resolution().count();
    // Rounded down, below zero too.
    const std::int64_t expires = -((half.count() + q - 1) / q * q) + lease().count();
    std::int64_t ahead = world_.processes[contender].wall.offset.count();
    if (what_.excess == Excess::wall_step) {
      world_.faults.push_back({.at = some_moment(),
                               .kind = TimedFault::Kind::wall_step,
                               .process = contender,
                               .value = worse_});
      ahead += worse_;
    }
    world_.processes[contender].program = tries_at(TrueTime::at_ns(expires + 1 - ahead));
  }

  static std::vector<Step> tries_at(TrueTime moment) {
    return {Step{.at = Length(moment.ns() - 1), .what = Step::Do::attempt},
            Step{.at = Length(moment.ns()), .what = Step::Do::attempt}};
  }

  sim::Stream draw_;
  const Case what_;
  const std::int64_t worse_;
  Scenario world_;
};

/// From the holder's deadline to the contender's grant; negative if they overlap.
std::optional<std::int64_t> gap_in(const sim::Run& run) {
  std::optional<TrueTime> deadline;
  for (const Event& event : run.trace) {
    if (event.kind == Event::Kind::belief_until && event.process == holder) deadline = event.until;
    const bool granted =
        event.kind == Event::Kind::applied && event.process == contender &&
        static_cast<core::Answer::Kind>(event.detail) == core::Answer::Kind::granted;
    if (granted && deadline) return (event.at - *deadline).ns();
  }
  return std::nullopt;
}

/// What the roundings may cost at most, in true time: readings that are cut down to a tick (also at
/// each try of a contender that waits), and the two steps that a host's deadline gives up.
std::int64_t roundings(const Config& config) {
  const ClockBounds& bounds = config.bounds;
  const std::int64_t steps =
      config.authority == Authority::host_clock ? 2 * bounds.resolution.count() : 0;
  const std::int64_t ticks = (tries + 4) * (bounds.tick.count() + 1);
  return detail::scale_up(steps + ticks, 1'000'000, bounds.drift.slowest());
}

constexpr std::uint64_t worlds = 500;

class AtTheBound : public testing::TestWithParam<Case> {};

TEST_P(AtTheBound, TheContenderComesJustAfterTheHolderHasLeft) {
  std::int64_t widest = 0;
  for (std::uint64_t seed = 0; seed < worlds; ++seed) {
    const Scenario world = Corner(seed, GetParam(), 0).make();
    ASSERT_TRUE(inside_envelope(world)) << seed;
    const sim::Run run = sim::run(world, "leasehold", {.keep_trace = true});
    const auto wrong = broken_in(run);
    ASSERT_FALSE(wrong) << "seed " << seed << ": " << wrong->sentence;
    const auto gap = gap_in(run);
    ASSERT_TRUE(gap) << "seed " << seed << ": it never came";
    ASSERT_GE(*gap, 0) << seed;
    ASSERT_LE(*gap, roundings(world.config)) << seed;
    widest = std::max(widest, *gap);
  }
  std::printf("%s: at most %lld ns between them\n", GetParam().name,
              static_cast<long long>(widest));
}

INSTANTIATE_TEST_SUITE_P(Authorities, AtTheBound,
                         testing::Values(Case{"host_clock", Authority::host_clock},
                                         Case{"store_clock", Authority::store_clock},
                                         Case{"wall_clock", Authority::wall_clock},
                                         Case{"observation", Authority::observation}),
                         [](const auto& one) { return std::string(one.param.name); });

class JustBeyondTheBound : public testing::TestWithParam<Case> {};

TEST_P(JustBeyondTheBound, TwoBelieve) {
  for (std::uint64_t seed = 0; seed < worlds; ++seed) {
    const Config config = Corner(seed, GetParam(), 0).make().config;
    const std::int64_t late = roundings(config) + 1'000;
    const bool of_rate =
        GetParam().excess == Excess::holder_rate || GetParam().excess == Excess::judge_rate;
    // At least half of the lease passes at that rate.
    const std::int64_t ppm = 2 * late * 1'000'000 / config.timing.lease.count() + 2;
    const Scenario world = Corner(seed, GetParam(), of_rate ? ppm : late).make();
    ASSERT_FALSE(inside_envelope(world)) << seed;
    const sim::Run run = sim::run(world, "leasehold", {});
    ASSERT_TRUE(run.broken(sim::Invariant::I1)) << seed;
    const auto wrong =
        broken_in(run, {sim::Invariant::I2, sim::Invariant::I3, sim::Invariant::I6,
                        sim::Invariant::I7, sim::Invariant::I14, sim::Invariant::I17});
    ASSERT_FALSE(wrong) << "seed " << seed << ": " << wrong->sentence;
  }
}

// Not under host_clock: one clock can't disagree with itself.
INSTANTIATE_TEST_SUITE_P(
    Excesses, JustBeyondTheBound,
    testing::Values(Case{"store_clock_holder_rate", Authority::store_clock, Excess::holder_rate},
                    Case{"store_clock_store_rate", Authority::store_clock, Excess::judge_rate},
                    Case{"store_clock_holder_step", Authority::store_clock, Excess::holder_step},
                    Case{"store_clock_jump", Authority::store_clock, Excess::jump},
                    Case{"wall_clock_holder_rate", Authority::wall_clock, Excess::holder_rate},
                    Case{"wall_clock_holder_step", Authority::wall_clock, Excess::holder_step},
                    Case{"wall_clock_skew", Authority::wall_clock, Excess::skew},
                    Case{"wall_clock_wall_step", Authority::wall_clock, Excess::wall_step},
                    Case{"observation_holder_rate", Authority::observation, Excess::holder_rate},
                    Case{"observation_contender_rate", Authority::observation, Excess::judge_rate},
                    Case{"observation_holder_step", Authority::observation, Excess::holder_step}),
    [](const auto& one) { return std::string(one.param.name); });

}  // namespace
}  // namespace leasehold::proptests
