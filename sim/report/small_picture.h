// A run as a small SVG, for texts: who believed what, what the store had, and where an invariant
// broke.
#pragma once

#include <ostream>
#include <string>

#include "sim/report/page.h"

namespace leasehold::sim {

/// The same picture, to the byte, for the same run. It asks for nothing else, and follows the
/// reader's colours. `title`: what it is called to whoever can't see it.
void write_small_picture(std::ostream& out, const PageRun& run, const std::string& title);

}  // namespace leasehold::sim
