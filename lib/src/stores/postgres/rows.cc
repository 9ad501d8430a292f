#include "lib/src/stores/postgres/rows.h"

#include <charconv>
#include <system_error>

#include "lib/src/stores/postgres/failure.h"

namespace leasehold::stores {
namespace {

std::string hex_of(std::string_view bytes) {
  constexpr const char* digits = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const char byte : bytes) {
    const auto value = static_cast<unsigned char>(byte);
    text.push_back(digits[value >> 4U]);
    text.push_back(digits[value & 15U]);
  }
  return text;
}

[[noreturn]] void wrong(const std::string& what, const std::string& found) {
  throw PostgresFailure(
      PostgresFailure::Stage::unanswered, {},
      "the server's answer has \"" + found + "\" where " + what + " was expected");
}

template <class Number>
Number number_of(std::string_view text, int base, const char* what) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc() || end != text.data() + text.size()) wrong(what, std::string(text));
  return value;
}

}  // namespace

Parameters& Parameters::add(std::int64_t value) { return add_text(std::to_string(value)); }

Parameters& Parameters::add(const std::optional<std::int64_t>& value) {
  return value ? add(*value) : add_null();
}

Parameters& Parameters::add_text(std::string value) {
  values_.emplace_back(std::move(value));
  return *this;
}

Parameters& Parameters::add_bytes(std::string_view bytes) {
  return add_text("\\x" + hex_of(bytes));
}

Parameters& Parameters::add_null() {
  values_.emplace_back(std::nullopt);
  return *this;
}

std::vector<const char*> Parameters::pointers() const {
  std::vector<const char*> pointers;
  pointers.reserve(values_.size());
  for (const auto& value : values_) pointers.push_back(value ? value->c_str() : nullptr);
  return pointers;
}

std::string& ArrayText::next() {
  if (text_.size() > 1) text_ += ',';
  return text_;
}

void ArrayText::add(std::int64_t value) { next() += std::to_string(value); }

void ArrayText::add_bytes(std::string_view bytes) {
  // In an array a backslash stands for what follows it.
  next() += "\"\\\\x" + hex_of(bytes) + "\"";
}

bool Rows::is_null(int row, int column) const {
  return PQgetisnull(result_.get(), row, column) == 1;
}

std::string Rows::text(int row, int column) const {
  if (row >= size() || column >= PQnfields(result_.get()) || is_null(row, column)) {
    wrong("a value", row >= size() ? "no row" : "null");
  }
  return PQgetvalue(result_.get(), row, column);
}

std::int64_t Rows::integer(int row, int column) const {
  return number_of<std::int64_t>(text(row, column), 10, "a number");
}

std::optional<std::int64_t> Rows::optional_integer(int row, int column) const {
  if (is_null(row, column)) return std::nullopt;
  return integer(row, column);
}

std::string Rows::bytes(int row, int column) const {
  const std::string hex = text(row, column);
  if (!hex.starts_with("\\x") || hex.size() % 2 != 0) wrong("bytes", hex);
  std::string bytes;
  for (std::size_t at = 2; at < hex.size(); at += 2) {
    const std::string_view digits = std::string_view(hex).substr(at, 2);
    bytes.push_back(static_cast<char>(number_of<unsigned char>(digits, 16, "bytes")));
  }
  return bytes;
}

Rows::Bits Rows::bits_at(int row, int column) const {
  if (is_null(row, column)) return {};
  std::string digits = text(row, column);
  std::erase(digits, '-');
  if (digits.size() != 32) wrong("an id", digits);
  const std::string_view all = digits;
  return {number_of<std::uint64_t>(all.substr(0, 16), 16, "an id"),
          number_of<std::uint64_t>(all.substr(16), 16, "an id")};
}

}  // namespace leasehold::stores
