// What real processes did, as a recording that `leasehold-sim timeline` shows.
#pragma once

#include <vector>

#include "proptests/reality/judge.h"
#include "sim/report/recording.h"

namespace leasehold::reality {

/// A process of the recording is a seat: one life after another, with a crash and a new start
/// between them. Its first moment is when the first life began.
sim::Recording recording_of(const std::vector<Life>& lives);

}  // namespace leasehold::reality
