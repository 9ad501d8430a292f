#include "lib/src/text/json_text.h"

#include <array>
#include <cstdio>

#include "lib/src/text/utf8.h"

namespace leasehold {
std::string json_text(const std::string& text) {
  std::string quoted = "\"";
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t size = utf8_sequence(text, at);
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

}  // namespace leasehold
