#include "sim/explore/seen.h"

#include <map>
#include <utility>

namespace leasehold::sim {

void Seen::grow() {
  Table<Digest> digests(2 * digests_.size());
  Table<Number> numbers(2 * digests_.size(), none);
  digests_.swap(digests);
  numbers_.swap(numbers);
  for (std::size_t old = 0; old < digests.size(); ++old) {
    if (digests[old] == Digest{}) continue;
    const std::size_t slot = slot_of(digests[old]);
    digests_[slot] = digests[old];
    numbers_[slot] = numbers[old];
  }
}

std::vector<Digest> Seen::way_back(Number number) const {
  std::map<Number, Digest> wanted;
  for (Number at = number; at != none; at = from(at)) wanted.emplace(at, Digest{});
  for (std::size_t slot = 0; slot < digests_.size(); ++slot) {
    const auto one = wanted.find(numbers_[slot]);
    if (one != wanted.end()) one->second = digests_[slot];
  }
  // Whoever was met later has the higher number.
  std::vector<Digest> way;
  for (auto one = wanted.rbegin(); one != wanted.rend(); ++one) way.push_back(one->second);
  return way;
}

}  // namespace leasehold::sim
