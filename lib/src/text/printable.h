// What others wrote, shown to people.
#pragma once

#include <string>

namespace leasehold {

/// `text` with what would move a terminal's cursor made visible: "\\x1b".
std::string printable(const std::string& text);

}  // namespace leasehold
