#include "sim/report/page_text.h"

#include <cstddef>
#include <cstdint>

#include "lib/src/text/utf8.h"

namespace leasehold::sim {
namespace {

std::uint32_t code_point(std::string_view sequence) {
  const auto byte = [&](std::size_t at) { return static_cast<std::uint8_t>(sequence[at]); };
  if (sequence.size() == 1) return byte(0);
  std::uint32_t point = byte(0) & (0x7fU >> sequence.size());
  for (std::size_t at = 1; at < sequence.size(); ++at) point = point << 6U | (byte(at) & 0x3fU);
  return point;
}

bool is_hidden(std::uint32_t point) {
  const auto in = [point](std::uint32_t from, std::uint32_t to) {
    return point >= from && point <= to;
  };
  const bool is_control = in(0, 0x1f) || in(0x7f, 0x9f);
  const bool turns =
      point == 0x61c || in(0x200e, 0x200f) || in(0x202a, 0x202e) || in(0x2066, 0x2069);
  const bool breaks = in(0x2028, 0x2029);
  return (is_control && point != '\n' && point != '\t') || turns || breaks;
}

std::string named(std::uint32_t point) {
  static constexpr std::string_view digits = "0123456789ABCDEF";
  std::string text = "[U+";
  for (int shift = 12; shift >= 0; shift -= 4) text += digits[point >> shift & 0xfU];
  return text + "]";
}

}  // namespace

std::string visible(std::string_view text) {
  std::string shown;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = utf8_sequence(text, at);
    if (length == 0) {
      shown += "\xef\xbf\xbd";
      ++at;
      continue;
    }
    const std::string_view sequence = text.substr(at, length);
    const std::uint32_t point = code_point(sequence);
    shown += is_hidden(point) ? named(point) : std::string(sequence);
    at += length;
  }
  return shown;
}

std::string html(std::string_view text) {
  std::string escaped;
  for (const char c : visible(text)) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

std::string script_json(const std::string& json) {
  std::string safe;
  for (const char c : json) safe += c == '<' ? "\\u003c" : std::string(1, c);
  return safe;
}

}  // namespace leasehold::sim
