#include "sim/scenario/json_reader.h"

#include <algorithm>
#include <charconv>
#include <set>
#include <utility>

#include <nlohmann/json.hpp>

#include "lib/src/text/length.h"
#include "lib/src/text/suggest.h"
#include "sim/scenario/duration.h"

namespace leasehold::sim {
namespace {

using nlohmann::json;

// What stands there, short enough for a line.
std::string shown(const json& value) {
  if (value.is_object()) return "an object";
  if (value.is_array()) return "an array";
  std::string text = value.dump(-1, ' ', true, json::error_handler_t::replace);
  if (text.size() > 60) text = text.substr(0, 57) + "...";
  return text;
}

// The input may be quoted, and it may hold anything: an error stays one printable line.
std::string one_line(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c > 0x7e; }, '?');
  return text;
}

// Without its own number and without the place, which the reader tells in our way.
std::string said_by_parser(const json::parse_error& error) {
  const std::string said = error.what();
  const std::size_t place = said.find(", column ");
  const std::size_t colon = place == std::string::npos ? place : said.find(": ", place);
  return (colon == std::string::npos ? said : said.substr(colon + 2)).substr(0, 200);
}

std::string escaped(std::string key) {
  for (std::size_t at = 0; at < key.size(); ++at) {
    if (key[at] == '~') key.replace(at++, 1, "~0");
    if (key[at] == '/') key.replace(at++, 1, "~1");
  }
  return key;
}

/// Watches the parser: keeps the way to the present value, and refuses what must not be.
class Watch {
 public:
  bool operator()(int, json::parse_event_t event, const json& value) {
    switch (event) {
      case json::parse_event_t::object_start:
      case json::parse_event_t::array_start:
        step_into();
        levels_.push_back({event == json::parse_event_t::array_start, 0, {}, {}});
        if (levels_.size() > most_levels) {
          throw BadInput("", "nested deeper than " + std::to_string(most_levels) + " levels");
        }
        break;
      case json::parse_event_t::key: {
        Level& level = levels_.back();
        level.key = value.get<std::string>();
        if (!level.keys.insert(level.key).second) {
          throw BadInput(pointer(), "the key stands twice; accepted: once");
        }
        break;
      }
      case json::parse_event_t::object_end:
      case json::parse_event_t::array_end:
        levels_.pop_back();
        break;
      case json::parse_event_t::value:
        step_into();
        break;
    }
    return true;
  }

 private:
  struct Level {
    bool array = false;
    std::size_t next = 0;
    std::string key;
    std::set<std::string> keys;
  };

  // A value begins: in an array it has the next index.
  void step_into() {
    if (levels_.empty() || !levels_.back().array) return;
    levels_.back().key = std::to_string(levels_.back().next++);
  }
  std::string pointer() const {
    std::string way;
    for (const Level& level : levels_) way += "/" + escaped(level.key);
    return way;
  }

  std::vector<Level> levels_;
};

}  // namespace

BadInput::BadInput(const std::string& pointer, const std::string& what)
    : std::runtime_error(one_line((pointer.empty() ? "/" : pointer) + ": " + what)),
      pointer_(pointer) {}

BadInput::BadInput(std::size_t place, const std::string& what) : BadInput("", what) {
  place_ = place;
}

json parse_strictly(std::string_view text) {
  if (text.size() > most_bytes) {
    throw BadInput("", "found " + std::to_string(text.size()) + " bytes; accepted: at most " +
                           std::to_string(most_bytes));
  }
  // The parser takes it for the end of the text and would let anything stand behind it.
  if (const auto nul = text.find('\0'); nul != std::string_view::npos) {
    throw BadInput("", "not JSON: a NUL byte at " + std::to_string(nul));
  }
  Watch watch;
  const auto callback = [&watch](int depth, json::parse_event_t event, json& value) {
    return watch(depth, event, value);
  };
  try {
    return json::parse(text, callback);
  } catch (const json::parse_error& error) {
    throw BadInput(error.byte == 0 ? 0 : error.byte - 1, "not JSON: " + said_by_parser(error));
  } catch (const json::exception& error) {
    throw BadInput("", "not JSON: " + std::string(error.what()).substr(0, 200));
  }
}

