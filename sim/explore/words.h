// Plain bytes, word by word.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>
#include <utility>

namespace leasehold::sim {

/// Without padding, and a multiple of 4 bytes long.
template <class T>
concept PlainWords = std::has_unique_object_representations_v<T> && sizeof(T) % 4 == 0;

/// The 8 bytes at `at`, or the last 4.
template <PlainWords T>
std::uint64_t word_of(const T& value, std::size_t at) {
  const auto* const bytes = reinterpret_cast<const std::byte*>(&value);
  if (at + 8 > sizeof(T)) {
    std::uint32_t last = 0;
    std::memcpy(&last, bytes + at, sizeof last);
    return last;
  }
  std::uint64_t word = 0;
  std::memcpy(&word, bytes + at, sizeof word);
  return word;
}

template <PlainWords T>
inline constexpr std::size_t words_in = (sizeof(T) + 7) / 8;

/// Whether all bytes are equal: written out, for a loop or a call costs more than the comparison.
template <PlainWords T>
bool same_bytes(const T& one, const T& other) {
  return [&]<std::size_t... at>(std::index_sequence<at...>) {
    return ((word_of(one, 8 * at) ^ word_of(other, 8 * at)) | ...) == 0;
  }
  (std::make_index_sequence<words_in<T>>());
}

/// Every byte of a few, written out.
template <std::size_t size, class Visit>
void each_of(std::array<std::uint8_t, size>& bytes, Visit visit) {
  [&]<std::size_t... at>(std::index_sequence<at...>) { (visit(bytes[at]), ...); }
  (std::make_index_sequence<size>());
}

/// Whether two bytes are both 0.
inline bool is_empty(const std::array<std::uint8_t, 2>& bytes) {
  return (bytes[0] | bytes[1]) == 0;
}

/// A hash for tables that compare whole keys.
template <PlainWords T>
std::uint64_t hash_of(const T& value) {
  constexpr std::uint64_t odd = 0x9e3779b97f4a7c15U;
  std::uint64_t hash = 0;
  [&]<std::size_t... at>(std::index_sequence<at...>) {
    ((hash = ((hash ^ (hash >> 29)) + word_of(value, 8 * at)) * odd), ...);
  }
  (std::make_index_sequence<words_in<T>>());
  return hash ^ (hash >> 32);
}

}  // namespace leasehold::sim
