// After the heal no fault is left: nothing new goes wrong, what lasted is over, and every message
// comes in the least time.
#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

#include "sim/scenario/generate.h"
#include "sim/scenario/names.h"
#include "sim/world/run.h"

namespace leasehold::sim {
namespace {

using namespace std::chrono_literals;
using Call = core::Request::Kind;
using Kind = TimedFault::Kind;

TrueTime moment_of(Length since_start) { return TrueTime{} + on<TrueClock>(since_start); }

// A holds from 2 ms on, renews every 50 ms and lets go at 1.5 s; B wants the lock from 100 ms on.
// All is healed at 300 ms, when B is about to do something as well.
Scenario healed() {
  Scenario scenario;
  scenario.config.timing = {.lease = 500ms,
                            .renew_every = 50ms,
                            .request_timeout = 40ms,
                            .retry_pause = 10ms,
                            .longest_wait = 100ms,
                            .min_useful = 10ms};
  scenario.config.authority = Authority::observation;
  scenario.config.bounds.resolution = 1ns;
  scenario.request_way = scenario.answer_way = 1ms;
  scenario.processes = {{.name = "A", .program = {{.at = 0ms, .hold = 1500ms}}},
                        {.name = "B", .program = {{.at = 100ms}, {.at = 300ms}}}};
  scenario.heal_at = 300ms;
  scenario.run_for = 4s;
  return scenario;
}

bool goes_wrong(Event::Kind kind) {
  switch (kind) {
    case Event::Kind::request_lost:
    case Event::Kind::duplicated:
    case Event::Kind::answer_lost:
    case Event::Kind::request_cut:
    case Event::Kind::answer_cut:
    case Event::Kind::kept_waiting:
    case Event::Kind::cut_off:
    case Event::Kind::stalled:
    case Event::Kind::store_down:
    case Event::Kind::paused:
    case Event::Kind::crashed:
    case Event::Kind::starved:
    case Event::Kind::wake_late:
    case Event::Kind::clock_stepped:
    case Event::Kind::clock_rated:
    case Event::Kind::wall_stepped:
    case Event::Kind::store_clock_stepped:
    case Event::Kind::store_clock_rated:
    case Event::Kind::write_lost:
    case Event::Kind::write_doubled:
      return true;
    default:
      return false;
  }
}

/// Walks the trace of a world that is healed, and says what is not as it should be.
class Walk {
 public:
  explicit Walk(const Scenario& world) : world_(world), heal_(moment_of(*world.heal_at)) {}

  std::vector<std::string> wrongs(const std::vector<Event>& trace) {
    for (const Event& event : trace) look_at(event);
    const TrueTime end = moment_of(world_.run_for);
    for (const auto& [request, sent] : sent_) {
      const auto& [comes, answered] = sent;
      if (comes < end || answered < end) say("is not answered in the least time", answered);
    }
    return std::move(wrongs_);
  }

  /// How many requests went there and back after the heal.
  int answers() const { return answers_; }

 private:
  using Request = std::tuple<std::uint32_t, Call, std::uint64_t>;

  void say(const std::string& what, TrueTime at) {
    wrongs_.push_back(what + " at " + std::to_string(at.ns()));
  }

  void look_at(const Event& event) {
    if (event.at < heal_) return;
    if (event.kind == Event::Kind::healed) {
      if (healed_) say("a second heal", event.at);
      healed_ = true;
    } else if (!healed_) {
      say(std::string(to_string(event.kind)) + " comes before the heal, and", event.at);
    }
    if (goes_wrong(event.kind)) say(to_string(event.kind), event.at);
    const Request request{event.process, event.call, event.ordinal};
    if (event.kind == Event::Kind::sent) {
      const TrueTime comes = event.at + on<TrueClock>(world_.request_way);
      sent_[request] = {comes, comes + on<TrueClock>(world_.answer_way)};
    }
    if (event.kind == Event::Kind::applied) on_applied(event, request);
    if (event.kind == Event::Kind::answered) on_answered(event, request);
  }

  // One that was sent before the heal comes as soon as any that is sent now.
  void on_applied(const Event& event, const Request& request) {
    const auto found = sent_.find(request);
    const TrueTime latest = heal_ + on<TrueClock>(world_.request_way);
    const bool in_time =
        found == sent_.end() ? event.at <= latest : event.at == found->second.first;
    if (!in_time) say("applied late", event.at);
    if (found != sent_.end()) found->second.first = TrueTime::never();
  }

  void on_answered(const Event& event, const Request& request) {
    const auto found = sent_.find(request);
    const TrueTime latest = heal_ + on<TrueClock>(world_.request_way + world_.answer_way);
    const bool in_time =
        found == sent_.end() ? event.at <= latest : event.at == found->second.second;
    if (!in_time) say("answered late", event.at);
    if (found == sent_.end()) return;
    sent_.erase(found);
    ++answers_;
  }

