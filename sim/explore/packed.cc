#include "sim/explore/packed.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace leasehold::sim {
namespace {

std::uint64_t word_at(const std::byte* bytes) {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof word);
  return word;
}

/// A hash whose state is its digest. A step maps states to states one to one, and for what else
/// there is, words to states: so two inputs that differ meet again only by chance, which is 1 to
/// 2^128 if all of this is as random as it looks.
class Hash {
 public:
  void words(std::uint64_t one, std::uint64_t two) {
    first_ = std::rotl(first_ ^ one, 27) * 0x9e3779b97f4a7c15U;
    second_ = std::rotl(second_ ^ two, 33) * 0xc2b2ae3d27d4eb4fU;
    first_ += second_;
    second_ += std::rotl(first_, 32);
  }
  Digest digest() const { return {mix(first_ + std::rotl(second_, 17)), mix(second_)}; }

 private:
  std::uint64_t first_ = 0x243f6a8885a308d3U;
  std::uint64_t second_ = 0x13198a2e03707344U;
};

}  // namespace

Digest Packed::digest() const {
  const auto* at = reinterpret_cast<const std::byte*>(this) + offsetof(Packed, store);
  const auto* const end = reinterpret_cast<const std::byte*>(this) + size();
  Hash hash;
  // How long it is stands within the first words.
  for (; end - at >= 16; at += 16) hash.words(word_at(at), word_at(at + 8));
  std::array<std::byte, 16> rest{};
  std::copy(at, end, rest.begin());
  hash.words(word_at(rest.data()), word_at(rest.data() + 8));
  return hash.digest();
}

}  // namespace leasehold::sim