void Value::refuse(const std::string& accepted) const {
  throw BadInput(pointer_, "found " + shown(*json_) + "; accepted: " + accepted);
}

bool Value::is_object() const { return json_->is_object(); }

std::string Value::text() const {
  if (!json_->is_string()) refuse("a string");
  return json_->get<std::string>();
}

bool Value::boolean() const {
  if (!json_->is_boolean()) refuse("true or false");
  return json_->get<bool>();
}

std::int64_t Value::integer(std::int64_t least, std::int64_t most) const {
  const std::string accepted =
      "a whole number from " + std::to_string(least) + " to " + std::to_string(most);
  if (!json_->is_number_integer()) refuse(accepted);
  // An unsigned number above the signed range would wrap in the conversion.
  const bool too_large = json_->is_number_unsigned() &&
                         json_->get<std::uint64_t>() > static_cast<std::uint64_t>(INT64_MAX);
  if (too_large) refuse(accepted);
  const auto number = json_->get<std::int64_t>();
  if (number < least || number > most) refuse(accepted);
  return number;
}

std::pair<std::uint64_t, std::uint64_t> Value::halves() const {
  const std::string digits = text();
  const bool whole =
      digits.size() == 32 && digits.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (!whole) refuse("32 hexadecimal digits");
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  std::from_chars(digits.data(), digits.data() + 16, high, 16);
  std::from_chars(digits.data() + 16, digits.data() + 32, low, 16);
  return {high, low};
}

Length Value::duration(Length least, Length most) const {
  const std::string accepted = "a duration with its unit (ns, us, ms, s, min, h) from \"" +
                               write_duration(least) + "\" to \"" + write_duration(most) + "\"";
  if (!json_->is_string()) refuse(accepted);
  const auto length = parse_length(json_->get<std::string>());
  if (!length || *length < least || *length > most) refuse(accepted);
  return *length;
}

std::size_t Value::one_of(const std::vector<std::string>& accepted) const {
  if (!json_->is_string()) refuse(quoted_list(accepted));
  const auto word = json_->get<std::string>();
  const auto found = std::find(accepted.begin(), accepted.end(), word);
  if (found == accepted.end()) refuse(quoted_list(accepted) + suggestion(word, accepted));
  return static_cast<std::size_t>(found - accepted.begin());
}

std::vector<Value> Value::items() const {
  if (!json_->is_array()) refuse("an array");
  std::vector<Value> items;
  for (const json& item : *json_) {
    items.emplace_back(item, pointer_ + "/" + std::to_string(items.size()));
  }
  return items;
}

std::vector<std::pair<std::string, Value>> Value::members() const {
  if (!json_->is_object()) refuse("an object");
  std::vector<std::pair<std::string, Value>> members;
  for (const auto& [key, value] : json_->items()) {
    members.emplace_back(key, Value(value, pointer_ + "/" + escaped(key)));
  }
  return members;
}

Object::Object(const Value& value) : value_(value) {
  if (!value.is_object()) value.refuse("an object");
}

bool Object::has(const std::string& key) {
  known_.push_back(key);
  return value_.json_->contains(key);
}

Value Object::required(const std::string& key) {
  known_.push_back(key);
  const auto found = value_.json_->find(key);
  if (found == value_.json_->end()) {
    const auto slip = closest(key, unknown());
    throw BadInput(value_.pointer_, "the key \"" + key + "\" is missing" +
                                        (slip ? " (found \"" + *slip + "\")" : ""));
  }
  return {*found, value_.pointer_ + "/" + escaped(key)};
}

void Object::done() const {
  const std::vector<std::string> unknown_keys = unknown();
  if (unknown_keys.empty()) return;
  const std::string& key = unknown_keys.front();
  std::vector<std::string> known = known_;
  std::sort(known.begin(), known.end());
  known.erase(std::unique(known.begin(), known.end()), known.end());
  throw BadInput(value_.pointer_ + "/" + escaped(key),
                 "unknown key; accepted here: " + quoted_list(known) + suggestion(key, known));
}

std::vector<std::string> Object::unknown() const {
  std::vector<std::string> keys;
  for (const auto& [key, value] : value_.json_->items()) {
    if (std::find(known_.begin(), known_.end(), key) == known_.end()) keys.push_back(key);
  }
  return keys;
}

}  // namespace leasehold::sim
