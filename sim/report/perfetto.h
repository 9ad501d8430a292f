// A history as Chrome's trace events, for Perfetto and other viewers of such files.
#pragma once

#include <ostream>

#include "sim/report/page.h"

namespace leasehold::sim {

/// Runs of a page, one after another as processes of their own: what lasts as slices, requests as
/// slices from their sending to their answer, everything that tells something as an instant.
/// https://ui.perfetto.dev opens it.
void write_perfetto(std::ostream& out, const Page& page);

}  // namespace leasehold::sim
