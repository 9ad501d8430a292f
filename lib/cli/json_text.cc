#include "lib/cli/json_text.h"

#include <array>
#include <cstdio>

namespace leasehold::cli {
namespace {

// How many bytes the UTF-8 sequence at `at` has (Unicode 15, table 3-7); 0: it is none.
std::size_t sequence(const std::string& text, std::size_t at) {
  const auto byte = [&](std::size_t offset) -> unsigned {
    return at + offset < text.size() ? static_cast<unsigned char>(text[at + offset]) : 0U;
  };
  const auto continues = [&](std::size_t offset) { return (byte(offset) & 0xC0U) == 0x80U; };
  const unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return continues(1) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    const bool overlong = lead == 0xE0 && byte(1) < 0xA0;
    const bool surrogate = lead == 0xED && byte(1) > 0x9F;
    return continues(1) && continues(2) && !overlong && !surrogate ? 3 : 0;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    const bool overlong = lead == 0xF0 && byte(1) < 0x90;
    const bool beyond = lead == 0xF4 && byte(1) > 0x8F;
    return continues(1) && continues(2) && continues(3) && !overlong && !beyond ? 4 : 0;
  }
  return 0;
}

}  // namespace

std::string json_text(const std::string& text) {
  std::string quoted = "\"";
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t size = sequence(text, at);
    const char byte = text[at];
    if (size == 0) {
      quoted += "\\ufffd";
    } else if (byte == '"' || byte == '\\') {
      quoted.append("\\").push_back(byte);
    } else if (size == 1 && (static_cast<unsigned char>(byte) < 0x20 || byte == 0x7F)) {
      std::array<char, 8> escape{};
      std::snprintf(escape.data(), escape.size(), "\\u%04x", static_cast<unsigned>(byte));
      quoted += escape.data();
    } else {
      quoted.append(text, at, size);
    }
    at += size == 0 ? 1 : size;
  }
  return quoted + "\"";
}

JsonObject& JsonObject::add_raw(const char* name, const std::string& value) {
  members_ += (members_.empty() ? "" : ", ") + json_text(name) + ": " + value;
  return *this;
}

JsonObject& JsonObject::add(const char* name, const std::string& text) {
  return add_raw(name, json_text(text));
}

JsonObject& JsonObject::add(const char* name, std::uint64_t number) {
  return add_raw(name, std::to_string(number));
}

JsonObject& JsonObject::add(const char* name, std::optional<std::int64_t> number) {
  return add_raw(name, number ? std::to_string(*number) : "null");
}

JsonObject& JsonObject::add(const char* name, bool truth) {
  return add_raw(name, truth ? "true" : "false");
}

}  // namespace leasehold::cli
