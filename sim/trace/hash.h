// Feeds an event into the hash of a run: every field, so that no difference goes unseen.
#pragma once

#include "lib/src/plant.h"
#include "sim/engine/hash128.h"
#include "sim/trace/event.h"

namespace leasehold::sim {

inline void feed(Hash128& hash, const Event& event) {
  // The six small fields fill one word: 8 + 16 + 8 + 8 + 8 + 16 bits. `nobody` is 16 ones in it.
  constexpr std::uint64_t low = 0xffff;
  hash.word(static_cast<std::uint64_t>(event.kind) | (event.process & low) << 8 |
            static_cast<std::uint64_t>(event.call) << 24 |
            static_cast<std::uint64_t>(event.detail) << 32 |
            static_cast<std::uint64_t>(event.other) << 40 | (event.key & low) << 48);
  // Only worlds of many have more to say of who and what.
  const bool many = (event.process >= low && event.process != nobody) || event.key > low;
  if (many) hash.word(event.process | static_cast<std::uint64_t>(event.key) << 32);
  hash.word(static_cast<std::uint64_t>(event.at.ns()));
  hash.word(event.ordinal);
  hash.word(event.term);
  if (!planted(Bug::H06)) hash.word(event.value);
  hash.word(event.owner.high);
  hash.word(event.owner.low);
  hash.word(static_cast<std::uint64_t>(event.until.ns()));
}

}  // namespace leasehold::sim
