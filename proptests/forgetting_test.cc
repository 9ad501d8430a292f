// A store that loses what it acknowledged: what still holds, what is found, and what a fence is
// worth then.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <map>
#include <optional>
#include <ostream>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "proptests/coverage.h"
#include "proptests/hunt.h"

namespace leasehold::proptests {
namespace {

using core::Answer;
using sim::Event;
using sim::Invariant;
using sim::Run;
using sim::Scenario;

struct Case {
  const char* name;
  Authority authority;
};

void PrintTo(const Case& one, std::ostream* out) { *out << one.name; }

/// Counts over worlds what a fence let through and kept out once the store had forgotten a grant.
///
/// Tenures are told apart by owner, and ordered by when the store granted them: what a fence can't
/// know, which sees terms.
class FenceFigures {
 public:
  void count(const Run& run) {
    keys_.clear();
    for (const Event& event : run.trace) see(event);
  }
  void print(const char* name) const {
    std::printf(
        "%s: %llu grants forgotten; %llu of their holders heard of it from the store before their "
        "deadline; of %llu fenced writes that came after that, %llu were stale, and %llu of these "
        "got through; %llu of the newest tenure were kept out\n",
        name, n(forgotten_), n(told_), n(writes_), n(stale_), n(stale_through_), n(newest_out_));
  }
  std::uint64_t forgotten() const { return forgotten_; }
  std::uint64_t told() const { return told_; }
  std::uint64_t stale() const { return stale_; }

 private:
  struct Key {
    // By owner: the how manieth tenure, as the store granted them. A grant that is repeated after
    // it was forgotten is the same one.
    std::map<OwnerId, std::uint64_t> granted;
    OwnerId holder;
    std::set<OwnerId> forgotten;
    // The newest tenure of which a write came.
    std::uint64_t newest = 0;
  };

  static unsigned long long n(std::uint64_t number) { return number; }

  void see(const Event& event) {
    Key& key = keys_[event.key];
    switch (event.kind) {
      case Event::Kind::applied:
        return on_applied(key, event);
      case Event::Kind::failed_over:
        if (key.holder && key.holder != event.owner && event.value > 0) {
          key.forgotten.insert(key.holder);
          ++forgotten_;
        }
        key.holder = event.owner;
        return;
      case Event::Kind::lost:
        if (static_cast<core::Loss>(event.detail) == core::Loss::forgotten) {
          told_ += key.forgotten.count(event.owner);
        }
        return;
      case Event::Kind::write_came:
        return on_write(key, event);
      default:
        return;
    }
  }

  static void on_applied(Key& key, const Event& event) {
    switch (static_cast<Answer::Kind>(event.detail)) {
      case Answer::Kind::granted:
        key.granted.emplace(event.owner, key.granted.size() + 1);
        key.holder = event.owner;
        return;
      case Answer::Kind::released:
        key.holder = OwnerId{};
        return;
      case Answer::Kind::abandoned:
        if (key.holder == event.owner) key.holder = OwnerId{};
        return;
      default:
        return;
    }
  }

  void on_write(Key& key, const Event& event) {
    const auto found = key.granted.find(event.owner);
    if (found == key.granted.end()) return;
    const bool stale = found->second < key.newest;
    key.newest = std::max(key.newest, found->second);
    if (key.forgotten.empty()) return;
    const bool through = event.detail != 0;
    ++writes_;
    stale_ += stale ? 1 : 0;
    stale_through_ += stale && through ? 1 : 0;
    newest_out_ += !stale && !through ? 1 : 0;
  }

