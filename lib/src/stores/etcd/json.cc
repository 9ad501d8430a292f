#include "lib/src/stores/etcd/json.h"

#include <charconv>

#include "lib/src/stores/etcd/failure.h"

namespace leasehold::stores {
namespace {

constexpr std::string_view letters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

std::string base64(std::string_view bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  std::uint32_t bits = 0;
  int held = 0;
  for (const char byte : bytes) {
    bits = bits << 8U | static_cast<unsigned char>(byte);
    for (held += 8; held >= 6; held -= 6) text.push_back(letters[bits >> (held - 6) & 63U]);
  }
  if (held > 0) text.push_back(letters[bits << (6 - held) & 63U]);
  while (text.size() % 4 != 0) text.push_back('=');
  return text;
}

std::string from_base64(std::string_view text) {
  while (text.ends_with('=')) text.remove_suffix(1);
  std::string bytes;
  bytes.reserve(text.size() * 3 / 4);
  std::uint32_t bits = 0;
  int held = 0;
  for (const char letter : text) {
    const std::size_t value = letters.find(letter);
    if (value == std::string_view::npos) {
      throw EtcdFailure(Errc::unknown, "the server's answer can't be read: it is no base64");
    }
    bits = bits << 6U | static_cast<std::uint32_t>(value);
    held += 6;
    if (held >= 8) {
      held -= 8;
      bytes.push_back(static_cast<char>(bits >> held & 255U));
    }
  }
  return bytes;
}

Json parsed_object(const std::string& text) {
  Json all = Json::parse(text, nullptr, false);
  if (!all.is_object()) {
    throw EtcdFailure(Errc::unknown, "the server's answer can't be read: it is no JSON object");
  }
  return all;
}

const Json& member(const Json& object, const char* name) {
  static const Json nothing;
  if (!object.is_object()) return nothing;
  const auto found = object.find(name);
  return found == object.end() ? nothing : *found;
}

std::string text_of(const Json& object, const char* name) {
  const Json& one = member(object, name);
  return one.is_string() ? one.get<std::string>() : std::string();
}

std::uint64_t number_of(const Json& object, const char* name) {
  const Json& one = member(object, name);
  if (one.is_number_unsigned()) return one.get<std::uint64_t>();
  const std::string digits = text_of(object, name);
  std::uint64_t number = 0;
  const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return problem == std::errc() && end == digits.data() + digits.size() ? number : 0;
}

}  // namespace leasehold::stores
