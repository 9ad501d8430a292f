// UTF-8, for formats that allow nothing else.
#pragma once

#include <cstddef>
#include <string_view>

namespace leasehold {

/// How many bytes the UTF-8 sequence at `at` has (Unicode 15, table 3-7); 0: it is none.
std::size_t utf8_sequence(std::string_view text, std::size_t at);

}  // namespace leasehold
