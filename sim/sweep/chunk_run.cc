#include "sim/sweep/chunk_run.h"

#include <algorithm>

#include "sim/sweep/signature.h"

namespace leasehold::sim {
namespace {

constexpr std::uint64_t probed = 4;

void add_failures(ChunkRun& into, std::uint64_t seed, const Scenario& world, const Run& run) {
  for (const Judgement& judgement : run.judgements) {
    if (judgement.verdict != Verdict::broken) continue;
    const std::string& sentence = judgement.finding->sentence;
    Failure failure{
        judgement.invariant, signature(judgement.invariant, sentence, world), sentence, {seed}};
    const auto known = std::find_if(into.failures.begin(), into.failures.end(), [&](const auto& f) {
      return f.signature == failure.signature;
    });
    if (known == into.failures.end()) {
      into.failures.push_back(std::move(failure));
    } else {
      known->seeds.push_back(seed);
    }
  }
}

}  // namespace

ChunkRun run_chunk(const Sweep& sweep, const Chunk& chunk) {
  ChunkRun all{chunk, {}, {}, {}};
  Hash128 hash;
  for (std::uint64_t seed = chunk.seeds.first; seed <= chunk.seeds.last; ++seed) {
    const Scenario world = world_of(sweep, chunk.authority, seed);
    const Run once = run(world, sweep.algorithm, {});
    all.counts.count(once);
    hash.add(once.hash);
    add_failures(all, seed, world, once);
  }
  all.digest = hash.digest();
  return all;
}

Digest probe(const Sweep& sweep) {
  Hash128 hash;
  const Seeds seeds{sweep.seeds.first, std::min(sweep.seeds.last, sweep.seeds.first + probed - 1)};
  for (const Authority authority : sweep.authorities) {
    hash.add(run_chunk(sweep, {seeds, authority}).digest);
  }
  return hash.digest();
}

}  // namespace leasehold::sim
