// What somebody who has to trust a PostgreSQL server wants to know of it.
#pragma once

#include <string>
#include <vector>

#include <leasehold/store.h>
#include "lib/src/stores/postgres/session.h"

namespace leasehold::stores {

/// The settings that decide what the store promises, and what is wrong with them.
std::vector<Fact> postgres_facts(Session& session, const std::string& schema,
                                 const Patience& patience);

}  // namespace leasehold::stores
