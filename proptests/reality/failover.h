// Redis with a replica that is promoted: what asynchronous replication does to a lock.
#pragma once

#include <memory>

#include "proptests/reality/engine.h"

namespace leasehold::reality {

/// `waits`: a grant is one only when the replica has it, too (Redis's WAIT). Requires: redis-server
/// is installed.
std::unique_ptr<Engine> redis_failover(bool waits);

}  // namespace leasehold::reality
