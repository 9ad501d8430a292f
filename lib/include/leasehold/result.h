// A value or an error, and the three kinds of error that a lease holder must tell apart.
#pragma once

#include <string>
#include <utility>
#include <variant>

namespace leasehold {

/// What an error says about the request that met it.
enum class Errc {
  /// The call itself is wrong; it will be refused again.
  misuse,
  /// The request never takes effect, not even later: no byte was sent, or the store said so.
  not_applied,
  /// The request may have been applied, or may be applied later. Every timeout is of this kind.
  unknown,
};

/// The kind's name as it is printed: "misuse", "not_applied", "unknown".
constexpr const char* to_string(Errc kind) {
  switch (kind) {
    case Errc::misuse:
      return "misuse";
    case Errc::not_applied:
      return "not_applied";
    case Errc::unknown:
      return "unknown";
  }
  return "?";
}

/// Why something could not be done. "Somebody else holds the lock" is an answer, never an error.
struct Error {
  /// What it says about the request.
  Errc kind = Errc::unknown;
  /// What was tried, on what, what came back and what to do: one line, lower case, no full stop.
  std::string detail;
};

/// A `T` or an `Error`. The names are those of std::expected, which neither compiler that we
/// support has in C++20. Reading the one that is not there is a broken program and throws
/// std::bad_variant_access.
template <class T>
class [[nodiscard]] Result {
 public:
  /// The value.
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  /// The error.
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  /// Whether it is a value.
  bool has_value() const { return state_.index() == 0; }
  /// As `has_value`.
  explicit operator bool() const { return has_value(); }

  /// The value. Requires: it is one.
  const T& value() const& { return std::get<0>(state_); }
  /// The value. Requires: it is one.
  T& value() & { return std::get<0>(state_); }
  /// The value. Requires: it is one.
  T&& value() && { return std::get<0>(std::move(state_)); }
  /// The value. Requires: it is one.
  const T& operator*() const& { return value(); }
  /// The value. Requires: it is one.
  T& operator*() & { return value(); }
  /// The value. Requires: it is one.
  T&& operator*() && { return std::move(*this).value(); }
  /// The value. Requires: it is one.
  const T* operator->() const { return &value(); }
  /// The value. Requires: it is one.
  T* operator->() { return &value(); }

  /// The error. Requires: it is one.
  const Error& error() const& { return std::get<1>(state_); }

 private:
  std::variant<T, Error> state_;
};

}  // namespace leasehold
