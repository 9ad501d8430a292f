// Answers and their parts in words, for the sentences of findings.
#pragma once

#include <concepts>
#include <optional>
#include <string>
#include <variant>

#include <leasehold/store.h>

namespace leasehold::conformance {

std::string text(bool value);
std::string text(const std::string& value);
std::string text(Length value);
std::string text(Instant<StoreClock> value);
std::string text(Authority value);
std::string text(Previous value);
std::string text(NotOwner::Why value);

std::string text(const Granted& answer);
std::string text(const Busy& answer);
std::string text(const Moved& answer);
std::string text(const Renewed& answer);
std::string text(const NotOwner& answer);
std::string text(const Stale& answer);
std::string text(const Released& answer);
std::string text(const Error& answer);

template <std::unsigned_integral Number>
std::string text(Number value) {
  return std::to_string(value);
}
template <class Purpose>
std::string text(const Id<Purpose>& value) {
  return value ? to_string(value) : "the null id";
}
template <class T>
std::string text(const std::optional<T>& value) {
  return value ? text(*value) : "none";
}
template <class... Answers>
std::string text(const std::variant<Answers...>& answer) {
  return std::visit([](const auto& one) { return text(one); }, answer);
}

/// What an answer is called.
template <class Answer>
inline constexpr const char* name_of = nullptr;
template <>
inline constexpr const char* name_of<Granted> = "Granted";
template <>
inline constexpr const char* name_of<Busy> = "Busy";
template <>
inline constexpr const char* name_of<Moved> = "Moved";
template <>
inline constexpr const char* name_of<Renewed> = "Renewed";
template <>
inline constexpr const char* name_of<NotOwner> = "NotOwner";
template <>
inline constexpr const char* name_of<Stale> = "Stale";
template <>
inline constexpr const char* name_of<Released> = "Released";
template <>
inline constexpr const char* name_of<Error> = "an error";

}  // namespace leasehold::conformance
