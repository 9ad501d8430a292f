// A 128-bit hash of a sequence of 64-bit words, the same on every machine and compiler.
//
// Two lanes of multiply-and-rotate, each finished by the mixer of SplitMix64 (Steele, Lea, Flood,
// "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014). It tells runs apart; it is no
// protection against somebody who wants a collision.
#pragma once

#include <bit>
#include <compare>
#include <cstdint>
#include <string>

namespace leasehold::sim {

/// The finisher of SplitMix64: every bit of the input moves about half of the output's.
constexpr std::uint64_t mix(std::uint64_t word) {
  word ^= word >> 30;
  word *= 0xbf58476d1ce4e5b9U;
  word ^= word >> 27;
  word *= 0x94d049bb133111ebU;
  return word ^ (word >> 31);
}

struct Digest {
  std::uint64_t high = 0;
  std::uint64_t low = 0;

  friend auto operator<=>(const Digest&, const Digest&) = default;
};

/// 32 hexadecimal digits.
inline std::string to_string(const Digest& digest) {
  std::string text;
  for (const std::uint64_t half : {digest.high, digest.low}) {
    for (int shift = 60; shift >= 0; shift -= 4) {
      text.push_back("0123456789abcdef"[(half >> shift) & 15U]);
    }
  }
  return text;
}

class Hash128 {
 public:
  constexpr void word(std::uint64_t value) {
    first_ = std::rotl(first_ ^ value, 27) * 0x9e3779b97f4a7c15U + 0x165667b19e3779f9U;
    second_ = std::rotl(second_ + value, 33) * 0xc2b2ae3d27d4eb4fU ^ first_;
    ++count_;
  }
  constexpr void add(const Digest& other) {
    word(other.high);
    word(other.low);
  }
  constexpr Digest digest() const { return {mix(first_ ^ count_), mix(second_ + count_)}; }

 private:
  std::uint64_t first_ = 0x243f6a8885a308d3U;
  std::uint64_t second_ = 0x13198a2e03707344U;
  std::uint64_t count_ = 0;
};

}  // namespace leasehold::sim
