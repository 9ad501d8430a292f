// What the script of a page is told of its runs.
#pragma once

#include <string>

#include "sim/report/page.h"

namespace leasehold::sim {

/// JSON. Moments are nanoseconds of true time; an event is known by its place in the history.
std::string page_data(const Page& page);

}  // namespace leasehold::sim
