#include <functional>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <leasehold/timing.h>

namespace leasehold {
namespace {

using namespace std::chrono_literals;

// 15 s with numbers in every field, so that each term of a formula shows in its result.
Config all_terms(Authority authority) {
  Config config;
  config.authority = authority;
  config.timing.lease = 15s;
  config.timing.request_timeout = 2s;
  config.timing.longest_wait = 1s;
  config.bounds = ClockBounds{.drift = DriftBound::ppm(10'000),
                              .resolution = 1ms,
                              .tick = 1us,
                              .skew = 200ms,
                              .jump_forward = 500ms,
                              .jump_backward = 300ms};
  return config;
}

Length window(const Config& config) { return Length(usable_window(config).ns()); }

// The left and the right side of 1.1 R + k (Q + b) + Q <= U - S.
Length needed(const Config& config) {
  const Timing& t = config.timing;
  return t.renew_every * 11 / 10 + t.tolerated_failures * (t.request_timeout + t.retry_pause) +
         t.request_timeout;
}
Length there(const Config& config) { return window(config) - config.timing.stop_budget; }

TEST(Timing, PresetsKeepTheirPromises) {
  for (const Config& preset : {host_preset(), network_preset(), command_preset()}) {
    SCOPED_TRACE(to_string(preset.timing.lease));
    const auto config = checked(preset);
    ASSERT_TRUE(config) << config.error().detail;
    EXPECT_EQ(*config, preset);
    EXPECT_GE(affordable_failures(preset), preset.timing.tolerated_failures);
  }
}

TEST(Timing, HostPresetNeeds4300OfThe4498MillisecondsThatAreThere) {
  EXPECT_EQ(host_preset().authority, Authority::host_clock);
  EXPECT_EQ(needed(host_preset()), 4300ms);
  // 5 s - 2 x 1 ms - 500 ms.
  EXPECT_EQ(there(host_preset()), 4498ms);
}

TEST(Timing, NetworkPresetNeeds12050OfThe13211MillisecondsThatAreThere) {
  EXPECT_EQ(network_preset().authority, Authority::store_clock);
  EXPECT_EQ(needed(network_preset()), 12'050ms);
  // (15 s - 0.5 s - 1 ms) 0.99 / 1.01 = 14.211891089108... s, less a tick of 1 ns and S = 1 s.
  EXPECT_EQ(there(network_preset()), 13'211'891'088ns);
}

TEST(Timing, CommandPresetLeavesAChildSixSecondsToStop) {
  // 1.1 * 5 + 3 * 2.5 + 2 = 15; 29.499 * 0.99 / 1.01 = 28.914861386138..., less 1 ns and S = 6 s.
  EXPECT_EQ(needed(command_preset()), 15s);
  EXPECT_EQ(there(command_preset()), 22'914'861'385ns);
}

TEST(Timing, UsableWindowOfEveryAuthorityIsAsComputedByHand) {
  EXPECT_EQ(window(all_terms(Authority::host_clock)), 14'998ms);
  // 14.499 * 99 / 101 = 14.21189108910..., less 1 us.
  EXPECT_EQ(window(all_terms(Authority::store_clock)), 14'211'890'089ns);
  // 14.799 * 0.99 = 14.65101, less 1 us.
  EXPECT_EQ(window(all_terms(Authority::wall_clock)), 14'651'009'000ns);
  EXPECT_EQ(window(all_terms(Authority::observation)), 14'999'999'000ns);
}

TEST(Timing, UsableWindowIsRoundedDown) {
  Config config;
  config.timing.lease = 3ns;
  config.bounds.drift = DriftBound::ppm(1);
  config.authority = Authority::store_clock;
  EXPECT_EQ(window(config), 1ns);  // 2.99... down to 2, less the tick of 1.
  config.authority = Authority::wall_clock;
  EXPECT_EQ(window(config), 1ns);
}

TEST(Timing, UsableWindowIsNegativeWhenTheLeaseIsShorterThanWhatComesOff) {
  for (const Authority authority :
       {Authority::host_clock, Authority::store_clock, Authority::wall_clock}) {
    SCOPED_TRACE(to_string(authority));
    Config config = all_terms(authority);
    config.timing.lease = 900us;
    EXPECT_LT(window(config), 0ns);
  }
}

TEST(Timing, ObservationWaitsForTheRecordsLeaseAtTheWorstRatesAndATick) {
  const ClockBounds bounds = all_terms(Authority::observation).bounds;
  // 15 * 101 / 99 = 15.303030303030..., up, and 1 us.
  EXPECT_EQ(observation_wait(15s, bounds), Span<LocalClock>::ns(15'303'031'304));
  EXPECT_EQ(observation_wait(10s, bounds), Span<LocalClock>::ns(10'202'021'203));
  EXPECT_EQ(observation_wait(15s, ClockBounds{}), Span<LocalClock>::ns(15'000'000'001));
}

TEST(Timing, AnObservationOfAMadeUpLeaseNeverWrapsIntoNoWait) {
  for (const std::int64_t ppm : {0, 10'000, 500'000}) {
    ClockBounds bounds;
    bounds.tick = 1s;
    bounds.drift = DriftBound::ppm(ppm);
    const Length lease = Length(std::numeric_limits<std::int64_t>::max());
    EXPECT_EQ(observation_wait(lease, bounds), Span<LocalClock>::max());
    EXPECT_EQ(observation_wait(lease - 1ns, bounds), Span<LocalClock>::max());
  }
}

TEST(Timing, TakeoverBoundOfEveryAuthorityIsAsComputedByHand) {
  // (15 + 0.001 + 2) / 0.99 + 2, as Q + b = 2 is more than P = 1.
  EXPECT_EQ(takeover_bound(all_terms(Authority::host_clock)), 19'172'727'273ns);
  // (15 + 0.001 + 0.3 + 2) / 0.99 + 2
  EXPECT_EQ(takeover_bound(all_terms(Authority::store_clock)), 19'475'757'576ns);
  // 15 + 0.2 + 0.001 + 2 / 0.99 + 2
  EXPECT_EQ(takeover_bound(all_terms(Authority::wall_clock)), 19'221'202'021ns);
  // (15.303031304 + 4) / 0.99 + 4
  EXPECT_EQ(takeover_bound(all_terms(Authority::observation)), 23'498'011'419ns);
}

struct Misconfiguration {
  const char* name;
  std::function<void(Config&)> spoil;
  /// Everything that the error must say.
  std::vector<std::string> says;
};

const std::vector<Misconfiguration>& misconfigurations() {
  static const std::vector<Misconfiguration> all{
      {"no lease", [](Config& c) { c.timing.lease = 0s; }, {"lease 0ms", "[1ns, 604800s]"}},
      {"lease above a week", [](Config& c) { c.timing.lease = 604'801s; }, {"lease 604801s"}},
      {"negative renew_every",
       [](Config& c) { c.timing.renew_every = -1ms; },
       {"renew_every -1ms"}},
      {"no request_timeout", [](Config& c) { c.timing.request_timeout = 0s; }, {"request_timeout"}},
      {"no retry_pause", [](Config& c) { c.timing.retry_pause = 0s; }, {"retry_pause 0ms"}},
      {"long wait", [](Config& c) { c.timing.longest_wait = 169h; }, {"longest_wait 608400s"}},
      {"negative stop", [](Config& c) { c.timing.stop_budget = -1ns; }, {"stop_budget -1ns"}},
      {"negative useful", [](Config& c) { c.timing.min_useful = -1us; }, {"min_useful -1us"}},
      {"negative resolution", [](Config& c) { c.bounds.resolution = -1ns; }, {"resolution -1ns"}},
      {"no tick", [](Config& c) { c.bounds.tick = 0ns; }, {"tick 0ms"}},
      {"negative skew", [](Config& c) { c.bounds.skew = -1ns; }, {"max_clock_skew -1ns"}},
      {"negative jump", [](Config& c) { c.bounds.jump_forward = -1ns; }, {"jump_forward -1ns"}},
      {"negative back", [](Config& c) { c.bounds.jump_backward = -1ns; }, {"jump_backward -1ns"}},
      {"wide drift",
       [](Config& c) { c.bounds.drift = DriftBound::ppm(500'001); },
       {"max_drift_ppm 500001", "500000"}},
      {"negative drift",
       [](Config& c) { c.bounds.drift = DriftBound::ppm(-1); },
       {"max_drift_ppm -1"}},
      {"negative failures",
       [](Config& c) { c.timing.tolerated_failures = -1; },
       {"tolerated_failures"}},
      {"too many failures to add up",
       [](Config& c) { c.timing.tolerated_failures = 5'001; },
       {"tolerated_failures 5001", "5000"}},
      // 1.1 * 1 + 3 * 1.1 + 1 = 5.4 against 5 - 0.002 - 0.5.
      {"one failure too many",
       [](Config& c) { c.timing.tolerated_failures = 3; },
       {"renew_every 1s", "3 x (request_timeout 1s + retry_pause 100ms)", "= 5400ms",
        "usable window 4998ms", "stop_budget 500ms", "= 4498ms", "lease 5s", "host_clock",
        "lengthen lease", "(2 would fit)"}},
      {"request outlives the interval",
       [](Config& c) { c.timing.renew_every = 999ms; },
       {"request_timeout 1s", "renew_every 999ms", "shorten request_timeout"}},
      {"a fresh grant is stopped",
       [](Config& c) { c.timing.min_useful = 599ms; },
       {"stop_budget 500ms", "retry_pause 100ms", "= 600ms", "min_useful 599ms",
        "raise min_useful"}},
      {"a slow grant is useless",
       [](Config& c) { c.timing.min_useful = 4s; },
       {"min_useful 4s", "usable window 4998ms", "request_timeout 1s", "= 3998ms",
        "lower min_useful"}},
      {"pause above the longest wait",
       [](Config& c) { c.timing.longest_wait = 99ms; },
       {"retry_pause 100ms", "longest_wait 99ms", "raise longest_wait"}},
  };
  return all;
}

TEST(Timing, AConfigurationThatCannotKeepItsPromisesIsRefusedWithItsNumbers) {
  for (const Misconfiguration& wrong : misconfigurations()) {
    SCOPED_TRACE(wrong.name);
    Config config = host_preset();
    wrong.spoil(config);
    const auto answer = checked(config);
    if (answer) {
      ADD_FAILURE() << "was accepted";
      continue;
    }
    EXPECT_EQ(answer.error().kind, Errc::misuse);
    EXPECT_EQ(answer.error().detail.rfind("timing: ", 0), 0U);
    for (const std::string& part : wrong.says) {
      EXPECT_NE(answer.error().detail.find(part), std::string::npos)
          << "'" << part << "' is not in: " << answer.error().detail;
    }
  }
}

TEST(Timing, EveryConditionHoldsUpToItsVeryBound) {
  Config config = host_preset();
  config.timing.lease = 4802ms;  // U - S = 4802 - 2 - 500 = 4300, just what is needed.
  EXPECT_TRUE(checked(config));
  config.timing.lease -= 1ns;
  EXPECT_FALSE(checked(config));

  config = host_preset();
  config.timing.min_useful = 3998ms;
  EXPECT_TRUE(checked(config));
  config.timing.min_useful = 600ms;
  config.timing.longest_wait = 100ms;
  EXPECT_TRUE(checked(config));
  config.bounds.drift = DriftBound::ppm(500'000);
  EXPECT_TRUE(checked(config));
}

TEST(Timing, TheLongestLengthsAreCheckedWithoutOverflow) {
  Config config = host_preset();
  config.timing.lease = config.timing.request_timeout = config.timing.retry_pause =
      config.timing.renew_every = config.timing.longest_wait = 168h;
  config.timing.tolerated_failures = 5'000;
  EXPECT_FALSE(checked(config));
}

TEST(Timing, AffordableFailuresAreExactlyThoseThatAreAccepted) {
  int tried = 0;
  for (const Config& preset : {host_preset(), network_preset(), command_preset()}) {
    for (Length lease = 3s; lease <= 60s; lease += 617ms) {
      Config config = preset;
      config.timing.lease = lease;
      const int most = affordable_failures(config);
      if (most >= 0) {
        config.timing.tolerated_failures = most;
        EXPECT_TRUE(checked(config)) << to_string(lease) << ": " << checked(config).error().detail;
        ++tried;
      }
      config.timing.tolerated_failures = most + 1;
      EXPECT_FALSE(checked(config)) << to_string(lease) << " with " << most + 1;
    }
  }
  EXPECT_GT(tried, 100);
}

TEST(Timing, AffordableFailuresOfThePresetsAreAsComputedByHand) {
  EXPECT_EQ(affordable_failures(host_preset()), 2);     // (4.498 - 2.1) / 1.1 = 2.18
  EXPECT_EQ(affordable_failures(network_preset()), 3);  // (13.21 - 5.3) / 2.25 = 3.5
  EXPECT_EQ(affordable_failures(command_preset()), 6);  // (22.91 - 7.5) / 2.5 = 6.2
  Config config = host_preset();
  config.timing.lease = 2s;
  EXPECT_EQ(affordable_failures(config), -1);
}

TEST(Timing, EachWaitOfACoarseClockMayEndATickLate) {
  Config config = host_preset();
  // 1.1 s + 2 x 1.1 s + 1 s = 4.3 s of 4.498 s: five waits have 198 ms.
  config.bounds.tick = 39'600'001ns;
  EXPECT_TRUE(checked(config));
  EXPECT_EQ(affordable_failures(config), 2);
  config.bounds.tick = 39'600'002ns;
  EXPECT_EQ(affordable_failures(config), 1);
  const Result<Config> refused = checked(config);
  ASSERT_FALSE(refused);
  const std::string told = " + 5 x (tick 39600002ns - 1ns) = 4498000005ns";
  EXPECT_NE(refused.error().detail.find(told), std::string::npos) << refused.error().detail;
}

TEST(Timing, AffordableFailuresOfAnUncheckedConfigurationAreStillANumber) {
  Config config;
  config.timing.lease = 1s;
  EXPECT_EQ(affordable_failures(config), 5'000);  // A failure that costs no time.
  config.timing.retry_pause = 1ns;
  EXPECT_EQ(affordable_failures(config), 5'000);
}

TEST(Timing, ALengthIsPrintedInTheLargestUnitThatHoldsIt) {
  EXPECT_EQ(to_string(Length{}), "0ms");
  EXPECT_EQ(to_string(5s), "5s");
  EXPECT_EQ(to_string(4300ms), "4300ms");
  EXPECT_EQ(to_string(20us), "20us");
  EXPECT_EQ(to_string(1ns), "1ns");
  EXPECT_EQ(to_string(1'000'001ns), "1000001ns");
  EXPECT_EQ(to_string(-250ms), "-250ms");
  EXPECT_EQ(to_string(168h), "604800s");
}

TEST(Timing, AuthoritiesHaveTheirNames) {
  EXPECT_STREQ(to_string(Authority::host_clock), "host_clock");
  EXPECT_STREQ(to_string(Authority::store_clock), "store_clock");
  EXPECT_STREQ(to_string(Authority::wall_clock), "wall_clock");
  EXPECT_STREQ(to_string(Authority::observation), "observation");
}

}  // namespace
}  // namespace leasehold
