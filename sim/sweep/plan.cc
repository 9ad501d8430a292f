#include "sim/sweep/plan.h"

#include <algorithm>
#include <charconv>

#include "lib/src/assert.h"

namespace leasehold::sim {
namespace {

// Digits and nothing else.
std::optional<std::uint64_t> read_number(const std::string& text) {
  std::uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || rest != end) return std::nullopt;
  return number;
}

struct Pair {
  std::uint64_t first = 0;
  std::uint64_t second = 0;
};

std::optional<Pair> read_pair(const std::string& text, const std::string& between) {
  const std::size_t at = text.find(between);
  if (at == std::string::npos) return std::nullopt;
  const auto first = read_number(text.substr(0, at));
  const auto second = read_number(text.substr(at + between.size()));
  if (!first || !second) return std::nullopt;
  return Pair{*first, *second};
}

// Every n-th part of the whole row, beginning with the shard's own.
std::uint64_t parts_of(std::uint64_t all, const Shard& shard) {
  return all < shard.nth ? 0 : (all - shard.nth) / shard.of + 1;
}

}  // namespace

std::string to_string(const Seeds& seeds) {
  return std::to_string(seeds.first) + ".." + std::to_string(seeds.last);
}

std::optional<Seeds> read_seeds(const std::string& text) {
  const auto pair = read_pair(text, "..");
  if (!pair || pair->first > pair->second || pair->second >= seeds_end) return std::nullopt;
  return Seeds{pair->first, pair->second};
}

std::optional<Shard> read_shard(const std::string& text) {
  const auto pair = read_pair(text, "/");
  if (!pair || pair->first < 1 || pair->first > pair->second) return std::nullopt;
  return Shard{pair->first, pair->second};
}

const std::vector<NamedProfile>& named_profiles() {
  static const std::vector<NamedProfile> profiles{
      {"ci", {1, 2'000}}, {"nightly", {1, 1'000'000}}, {"tight", {1, 100'000}, true}};
  return profiles;
}

const std::vector<std::string>& profile_words() {
  static const std::vector<std::string> words = [] {
    std::vector<std::string> all;
    for (const NamedProfile& profile : named_profiles()) all.push_back(profile.name);
    return all;
  }();
  return words;
}

const NamedProfile& profile_named(const std::string& name) {
  for (const NamedProfile& profile : named_profiles()) {
    if (profile.name == name) return profile;
  }
  LEASEHOLD_ASSERT(false);
}

Scenario world_of(const Sweep& sweep, Authority authority, std::uint64_t seed) {
  return generate(seed, {.authority = authority, .tight = profile_named(sweep.profile).tight});
}

// Some hundred chunks, so that every thread has its share to the end; of at most a thousand worlds,
// which is what an interruption costs a thread.
std::uint64_t chunk_size(const Seeds& seeds) {
  return std::clamp<std::uint64_t>(seeds.count() / 512, 1, 1'000);
}

bool belongs(const Chunk& chunk, const Sweep& sweep) {
  const std::uint64_t size = chunk_size(sweep.seeds);
  const auto& authorities = sweep.authorities;
  if (std::find(authorities.begin(), authorities.end(), chunk.authority) == authorities.end()) {
    return false;
  }
  if (chunk.seeds.first < sweep.seeds.first || chunk.seeds.first > sweep.seeds.last) return false;
  return (chunk.seeds.first - sweep.seeds.first) % size == 0 &&
         chunk.seeds.last == std::min(chunk.seeds.first + size - 1, sweep.seeds.last);
}

Plan::Plan(const Sweep& sweep, const Shard& shard)
    : sweep_(sweep),
      shard_(shard),
      step_(chunk_size(sweep.seeds)),
      parts_(parts_of((sweep.seeds.count() - 1) / step_ + 1, shard)) {}

Chunk Plan::at(std::uint64_t index) const {
  LEASEHOLD_ASSERT(index < size());
  const std::uint64_t authorities = sweep_.authorities.size();
  const std::uint64_t part = index / authorities * shard_.of + shard_.nth - 1;
  const std::uint64_t first = sweep_.seeds.first + part * step_;
  return {{first, std::min(first + step_ - 1, sweep_.seeds.last)},
          sweep_.authorities[index % authorities]};
}

std::uint64_t Plan::worlds() const {
  if (parts_ == 0) return 0;
  // Only the last chunk of all can be smaller.
  const std::uint64_t seeds = (parts_ - 1) * step_ + at(size() - 1).seeds.count();
  return seeds * sweep_.authorities.size();
}

}  // namespace leasehold::sim
