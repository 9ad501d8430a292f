#include "proptests/reality/log.h"

#include <sstream>

namespace leasehold::reality {

std::string to_text(const Line& line) {
  return std::string(1, static_cast<char>(line.kind)) + " " + std::to_string(line.at) + " " +
         std::to_string(line.term) + " " + std::to_string(line.until) + " " +
         std::to_string(line.owner) + "\n";
}

std::optional<Line> line_of(const std::string& text) {
  std::istringstream words(text);
  char kind = 0;
  Line line;
  if (!(words >> kind >> line.at >> line.term >> line.until >> line.owner)) return std::nullopt;
  if (std::string("GHLDWR").find(kind) == std::string::npos) return std::nullopt;
  line.kind = static_cast<Line::Kind>(kind);
  return line;
}

}  // namespace leasehold::reality
