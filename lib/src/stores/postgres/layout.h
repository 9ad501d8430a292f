// The tables and functions of the PostgreSQL store, and who makes them.
#pragma once

#include <optional>
#include <string>

#include <leasehold/ids.h>
#include "lib/src/stores/postgres/session.h"

namespace leasehold::stores {

inline constexpr int postgres_layout = 1;

/// True if all of the layout is there. Throws `PostgresUnusable` for one that is newer than this
/// program knows.
bool postgres_layout_is_there(Session& session, const std::string& schema,
                              const Patience& patience);

/// Makes what is missing, in one transaction; of many who do so at once one does it and the others
/// wait. If a table is missing, all are made anew under `incarnation`: what was held is lost.
void make_postgres_layout(Session& session, const std::string& schema,
                          const Incarnation& incarnation, const Patience& patience);

}  // namespace leasehold::stores
