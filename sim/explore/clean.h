// The first half of what makes a situation canonical: what nobody will read is taken out of it.
#pragma once

#include "sim/explore/situation.h"

namespace leasehold::sim {

/// Counts all moments from the present one, and takes out what no future depends on.
void clean(const Limits& limits, const Config& config, Situation& situation);

/// The part of it that looks at each thing by itself: answers that are dead stay, and twins.
void clean_each(const Limits& limits, const Config& config, Situation& situation);

}  // namespace leasehold::sim
