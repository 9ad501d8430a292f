// Where in a text of JSON something stands, and how it looks there.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace leasehold::sim {

/// The byte at which the value begins that `pointer` (RFC 6901; "" or "/": the whole) leads to; of
/// members of one name, the first. Nullopt: no value stands there, or the text is no JSON on the
/// way to it.
std::optional<std::size_t> place_of(std::string_view text, std::string_view pointer);

/// "LINE:COLUMN" of that byte, both from 1; a column is a byte.
std::string line_and_column(std::string_view text, std::size_t at);

/// The line that holds that byte, and a caret under it: two lines of at most 100 columns, each with
/// a line break before it. A tab is shown as a blank, and what is not printable ASCII as a
/// question mark.
std::string excerpt(std::string_view text, std::size_t at);

}  // namespace leasehold::sim
