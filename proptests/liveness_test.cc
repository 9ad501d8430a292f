// I10 after a heal: whatever went wrong before, when no fault is left somebody of a randomly chosen
// healthy part is served within `progress_bound`, as often as somebody waits and nobody holds.
#include <algorithm>
#include <array>
#include <cstdio>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "proptests/hunt.h"
#include "sim/engine/stream.h"
#include "sim/oracles/bounds.h"

namespace leasehold::proptests {
namespace {

using namespace std::chrono_literals;
using sim::FaultKind;
using sim::Scenario;
using sim::Step;
using sim::TimedFault;

/// A world in which every kind of fault is on, until it is healed.
class StormThenCalm {
 public:
  StormThenCalm(std::uint64_t seed, Authority authority)
      : draw_(seed ^ 0x4ea1), world_(sim::generate(seed, {authority, false})) {}

  Scenario make() {
    world_.choices.clear();
    heal_ = world_.run_for * draw_.within(30, 70) / 100;
    make_noise();
    for (std::int64_t left = draw_.within(2, 6); left > 0; --left) add_lasting_fault();
    heal_from(world_, heal_);
    for (sim::ProcessSpec& process : world_.processes) let_go_in_time(process);
    choose_healthy_part();
    const Length bound = sim::progress_bound(world_.config, world_.request_way + world_.answer_way);
    world_.run_for = heal_ + 3 * (bound + lease());
    return world_;
  }

 private:
  Length lease() { return world_.config.timing.lease; }
  Length some_of(Length whole) { return Length(draw_.below(whole.count()) + 1); }