  const Scenario& world_;
  const TrueTime heal_;
  bool healed_ = false;
  int answers_ = 0;
  // When each request that was sent since should come, and its answer.
  std::map<Request, std::pair<TrueTime, TrueTime>> sent_;
  std::vector<std::string> wrongs_;
};

Run run_well(const Scenario& world) {
  Run run = sim::run(world, "leasehold", {.keep_trace = true});
  Walk walk(world);
  EXPECT_EQ(walk.wrongs(run.trace), std::vector<std::string>{});
  EXPECT_GT(walk.answers(), 0);
  EXPECT_EQ(run.first_broken(), std::nullopt);
  return run;
}

Run run_with(const TimedFault& fault) {
  Scenario world = healed();
  world.faults = {fault};
  return run_well(world);
}

std::vector<TrueTime> moments(const Run& run, Event::Kind kind) {
  std::vector<TrueTime> moments;
  for (const Event& event : run.trace) {
    if (event.kind == kind) moments.push_back(event.at);
  }
  return moments;
}

const std::vector<TrueTime> at_the_heal{moment_of(300ms)};

TEST(Heal, EndsEveryKindOfPause) {
  for (const Kind kind : {Kind::stopped, Kind::suspended}) {
    const sim::Run run = run_with({.at = 250ms, .kind = kind, .lasts = 1h});
    EXPECT_EQ(moments(run, Event::Kind::resumed), at_the_heal);
    EXPECT_EQ(run.cut_short.of(static_cast<FaultKind>(kind)), 1U);
  }
  // Frozen clocks are outside the envelope, and run again all the same.
  Scenario world = healed();
  world.faults = {{.at = 250ms, .kind = Kind::frozen, .lasts = 1h}};
  const sim::Run run = sim::run(world, "leasehold", {.keep_trace = true});
  EXPECT_EQ(moments(run, Event::Kind::resumed), at_the_heal);
  EXPECT_GT(moments(run, Event::Kind::renewed).back(), moment_of(1s));
}

TEST(Heal, LeavesAFaultThatIsOverBeforeAsItWas) {
  const sim::Run run = run_with({.at = 250ms, .kind = Kind::stopped, .lasts = 30ms});
  EXPECT_EQ(moments(run, Event::Kind::resumed), std::vector{moment_of(280ms)});
  EXPECT_EQ(run.cut_short.of(FaultKind::stopped), 0U);
}

TEST(Heal, EndsEveryPartition) {
  for (const Kind kind : {Kind::cut, Kind::requests_cut, Kind::answers_cut}) {
    const sim::Run run = run_with({.at = 210ms, .kind = kind, .lasts = 1h});
    EXPECT_EQ(run.cut_short.of(static_cast<FaultKind>(kind)), 1U);
    EXPECT_GT(run.activations.of(static_cast<FaultKind>(kind)), 0U);
  }
}

TEST(Heal, EndsWhatTheStoreStandsStillFor) {
  const sim::Run stalled = run_with({.at = 210ms, .kind = Kind::writer_stall, .lasts = 1h});
  EXPECT_EQ(stalled.cut_short.of(FaultKind::writer_stall), 1U);
  EXPECT_GT(stalled.activations.of(FaultKind::writer_stall), 0U);
  const auto carried_out = moments(stalled, Event::Kind::applied);
  EXPECT_GT(std::count(carried_out.begin(), carried_out.end(), moment_of(300ms)), 0)
      << "what had waited for the writer";
  const sim::Run down = run_with({.at = 210ms, .kind = Kind::store_restart, .lasts = 1h});
  EXPECT_EQ(moments(down, Event::Kind::store_up), at_the_heal);
  EXPECT_GT(down.activations.of(FaultKind::store_restart), 0U);
  const sim::Run replaced = run_with({.at = 210ms, .kind = Kind::failover, .lasts = 1h});
  EXPECT_EQ(moments(replaced, Event::Kind::store_up), at_the_heal);
  EXPECT_GT(replaced.activations.of(FaultKind::failover), 0U);
}

TEST(Heal, StartsWhoIsToStartAgainAndLeavesTheDeadDead) {
  const sim::Run run = run_with({.at = 210ms, .kind = Kind::crash, .lasts = 1h});
  EXPECT_EQ(moments(run, Event::Kind::restarted), at_the_heal);
  const sim::Run dead = run_with({.at = 210ms, .kind = Kind::crash});
  EXPECT_EQ(moments(dead, Event::Kind::restarted), std::vector<TrueTime>{});
  EXPECT_EQ(dead.cut_short.of(FaultKind::crash), 0U);
}

TEST(Heal, EndsAStarvation) {
  const sim::Run run = run_with({.at = 210ms, .kind = Kind::starve, .lasts = 1h});
  EXPECT_EQ(run.cut_short.of(FaultKind::starve), 1U);
  EXPECT_GT(run.activations.of(FaultKind::starve), 0U);
  const auto renewed = moments(run, Event::Kind::renewed);
  EXPECT_TRUE(std::any_of(renewed.begin(), renewed.end(), [](TrueTime at) {
    return at >= moment_of(300ms) && at <= moment_of(302ms);
  }));
}

TEST(Heal, BringsWhatIsOnItsWay) {
  const auto with = [](Purpose purpose) {
    Scenario world = healed();
    world.choices[{0, Site::renew, 5, purpose}] = Length(1h).count();
    return run_well(world);
  };
  const sim::Run request = with(Purpose::request_delay);
  EXPECT_EQ(request.cut_short.of(FaultKind::request_delay), 1U);
  const sim::Run answer = with(Purpose::answer_delay);
  EXPECT_EQ(answer.cut_short.of(FaultKind::answer_delay), 1U);
  const auto answered = moments(answer, Event::Kind::answered);
  EXPECT_NE(std::find(answered.begin(), answered.end(), moment_of(300ms)), answered.end());
  EXPECT_EQ(with(Purpose::duplicate).cut_short.of(FaultKind::duplicate), 1U);
}

TEST(Heal, WakesWhoIsWokenLate) {
  Scenario world = healed();
  world.choices[{0, Site::wake, 5, Purpose::late}] = Length(1h).count();
  const sim::Run run = run_well(world);
  EXPECT_GT(run.cut_short.of(FaultKind::late_wake), 0U);
  EXPECT_EQ(run.activations.of(FaultKind::late_wake), 1U);
}

// By ordinals nobody can see when a call will be made.
TEST(Heal, MakesTheChoicesThatComeLaterBenign) {
  Scenario world = healed();
  for (std::uint32_t nth = 8; nth < 40; ++nth) {
    for (const Site site : {Site::acquire, Site::renew}) {
      for (const Purpose purpose : {Purpose::request_delay, Purpose::answer_delay,
                                    Purpose::request_loss, Purpose::answer_loss, Purpose::duplicate,
                                    Purpose::error_before_effect, Purpose::error_after_effect}) {
        world.choices[{0, site, nth, purpose}] = 1;
      }
    }
    world.choices[{0, Site::wake, nth, Purpose::late}] = 1;
  }
  const sim::Run run = run_well(world);
  for (std::size_t kind = 0; kind < fault_kind_count; ++kind) {
    EXPECT_EQ(run.activations.of(static_cast<FaultKind>(kind)), 0U)
        << to_string(static_cast<FaultKind>(kind));
  }
}

// A request whose first copy the store failed is not carried out when its second comes.
TEST(Heal, LetsTheStoreKeepItsWord) {
  Scenario world = healed();
  world.choices[{0, Site::renew, 5, Purpose::error_before_effect}] = 1;
  world.choices[{0, Site::renew, 5, Purpose::duplicate}] = Length(1h).count();
  const sim::Run run = run_well(world);
  const auto comes = std::count_if(run.trace.begin(), run.trace.end(), [](const Event& event) {
    return event.kind == Event::Kind::applied && event.call == Call::renew && event.ordinal == 5 &&
           static_cast<core::Answer::Kind>(event.detail) == core::Answer::Kind::not_applied;
  });
  EXPECT_EQ(comes, 2);
}

TEST(Heal, LeavesDrawsAndTiesAsTheyAre) {
  Scenario world = healed();
  world.noise = {.draws = true, .ties = true};
  const sim::Run drawn = sim::run(world, "leasehold", {.keep_choices = true});
  const auto last = [&drawn](Purpose purpose) {
    std::uint32_t ordinal = 0;
    for (const auto& [key, value] : drawn.choices) {
      if (key.purpose == purpose) ordinal = std::max(ordinal, key.ordinal);
    }
    return ordinal;
  };
  EXPECT_GT(last(Purpose::value), 15U) << "renewals of 1.5 s";
  EXPECT_GT(last(Purpose::request_tie), 15U);
}

TEST(Heal, AtTheBeginningLeavesNothingButTheBenignWorld) {
  Scenario world = healed();
  world.noise.request_loss_ppm = world.noise.answer_delay_ppm = 1'000'000;
  world.noise.delay_most = 1h;
  world.heal_at = 0ms;
  run_well(world);
}

// Every fault that there is inside the envelope, at high intensity.
TEST(Heal, LeavesNoFaultInGeneratedWorlds) {
  for (const Authority authority : simulated_authorities()) {
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
      SCOPED_TRACE(std::string(to_string(authority)) + " " + std::to_string(seed));
      Scenario world = generate(seed, {.authority = authority});
      Noise& noise = world.noise;
      noise.request_loss_ppm = noise.answer_loss_ppm = noise.duplicate_ppm = 200'000;
      noise.error_before_ppm = noise.error_after_ppm = 100'000;
      noise.request_delay_ppm = noise.answer_delay_ppm = noise.late_wake_ppm = 500'000;
      noise.delay_most = noise.late_most = 3 * world.config.timing.lease;
      for (TimedFault& fault : world.faults) fault.lasts *= 3;
      heal_from(world, world.run_for / 3);
      const sim::Run run = sim::run(world, "leasehold", {.keep_trace = true});
      EXPECT_EQ(Walk(world).wrongs(run.trace), std::vector<std::string>{});
      const auto broken = run.first_broken();
      EXPECT_FALSE(broken) << run.of(*broken).finding->sentence;
    }
  }
}

}  // namespace
}  // namespace leasehold::sim
