#include "lib/src/text/printable.h"

#include <array>
#include <cstdio>

namespace leasehold {

std::string printable(const std::string& text) {
  std::string shown;
  for (const char byte : text) {
    const auto value = static_cast<unsigned char>(byte);
    if (value >= 0x20 && value != 0x7F) {
      shown.push_back(byte);
      continue;
    }
    std::array<char, 8> escape{};
    std::snprintf(escape.data(), escape.size(), "\\x%02x", static_cast<unsigned>(value));
    shown += escape.data();
  }
  return shown;
}

}  // namespace leasehold