  std::map<std::uint32_t, Key> keys_;
  std::uint64_t forgotten_ = 0;
  std::uint64_t told_ = 0;
  std::uint64_t writes_ = 0;
  std::uint64_t stale_ = 0;
  std::uint64_t stale_through_ = 0;
  std::uint64_t newest_out_ = 0;
};

class ForgettingStore : public testing::TestWithParam<Case> {
 protected:
  // Every second world has clocks beyond their bounds as well, where there can be any.
  Maker worlds() const {
    return [authority = GetParam().authority](std::uint64_t seed) {
      const bool beyond = authority != Authority::host_clock && seed % 2 == 0;
      return sim::generate(seed, {.authority = authority, .beyond = beyond, .forgets = true});
    };
  }
  // The clocks are within their bounds and nobody is cloned: it is the store alone.
  Maker within_bounds() const {
    return [authority = GetParam().authority](std::uint64_t seed) {
      return sim::generate(seed, {.authority = authority, .forgets = true});
    };
  }
  std::string named(const char* what) const { return std::string(what) + "-" + GetParam().name; }
};

TEST_P(ForgettingStore, NoReleaseIsAnothersAndTheDeadStayDead) {
  Coverage coverage;
  FenceFigures fence;
  std::uint64_t judged = 0;
  EXPECT_TRUE(holds({.name = named("forgetting"), .make = worlds(), .worlds = 1'500},
                    [&](const Scenario& world) {
                      const sim::Run run = sim::run(world, "leasehold", {.keep_trace = true});
                      coverage.count(run);
                      fence.count(run);
                      const bool both = run.of(Invariant::I7).verdict == sim::Verdict::holds &&
                                        run.of(Invariant::I14).verdict == sim::Verdict::holds;
                      judged += both ? 1 : 0;
                      return broken_in(run, {Invariant::I7, Invariant::I14});
                    }));
  const sim::Counts& counts = coverage.counts();
  const std::uint64_t active = counts.faults.at(static_cast<std::size_t>(sim::FaultKind::failover));
  std::printf("%s: %llu worlds, a failover active in %llu, I7 and I14 put to the test in %llu\n",
              GetParam().name, static_cast<unsigned long long>(counts.worlds),
              static_cast<unsigned long long>(active), static_cast<unsigned long long>(judged));
  fence.print(GetParam().name);
  EXPECT_GE(active, counts.worlds / 2);
  EXPECT_GE(counts.marks.at(static_cast<std::size_t>(sim::Mark::lost_forgotten)),
            counts.worlds / 500 + 1);
  EXPECT_GE(judged, counts.worlds / 20);
  // Measured and printed, not promised; but figures of nothing would say nothing.
  EXPECT_GE(fence.forgotten(), counts.worlds / 10);
  EXPECT_GT(fence.told(), 0U);
  EXPECT_GT(fence.stale(), 0U);
}

void expect_found(const std::string& name, const Maker& make, Invariant invariant) {
  const auto caught = hunt({.name = name, .make = make, .worlds = 200, .exactly = true},
                           [invariant](const Scenario& world) {
                             return broken_in(sim::run(world, "leasehold", {}), {invariant});
                           });
  ASSERT_TRUE(caught);
  std::printf("%s: after %d worlds: %s\n", name.c_str(), caught->after,
              caught->wrong.sentence.c_str());
  const auto& faults = caught->smallest.faults;
  EXPECT_TRUE(std::any_of(faults.begin(), faults.end(), [](const sim::TimedFault& fault) {
    return fault.kind == sim::TimedFault::Kind::failover && fault.loses > Length::zero();
  })) << "nothing else in these worlds explains it";
}

TEST_P(ForgettingStore, AnOverlapIsFound) {
  expect_found(named("forgotten-overlap"), within_bounds(), Invariant::I1);
}

TEST_P(ForgettingStore, ATermThatIsGivenTwiceIsFound) {
  expect_found(named("forgotten-term"), within_bounds(), Invariant::I3);
}

INSTANTIATE_TEST_SUITE_P(Authorities, ForgettingStore,
                         testing::Values(Case{"host_clock", Authority::host_clock},
                                         Case{"store_clock", Authority::store_clock},
                                         Case{"wall_clock", Authority::wall_clock},
                                         Case{"observation", Authority::observation}),
                         [](const auto& one) { return std::string(one.param.name); });

}  // namespace
}  // namespace leasehold::proptests
