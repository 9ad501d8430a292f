// A sweep finds the same whoever runs it: threads, shards, and one that was interrupted.
#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/scenario/names.h"
#include "sim/sweep/pool.h"
#include "sim/sweep/specimen.h"
#include "sim/sweep/summary.h"
#include "sim/sweep/test_cases.h"
#include "sim/world/run.h"

namespace leasehold::sim {
namespace {

using Chunks = std::map<Chunk, ChunkRun>;

Sweep of_baseline() {
  return {{1, 24}, "ci", "matrix-sdk", {Authority::wall_clock, Authority::observation}};
}

/// What a plan hands over, in order.
std::vector<ChunkRun> taken(const Sweep& sweep, const Shard& shard, unsigned jobs,
                            const Chunks& held, std::function<bool(const ChunkRun&)> go_on) {
  std::vector<ChunkRun> all;
  Pool pool;
  pool.jobs = jobs;
  pool.run = [&sweep](const Chunk& chunk) { return run_chunk(sweep, chunk); };
  pool.out_of_time = [] { return false; };
  pool.take = [&](const ChunkRun& run, bool was_held) {
    EXPECT_EQ(was_held, held.contains(run.chunk));
    all.push_back(run);
    return go_on(run);
  };
  run_plan(Plan(sweep, shard), held, pool);
  return all;
}

std::vector<ChunkRun> all_of(const Sweep& sweep, const Shard& shard, unsigned jobs) {
  return taken(sweep, shard, jobs, {}, [](const ChunkRun&) { return true; });
}

void add(const std::vector<ChunkRun>& runs, Chunks& chunks) {
  for (const ChunkRun& run : runs) EXPECT_TRUE(chunks.emplace(run.chunk, run).second);
}

std::string told(const Sweep& sweep, const Chunks& chunks) {
  std::ostringstream out;
  const Summary summary = sum_up(sweep, chunks);
  write_table(out, summary, summary.worlds());
  for (const FailureKind& kind : summary.kinds) {
    out << told(kind) << " " << kind.seed << " " << kind.sentence << "\n";
  }
  return out.str();
}

TEST(Sweep, FindsTheSameWithAnyNumberOfThreads) {
  const Sweep sweep = of_baseline();
  const std::vector<ChunkRun> one = all_of(sweep, {}, 1);
  ASSERT_EQ(one.size(), 48U);
  EXPECT_FALSE(sum_up(sweep, {{one.front().chunk, one.front()}}).kinds.empty());
  EXPECT_EQ(all_of(sweep, {}, 4), one);
}

TEST(Sweep, FindsInItsShardsWhatItFindsAtOnce) {
  const Sweep sweep = of_baseline();
  Chunks whole;
  add(all_of(sweep, {}, 2), whole);
  Chunks parts;
  add(all_of(sweep, {2, 3}, 1), parts);
  add(all_of(sweep, {1, 3}, 2), parts);
  add(all_of(sweep, {3, 3}, 1), parts);
  EXPECT_EQ(parts, whole);
  EXPECT_EQ(told(sweep, parts), told(sweep, whole));
}

TEST(Sweep, StopsAtTheSameChunkWithAnyNumberOfThreads) {
  const Sweep sweep{{1, 40}, "ci", "leasehold", {Authority::host_clock}};
  const auto until_ninth = [](const ChunkRun& run) { return run.chunk.seeds.first < 9; };
  const std::vector<ChunkRun> one = taken(sweep, {}, 1, {}, until_ninth);
  EXPECT_EQ(one.size(), 9U);
  EXPECT_EQ(taken(sweep, {}, 4, {}, until_ninth), one);
}

TEST(Sweep, RunsNothingTwice) {
  const Sweep sweep{{1, 8}, "ci", "leasehold", {Authority::host_clock}};
  Chunks held;
  ChunkRun marked = run_chunk(sweep, {{3, 3}, Authority::host_clock});
  marked.counts.events = 77;
  held.emplace(marked.chunk, marked);
  const auto all = taken(sweep, {}, 2, held, [](const ChunkRun&) { return true; });
  ASSERT_EQ(all.size(), 8U);
  EXPECT_EQ(all[2].counts.events, 77U);
}

TEST(Plan, CutsEverySeedIntoOneChunkOfOneShard) {
  for (const Seeds seeds : {Seeds{1, 1}, Seeds{5, 11}, Seeds{1, 5'000}, Seeds{7, 2'000'003}}) {
    SCOPED_TRACE(to_string(seeds));
    const Sweep sweep{seeds, "ci", "leasehold", simulated_authorities()};
    std::map<Authority, std::vector<Seeds>> rows;
    std::uint64_t worlds = 0;
    for (std::uint64_t nth = 1; nth <= 3; ++nth) {
      const Plan plan(sweep, {nth, 3});
      worlds += plan.worlds();
      for (std::uint64_t index = 0; index < plan.size(); ++index) {
        const Chunk chunk = plan.at(index);
        EXPECT_TRUE(belongs(chunk, sweep));
        rows[chunk.authority].push_back(chunk.seeds);
      }
    }
    EXPECT_EQ(worlds, seeds.count() * sweep.authorities.size());
    EXPECT_EQ(rows.size(), sweep.authorities.size());
    for (auto& row : rows) {
      std::sort(row.second.begin(), row.second.end());
      std::uint64_t next = seeds.first;
      for (const Seeds& part : row.second) {
        EXPECT_EQ(part.first, next);
        next = part.last + 1;
      }
      EXPECT_EQ(next, seeds.last + 1);
    }
  }
}

TEST(Plan, KnowsAChunkOfAnotherSweep) {
  const Sweep sweep{{1, 5'000}, "ci", "leasehold", {Authority::host_clock}};
  const std::uint64_t size = chunk_size(sweep.seeds);
  ASSERT_EQ(size, 9U);
  EXPECT_TRUE(belongs({{1, 9}, Authority::host_clock}, sweep));
  EXPECT_TRUE(belongs({{4'996, 5'000}, Authority::host_clock}, sweep));
  EXPECT_FALSE(belongs({{1, 9}, Authority::observation}, sweep));
  EXPECT_FALSE(belongs({{2, 10}, Authority::host_clock}, sweep));
  EXPECT_FALSE(belongs({{1, 8}, Authority::host_clock}, sweep));
  EXPECT_FALSE(belongs({{4'996, 5'004}, Authority::host_clock}, sweep));
  EXPECT_FALSE(belongs({{5'005, 5'013}, Authority::host_clock}, sweep));
}

TEST(Plan, HasNothingForAShardBehindTheLastPart) {
  const Sweep sweep{{1, 2}, "ci", "leasehold", {Authority::host_clock}};
  EXPECT_EQ(Plan(sweep, {2, 3}).size(), 1U);
  EXPECT_EQ(Plan(sweep, {3, 3}).size(), 0U);
  EXPECT_EQ(Plan(sweep, {3, 3}).worlds(), 0U);
}

TEST(Plan, ReadsSeedsAndShards) {
  EXPECT_EQ(read_seeds("1..1000"), (Seeds{1, 1'000}));
  EXPECT_EQ(read_seeds("7..7"), (Seeds{7, 7}));
  for (const char* bad : {"", "1", "..", "1..", "..5", "5..1", "1...5", "-1..5", " 1..5", "1..5x",
                          "0x1..5", "1..9007199254740992", "1..99999999999999999999"}) {
    EXPECT_FALSE(read_seeds(bad)) << bad;
  }
  ASSERT_TRUE(read_shard("2/3"));
  EXPECT_EQ(read_shard("2/3")->nth, 2U);
  EXPECT_EQ(read_shard("2/3")->of, 3U);
  for (const char* bad : {"", "1", "0/2", "3/2", "1/0", "1/2/3", "a/b"}) {
    EXPECT_FALSE(read_shard(bad)) << bad;
  }
}

TEST(Summary, CallsASweepVacuousInWhichTheKeyHardlyMoves) {
  const Sweep sweep{{1, 1'000}, "ci", "leasehold", {Authority::host_clock}};
  ChunkRun run{{{1, 1'000}, Authority::host_clock}, {}, {}, {}};
  const auto vacuous = [&] { return vacuities(sum_up(sweep, {{run.chunk, run}})); };
  run.counts = {.worlds = 1'000, .hand_over = 300, .contended = 300, .nobody_held = 150};
  EXPECT_TRUE(vacuous().empty());
  run.counts = {.worlds = 1'000, .hand_over = 299, .contended = 299, .nobody_held = 151};
  EXPECT_THAT(vacuous(), testing::ElementsAre(testing::HasSubstr("changed hands in 29.9 %"),
                                              testing::HasSubstr("found it taken in 29.9 %"),
                                              testing::HasSubstr("nobody ever had it in 15.1 %")));
  // Too few to say.
  run.counts = {.worlds = 999};
  EXPECT_TRUE(vacuous().empty());
}

TEST(Summary, TakesTheLowestSeedOfAKindForAll) {
  const Sweep sweep = of_baseline();
  const auto one = [](Authority authority, std::uint64_t seed) {
    return ChunkRun{{{seed, seed}, authority},
                    {},
                    {},
                    {{Invariant::I1, "I1: same", "at " + std::to_string(seed), {seed}}}};
  };
  Chunks chunks;
  add({one(Authority::wall_clock, 9), one(Authority::wall_clock, 5), one(Authority::observation, 4),
       one(Authority::observation, 5)},
      chunks);
  const Summary summary = sum_up(sweep, chunks);
  ASSERT_EQ(summary.kinds.size(), 1U);
  EXPECT_EQ(summary.kinds[0].seed, 4U);
  EXPECT_EQ(summary.kinds[0].authority, Authority::observation);
  EXPECT_EQ(summary.kinds[0].sentence, "at 4");
  EXPECT_EQ(told(summary.kinds[0]), "I1: same (in 4 worlds: wall_clock 2, observation 2)");
}

TEST(TestCases, AskOfEachAuthorityWhetherEachInvariantHolds) {
  const Sweep sweep = of_baseline();
  ChunkRun of_wall{{{1, 1'000}, Authority::wall_clock}, {}, {}, {}};
  of_wall.counts = {.worlds = 1'000, .hand_over = 500, .contended = 500};
  of_wall.failures = {{Invariant::I3, "I3: x", "term <1> & 2", {7, 8}}};
  // Under observation nothing was run: nothing is said of it.
  const std::vector<TestCase> cases = test_cases(sum_up(sweep, {{of_wall.chunk, of_wall}}));
  ASSERT_EQ(cases.size(), std::size(all_invariants) + 1);
  for (const TestCase& one : cases) {
    EXPECT_EQ(one.group, "matrix-sdk ci 1..24");
    const bool fails = one.name == "wall_clock I3";
    EXPECT_EQ(one.failure, fails ? "I3: x (in 2 worlds: wall_clock 2), seed 7 of wall_clock: "
                                   "term <1> & 2"
                                 : "")
        << one.name;
  }
  of_wall.counts.hand_over = 0;
  EXPECT_THAT(test_cases(sum_up(sweep, {{of_wall.chunk, of_wall}})).back().failure,
              testing::HasSubstr("changed hands in 0.0 %"));
}

TEST(Specimen, IsSmallAndBreaksTheSameInvariant) {
  const Sweep sweep = of_baseline();
  Chunks chunks;
  add(all_of(sweep, {}, 2), chunks);
  const Summary summary = sum_up(sweep, chunks);
  const auto overlap =
      std::find_if(summary.kinds.begin(), summary.kinds.end(),
                   [](const auto& kind) { return kind.invariant == Invariant::I1; });
  ASSERT_NE(overlap, summary.kinds.end());
  const Scenario whole = world_of(sweep, overlap->authority, overlap->seed);
  EXPECT_TRUE(sim::run(whole, "matrix-sdk", {}).broken(Invariant::I1));
  const Scenario small = specimen_of(sweep, *overlap);
  EXPECT_TRUE(inside_envelope(small));
  const sim::Run again = sim::run(small, "matrix-sdk", {});
  ASSERT_TRUE(again.broken(Invariant::I1));
  EXPECT_EQ(small.processes.size(), 2U);
  EXPECT_LE(small.choices.size() + small.faults.size(), 12U);
  EXPECT_EQ(small.expect.at("matrix-sdk").holds, std::vector<Invariant>{Invariant::I1});
  EXPECT_THAT(small.about, testing::HasSubstr(again.of(Invariant::I1).finding->sentence));
}

}  // namespace
}  // namespace leasehold::sim