  // Half of the worlds have all of it at once, the others some.
  std::int64_t odds(std::int64_t ppm, bool all) { return all || draw_.chance(50) ? ppm : 0; }
  void make_noise() {
    const bool all = draw_.chance(50);
    world_.noise = {
        .request_loss_ppm = odds(200'000, all),
        .answer_loss_ppm = odds(200'000, all),
        .duplicate_ppm = odds(200'000, all),
        .error_before_ppm = odds(100'000, all),
        .error_after_ppm = odds(100'000, all),
        .request_delay_ppm = odds(800'000, all),
        .answer_delay_ppm = odds(800'000, all),
        .delay_most = draw_.chance(50) ? 2 * world_.config.timing.request_timeout : 3 * lease(),
        .late_wake_ppm = odds(300'000, all),
        .late_most = 3 * lease(),
        .draws = draw_.chance(80),
        .ties = draw_.chance(80)};
  }

  // It begins shortly before the heal, and most often the heal is what ends it.
  void add_lasting_fault() {
    static constexpr TimedFault::Kind kinds[] = {
        TimedFault::Kind::stopped,      TimedFault::Kind::suspended,
        TimedFault::Kind::crash,        TimedFault::Kind::starve,
        TimedFault::Kind::cut,          TimedFault::Kind::requests_cut,
        TimedFault::Kind::answers_cut,  TimedFault::Kind::writer_stall,
        TimedFault::Kind::store_restart};
    TimedFault fault{.at = heal_ - std::min(heal_, some_of(2 * lease())),
                     .kind = draw_.pick(kinds),
                     .lasts = some_of(8 * lease())};
    const bool host = world_.config.authority == Authority::host_clock;
    if (host && fault.kind == TimedFault::Kind::suspended) fault.kind = TimedFault::Kind::stopped;
    if (!meets_store(fault.kind)) fault.process = some_body();
    world_.faults.push_back(fault);
  }

  std::uint32_t some_body() {
    const auto processes = static_cast<std::int64_t>(world_.processes.size());
    return body_of(world_, static_cast<std::uint32_t>(draw_.below(processes)));
  }

  // Who keeps the key for ever serves nobody, and is right to.
  void let_go_in_time(sim::ProcessSpec& process) {
    std::erase_if(process.program, [this](const Step& step) { return step.at >= heal_; });
    for (Step& step : process.program) {
      const bool gets = step.what == Step::Do::acquire || step.what == Step::Do::attempt;
      if (gets && !step.hold) step.hold = some_of(2 * lease());
    }
  }

  // Each of it wants the key soon after the heal and waits without end. Of the others some die.
  void choose_healthy_part() {
    const std::uint32_t surely = some_body();
    for (std::size_t index = 0; index < world_.processes.size(); ++index) {
      const auto process = static_cast<std::uint32_t>(index);
      const std::uint32_t body = body_of(world_, process);
      if (body == surely || draw_.chance(50)) {
        world_.processes[index].program.push_back(
            {.at = heal_ + some_of(lease()), .what = Step::Do::acquire, .hold = some_of(lease())});
      } else if (body == process && draw_.chance(50)) {
        die(process);
      }
    }
  }

  void die(std::uint32_t process) {
    std::erase_if(world_.faults, [process](const TimedFault& fault) {
      return fault.kind == TimedFault::Kind::crash && fault.process == process;
    });
    if (heal_ == 0ns) return;
    world_.faults.push_back({.at = heal_ - std::min(heal_, some_of(2 * lease())),
                             .kind = TimedFault::Kind::crash,
                             .process = process});
  }

  sim::Stream draw_;
  Scenario world_;
  Length heal_{};
};

/// In how many worlds there was something to heal, and somebody to be served.
class Storms {
 public:
  void count(const sim::Run& run) {
    ++worlds_;
    bool stormy = false;
    bool lasted = false;
    for (std::size_t index = 0; index < sim::fault_kind_count; ++index) {
      const auto kind = static_cast<FaultKind>(index);
      stormy = stormy || run.activations.of(kind) > 0;
      lasted = lasted || run.cut_short.of(kind) > 0;
      lasting_.at(index) += run.cut_short.of(kind) > 0 ? 1 : 0;
    }
    stormy_ += stormy ? 1 : 0;
    lasted_ += lasted ? 1 : 0;
    served_ += run.marks.of(sim::Mark::served_after_heal) > 0 ? 1 : 0;
  }

  void expect_enough(const std::string& name, Authority authority) const {
    std::printf(
        "%s: %d worlds; faults were active in %d, ended by the heal in %d; progress in %d\n",
        name.c_str(), worlds_, stormy_, lasted_, served_);
    EXPECT_GE(stormy_, worlds_ * 9 / 10);
    EXPECT_GE(lasted_, worlds_ * 9 / 10);
    EXPECT_GE(served_, worlds_ * 9 / 10);
    std::vector<FaultKind> ended{
        FaultKind::stopped,       FaultKind::crash,         FaultKind::starve,
        FaultKind::cut,           FaultKind::requests_cut,  FaultKind::answers_cut,
        FaultKind::writer_stall,  FaultKind::store_restart, FaultKind::duplicate,
        FaultKind::request_delay, FaultKind::answer_delay,  FaultKind::late_wake};
    if (authority != Authority::host_clock) ended.push_back(FaultKind::suspended);
    for (const FaultKind kind : ended) {
      EXPECT_GE(lasting_.at(static_cast<std::size_t>(kind)), worlds_ / 100) << to_string(kind);
    }
  }

 private:
  int worlds_ = 0;
  int stormy_ = 0;
  int lasted_ = 0;
  int served_ = 0;
  std::array<int, sim::fault_kind_count> lasting_{};
};

class Liveness : public testing::TestWithParam<Authority> {};

TEST_P(Liveness, SomebodyIsServedWithinTheBoundAfterAHeal) {
  const Authority authority = GetParam();
  const std::string name = std::string("liveness-") + to_string(authority);
  Storms storms;
  const bool held = holds(
      {.name = name,
       .make = [authority](std::uint64_t seed) { return StormThenCalm(seed, authority).make(); },
       .worlds = 2'000},
      [&storms](const Scenario& world) {
        const sim::Run run = sim::run(world, "leasehold", {});
        storms.count(run);
        return broken_in(run);
      });
  EXPECT_TRUE(held);
  // What is shrunk is counted too, and says nothing of what is drawn.
  if (held) storms.expect_enough(name, authority);
}

INSTANTIATE_TEST_SUITE_P(Authorities, Liveness,
                         testing::Values(Authority::host_clock, Authority::store_clock,
                                         Authority::wall_clock, Authority::observation),
                         [](const auto& one) { return std::string(to_string(one.param)); });

}  // namespace
}  // namespace leasehold::proptests
