#include "sim/scenario/excerpt.h"

#include <algorithm>
#include <charconv>
#include <vector>

#include <nlohmann/json.hpp>

namespace leasehold::sim {
namespace {

// How much of a long line is shown on either side.
constexpr std::size_t most_aside = 40;

/// Walks over JSON without a copy of it. Takes on trust that brackets match: the text was parsed
/// before, up to where it is wrong.
class Walk {
 public:
  explicit Walk(std::string_view text) : text_(text) {}

  /// Where the next value begins.
  std::optional<std::size_t> here() {
    skip_blanks();
    if (at_ >= text_.size()) return std::nullopt;
    return at_;
  }

  /// Goes to the value of that name or index in the value that begins here.
  bool enter(const std::string& token) {
    if (next_is('{')) return enter_member(token);
    return next_is('[') && enter_item(token);
  }

 private:
  bool enter_member(const std::string& name) {
    do {
      const std::optional<std::string> found = take_string();
      if (!found || !next_is(':')) return false;
      if (*found == name) return true;
      skip_value();
    } while (next_is(','));
    return false;
  }

  bool enter_item(const std::string& token) {
    std::size_t index = 0;
    const auto [end, wrong] = std::from_chars(token.data(), token.data() + token.size(), index);
    if (wrong != std::errc() || end != token.data() + token.size()) return false;
    for (; index > 0; --index) {
      skip_value();
      if (!next_is(',')) return false;
    }
    return true;
  }

  void skip_blanks() { at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size()); }

  bool next_is(char wanted) {
    skip_blanks();
    if (at_ >= text_.size() || text_[at_] != wanted) return false;
    ++at_;
    return true;
  }

  std::optional<std::string> take_string() {
    skip_blanks();
    const std::size_t first = at_;
    if (at_ >= text_.size() || text_[at_] != '"') return std::nullopt;
    skip_string();
    const auto string = nlohmann::json::parse(text_.substr(first, at_ - first), nullptr, false);
    if (!string.is_string()) return std::nullopt;
    return string.get<std::string>();
  }

  void skip_string() {
    for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
      if (text_[at_] == '\\') ++at_;
    }
    at_ = std::min(at_ + 1, text_.size());
  }

  void skip_value() {
    skip_blanks();
    std::size_t depth = 0;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (depth == 0 && (c == ',' || c == '}' || c == ']')) return;
      if (c == '"') {
        skip_string();
        continue;
      }
      if (c == '{' || c == '[') ++depth;
      if (c == '}' || c == ']') --depth;
      ++at_;
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

std::string unescaped(std::string token) {
  for (std::size_t at = token.find('~'); at != std::string::npos; at = token.find('~', at + 1)) {
    token.replace(at, 2, token.compare(at, 2, "~1") == 0 ? "/" : "~");
  }
  return token;
}

std::vector<std::string> tokens_of(std::string_view pointer) {
  std::vector<std::string> tokens;
  while (pointer.size() > 1) {
    pointer.remove_prefix(1);
    const std::size_t end = std::min(pointer.find('/'), pointer.size());
    tokens.push_back(unescaped(std::string(pointer.substr(0, end))));
    pointer.remove_prefix(end);
  }
  return tokens;
}

std::size_t begin_of_line(std::string_view text, std::size_t at) {
  const std::size_t before = at == 0 ? std::string_view::npos : text.rfind('\n', at - 1);
  return before == std::string_view::npos ? 0 : before + 1;
}

std::string number_of_line(std::string_view text, std::size_t at) {
  return std::to_string(1 + std::count(text.begin(), text.begin() + static_cast<long>(at), '\n'));
}

}  // namespace

std::optional<std::size_t> place_of(std::string_view text, std::string_view pointer) {
  Walk walk(text);
  for (const std::string& token : tokens_of(pointer)) {
    if (!walk.enter(token)) return std::nullopt;
  }
  return walk.here();
}

std::string line_and_column(std::string_view text, std::size_t at) {
  at = std::min(at, text.size());
  return number_of_line(text, at) + ":" + std::to_string(at - begin_of_line(text, at) + 1);
}

std::string excerpt(std::string_view text, std::size_t at) {
  at = std::min(at, text.size());
  const std::size_t line = begin_of_line(text, at);
  const std::size_t end = std::min(text.find('\n', at), text.size());
  const std::size_t first = at - line > most_aside ? at - most_aside : line;
  const std::size_t last = std::min(end, at + most_aside);
  std::string shown = (first > line ? "..." : "") + std::string(text.substr(first, last - first)) +
                      (last < end ? "..." : "");
  std::replace(shown.begin(), shown.end(), '\t', ' ');
  std::replace_if(
      shown.begin(), shown.end(), [](unsigned char c) { return c < 0x20 || c > 0x7e; }, '?');
  const std::string number = number_of_line(text, at);
  const std::size_t column = at - first + (first > line ? 3 : 0);
  return "\n  " + number + " | " + shown + "\n  " + std::string(number.size(), ' ') + " | " +
         std::string(column, ' ') + "^";
}

}  // namespace leasehold::sim
