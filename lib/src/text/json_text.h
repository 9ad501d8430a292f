// The little JSON that log lines and the command write. (The library pulls in no JSON library.)
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace leasehold {

/// `text` as a JSON string, in quotes. Bytes that are no UTF-8 become U+FFFD.
std::string json_text(const std::string& text);

/// An object, member by member: {"key": "deploy", "term": 3, "pid": null}.
class JsonObject {
 public:
  JsonObject& add(const char* name, const std::string& text);
  JsonObject& add(const char* name, const char* text) { return add(name, std::string(text)); }
  JsonObject& add(const char* name, std::uint64_t number);
  JsonObject& add(const char* name, std::optional<std::int64_t> number);
  JsonObject& add(const char* name, bool truth);
  /// `number` is a JSON number already.
  JsonObject& add_number(const char* name, const std::string& number) {
    return add_raw(name, number);
  }
  std::string text() const { return "{" + members_ + "}"; }

 private:
  JsonObject& add_raw(const char* name, const std::string& value);
  std::string members_;
};

}  // namespace leasehold
