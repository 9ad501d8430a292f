// Fencing inside the user's own SQLite transaction.
#pragma once

#include <leasehold/export.h>
#include <leasehold/fence.h>
#include <leasehold/result.h>

struct sqlite3;

namespace leasehold {

/// Shows `fence` to the table `leasehold_fence` in the database `db`, inside the user's open
/// transaction: raises what is stored for its key if it is lower. The write lock that this takes
/// orders all writers until they commit, so a write of an older tenure never follows one of a
/// newer.
///
///   BEGIN IMMEDIATE;  raise_fence(db, guard.fence());  the user's own writes;  COMMIT
///
/// The table is in the user's database (made at the first use), and the lock's own tables are not
/// touched. Blocks as statements of `db` do, by its busy timeout. Thread-safety is that of `db`.
/// Errors: `misuse` if no transaction is open; `not_applied` with SQLite's words if a statement
/// failed: roll back.
LEASEHOLD_API Result<FenceVerdict> raise_fence(sqlite3* db, const Fence& fence);

/// For operators, after the lock's database was lost or restored and everyone who held a lock of
/// the old one is known to be gone: lets the fence of `fence.key` begin anew with `fence`. Requires
/// and errors as above.
LEASEHOLD_API Result<FenceVerdict> repin_fence(sqlite3* db, const Fence& fence);

}  // namespace leasehold
