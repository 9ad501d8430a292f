// A strict layer over the JSON library: what it would let pass is refused here, with a pointer.
//
// The rule to know: whatever is not asked for is an error. An `Object` remembers which keys were
// read, and `done` refuses the others.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include <leasehold/time.h>

namespace leasehold::sim {

/// What is wrong with the input: one line with the JSON pointer, what was found and what is
/// accepted. Thrown inside the reader only; `read_scenario` turns it into an Error.
class BadInput : public std::runtime_error {
 public:
  BadInput(const std::string& pointer, const std::string& what);
  /// Of a text that is no JSON: `place` is the byte at which that was found.
  BadInput(std::size_t place, const std::string& what);

  const std::string& pointer() const { return pointer_; }
  std::optional<std::size_t> place() const { return place_; }

 private:
  std::string pointer_;
  std::optional<std::size_t> place_;
};

/// The largest file and the deepest nesting that are read.
inline constexpr std::size_t most_bytes = std::size_t{4} << 20;
inline constexpr std::size_t most_levels = 64;

/// Parses strictly: no duplicate keys, bounded depth, valid UTF-8, nothing after the document.
nlohmann::json parse_strictly(std::string_view text);

/// One value and where it stands.
class Value {
 public:
  /// `json` must outlive the value.
  Value(const nlohmann::json& json, std::string pointer)
      : json_(&json), pointer_(std::move(pointer)) {}

  const std::string& pointer() const { return pointer_; }
  bool is_object() const;

  std::string text() const;
  bool boolean() const;
  std::int64_t integer(std::int64_t least, std::int64_t most) const;
  /// The halves of a number of 128 bits in 32 hexadecimal digits, the higher first.
  std::pair<std::uint64_t, std::uint64_t> halves() const;
  /// A duration in [least, most].
  Length duration(Length least, Length most) const;
  /// The index in `accepted` of the word that stands here.
  std::size_t one_of(const std::vector<std::string>& accepted) const;
  std::vector<Value> items() const;
  /// Keys and values of an object with free keys, in the order of the keys.
  std::vector<std::pair<std::string, Value>> members() const;

  [[noreturn]] void refuse(const std::string& accepted) const;

 private:
  friend class Object;
  const nlohmann::json* json_;
  std::string pointer_;
};

/// An object with known keys.
class Object {
 public:
  explicit Object(const Value& value);

  bool has(const std::string& key);
  /// Refuses the object if the key is missing.
  Value required(const std::string& key);
  /// Every key that was asked for is known; any other is refused.
  void done() const;

 private:
  // The keys that were not asked for so far.
  std::vector<std::string> unknown() const;

  Value value_;
  std::vector<std::string> known_;
};

}  // namespace leasehold::sim
