#include "sim/trace/hash.h"

#include "lib/src/plant.h"

namespace leasehold::sim {

void feed(Hash128& hash, const Event& event) {
  // The six small fields fill one word: 8 + 16 + 8 + 8 + 8 + 16 bits.
  hash.word(
      static_cast<std::uint64_t>(event.kind) | static_cast<std::uint64_t>(event.process) << 8 |
      static_cast<std::uint64_t>(event.call) << 24 |
      static_cast<std::uint64_t>(event.detail) << 32 |
      static_cast<std::uint64_t>(event.other) << 40 | static_cast<std::uint64_t>(event.key) << 48);
  hash.word(static_cast<std::uint64_t>(event.at.ns()));
  hash.word(event.ordinal);
  hash.word(event.term);
  if (!planted(Bug::H06)) hash.word(event.value);
  hash.word(event.owner.high);
  hash.word(event.owner.low);
  hash.word(static_cast<std::uint64_t>(event.until.ns()));
}

}  // namespace leasehold::sim
