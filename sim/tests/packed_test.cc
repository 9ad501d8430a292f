// Packed situations: nothing is lost in them, and a leap between them is the move that it stands
// for.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "sim/engine/hash128.h"
#include "sim/explore/canonical.h"
#include "sim/explore/frontier.h"
#include "sim/explore/leap.h"
#include "sim/explore/memo.h"
#include "sim/explore/seen.h"

namespace leasehold::sim {
namespace {

/// All of a situation, but for what follows from the rest.
std::string bytes_of(const Packed& packed) {
  std::string all(packed.size(), '\0');
  std::memcpy(all.data(), &packed, all.size());
  return all.substr(offsetof(Packed, store));
}

/// Small worlds in which all that can happen does.
std::vector<Limits> worlds() {
  const Limits everything{.in_flight = 2,
                          .guards = 2,
                          .drops = 1,
                          .duplicates = 1,
                          .crashes = 1,
                          .cancels = 2,
                          .late = 1};
  std::vector<Limits> all;
  for (const Authority authority :
       {Authority::host_clock, Authority::store_clock, Authority::observation}) {
    for (const std::uint32_t processes : {1U, 2U, 3U}) {
      Limits limits = everything;
      limits.authority = authority;
      limits.processes = processes;
      all.push_back(limits);
      limits.symmetry = false;
      all.push_back(limits);
      limits.symmetry = true;
      limits.exact = true;
      all.push_back(limits);
    }
  }
  return all;
}

/// The first situations of a world, nearest first.
std::vector<Packed> situations(Leaps& leaps, std::size_t most) {
  std::vector<Packed> met{leaps.beginning()};
  Seen seen;
  seen.add(met.front().digest(), Seen::none);
  Packed to;
  for (std::size_t at = 0; at < met.size() && met.size() < most; ++at) {
    const Packed from = met[at];
    leaps.each_move_from(from, [&](const Move& move) {
      if (leaps.make(from, move, to) != Leaps::Result::made) return;
      if (seen.add(to.digest(), 0)) met.push_back(to);
    });
  }
  return met;
}

/// Far away, too, where each move is drawn.
std::vector<Packed> situations_on_a_way(Leaps& leaps, std::size_t length, std::uint64_t seed) {
  std::vector<Packed> met{leaps.beginning()};
  Packed to;
  for (std::uint64_t draws = seed << 32; met.size() < length;) {
    std::vector<Move> moves;
    leaps.each_move_from(met.back(), [&](const Move& move) { moves.push_back(move); });
    const Move move = moves.at(mix(++draws) % moves.size());
    if (leaps.make(met.back(), move, to) == Leaps::Result::made) met.push_back(to);
  }
  return met;
}

/// Whether every leap from there is the move, and whatever else stands for itself.
void expect_true(const Limits& limits, Leaps& leaps, const Packed& from) {
  const Config config = explored_config(limits.authority);
  const Situation situation = leaps.unpack(from);
  // (What letters say of previous owners, by name, is in the order of processes if it is exact.)
  if (!limits.exact) {
    EXPECT_EQ(bytes_of(leaps.canonical(situation)), bytes_of(from));
  }
  std::vector<Move> moves;
  leaps.each_move_from(from, [&](const Move& move) { moves.push_back(move); });
  ASSERT_EQ(moves, moves_from(limits, config, situation));
  Packed to;
  for (const Move& move : moves) {
    const Leaps::Result result = leaps.make(from, move, to);
    const std::optional<Moved> moved = make(limits, config, situation, move);
    ASSERT_EQ(result == Leaps::Result::beyond, !moved);
    if (!moved) continue;
    ASSERT_EQ(result == Leaps::Result::broken, !moved->broken.empty());
    const Packed wanted = leaps.canonical(moved->situation);
    ASSERT_EQ(bytes_of(to), bytes_of(wanted));
    ASSERT_EQ(to.digest(), wanted.digest());
    if (!limits.exact) {
      ASSERT_EQ(to.alone, wanted.alone);
    }
  }
}

TEST(Packed, ALeapIsTheMoveThatItStandsFor) {
  for (const Limits& limits : worlds()) {
    SCOPED_TRACE(std::string(to_string(limits.authority)) + " " + std::to_string(limits.processes) +
                 (limits.exact ? " exact" : "") + (limits.symmetry ? "" : " without symmetry"));
    Leaps leaps(limits, explored_config(limits.authority));
    for (const Packed& from : situations(leaps, 600)) expect_true(limits, leaps, from);
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
      for (const Packed& from : situations_on_a_way(leaps, 150, seed)) {
        expect_true(limits, leaps, from);
      }
    }
  }
}

// Held against the hash of every field of the whole situation, too.
TEST(Packed, DigestsAreEqualExactlyIfSituationsAre) {
  for (const Limits& limits : worlds()) {
    Leaps leaps(limits, explored_config(limits.authority));
    std::map<Digest, std::string> by_digest;
    std::map<std::string, Digest> by_bytes;
    std::map<Digest, Digest> by_fields;
    const std::vector<Packed> met = situations(leaps, 2'000);
    for (const Packed& packed : met) {
      by_digest.emplace(packed.digest(), bytes_of(packed));
      by_bytes.emplace(bytes_of(packed), packed.digest());
      by_fields.emplace(digest_of(limits, leaps.unpack(packed)), packed.digest());
    }
    // Of two that are equal in all of their bytes one would have been new by a wrong digest.
    EXPECT_EQ(by_digest.size(), met.size());
    EXPECT_EQ(by_bytes.size(), met.size());
    EXPECT_EQ(by_fields.size(), met.size());
  }
}

TEST(Packed, EveryByteOfASituationIsInItsDigest) {
  Packed packed;
  packed.letter_count = 2;
  const Digest before = packed.digest();
  for (std::size_t at = offsetof(Packed, store); at < packed.size(); ++at) {
    Packed other = packed;
    auto* const byte = reinterpret_cast<std::byte*>(&other) + at;
    // The number of letters says how long it is, and is tried below.
    if (at == offsetof(Packed, letter_count)) continue;
    *byte ^= std::byte{1};
    EXPECT_NE(other.digest(), before) << "byte " << at;
  }
  packed.letter_count = 1;
  EXPECT_NE(packed.digest(), before);
}

Digest drawn(std::uint64_t number) { return {mix(number), mix(~number)}; }

TEST(Seen, KnowsWhatItHasAndTheWayBack) {
  Seen seen;
  constexpr Seen::Number count = 200'000;
  for (Seen::Number number = 0; number < count; ++number) {
    // A tree: each is met from one of half its number.
    ASSERT_TRUE(seen.add(drawn(number), number == 0 ? Seen::none : number / 2));
  }
  for (Seen::Number number = 0; number < count; ++number) {
    ASSERT_FALSE(seen.add(drawn(number), 7));
  }
  EXPECT_EQ(seen.size(), count);
  std::vector<Digest> wanted;
  for (Seen::Number at = count - 1;; at /= 2) {
    wanted.push_back(drawn(at));
    if (at == 0) break;
  }
  EXPECT_EQ(seen.way_back(count - 1), wanted);
  EXPECT_EQ(seen.way_back(0), std::vector<Digest>{drawn(0)});
}

// Digests that want the same slot, and one that wants the last.
TEST(Seen, TellsDigestsApartThatBeginAlike) {
  Seen seen;
  for (std::uint64_t high = 1; high <= 1'000; ++high) {
    ASSERT_TRUE(seen.add({high, 0xffff'ffff}, 0));
  }
  for (std::uint64_t high = 1; high <= 1'000; ++high) {
    ASSERT_FALSE(seen.add({high, 0xffff'ffff}, 0));
  }
}

TEST(Frontier, GivesBackInOrderWhatWasPutIn) {
  Frontier frontier;
  const auto nth = [](std::uint32_t number) {
    Packed packed;
    packed.store.shape = number;
    packed.letter_count = static_cast<std::uint8_t>(number % 7);
    for (std::size_t letter = 0; letter < packed.letter_count; ++letter) {
      packed.letters.at(letter).shape = number + 1;
    }
    return packed;
  };
  std::uint32_t in = 0;
  std::uint32_t out = 0;
  Packed packed;
  // It grows over some blocks and shrinks to nothing, twice.
  for (int round = 0; round < 2; ++round) {
    for (int turn = 0; turn < 30'000; ++turn) {
      frontier.push(nth(in++));
      frontier.push(nth(in++));
      frontier.pop(packed);
      ASSERT_EQ(bytes_of(packed), bytes_of(nth(out++)));
    }
    EXPECT_EQ(frontier.size(), in - out);
    while (out < in) {
      frontier.pop(packed);
      ASSERT_EQ(bytes_of(packed), bytes_of(nth(out++)));
    }
    EXPECT_EQ(frontier.size(), 0U);
  }
}

TEST(Memo, TellsWhatItWasTold) {
  Memo<Digest, std::uint64_t> memo;
  for (std::uint64_t key = 0; key < 10'000; ++key) {
    ASSERT_EQ(memo.find({key, 0}), nullptr);
    ASSERT_EQ(memo.add({key, 0}, 3 * key), 3 * key);
  }
  for (std::uint64_t key = 0; key < 10'000; ++key) ASSERT_EQ(*memo.find({key, 0}), 3 * key);
  EXPECT_EQ(memo.find({0, 1}), nullptr);
  EXPECT_EQ(memo.size(), 10'000U);
}

}  // namespace
}  // namespace leasehold::sim
