// Feeds an event into the hash of a run: every field, so that no difference goes unseen.
#pragma once

#include "sim/engine/hash128.h"
#include "sim/trace/event.h"

namespace leasehold::sim {

void feed(Hash128& hash, const Event& event);

}  // namespace leasehold::sim
