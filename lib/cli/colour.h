// Whether people look at what a command prints.
#pragma once

namespace leasehold::cli {

/// Stdout is a terminal, and its user does not refuse colours (no-color.org: NO_COLOR is set and
/// not empty).
bool wants_colours();

}  // namespace leasehold::cli
