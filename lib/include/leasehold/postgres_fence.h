// Fencing inside the user's own PostgreSQL transaction.
#pragma once

#include <leasehold/export.h>
#include <leasehold/fence.h>
#include <leasehold/result.h>

struct pg_conn;

namespace leasehold {

/// Shows `fence` to the table `leasehold_fence` of the database that `connection` (libpq's PGconn)
/// is connected to, inside the user's open transaction: raises what is stored for its key if it is
/// lower. The row lock that this takes orders all writers of the key until they commit, so a write
/// of an older tenure never follows one of a newer. The lock's own tables are not touched, so no
/// renewal ever waits for it.
///
///   BEGIN;  raise_fence(connection, guard.fence());  the user's own writes;  COMMIT
///
/// The isolation level is the user's: under "repeatable read" and above, one of two writers at once
/// fails with a serialization failure, as at any row. The table is made at the first use in the
/// first schema of the search path, if this user may; else make it before with
/// `postgres_fence_table`. Blocks as statements of `connection` do. Thread-safety is that of
/// `connection`. Errors: `misuse` if no transaction is open; `not_applied` with PostgreSQL's words
/// if a statement failed: roll back.
LEASEHOLD_API Result<FenceVerdict> raise_fence(pg_conn* connection, const Fence& fence);

/// For operators, after the lock's database was lost or restored and everyone who held a lock of
/// the old one is known to be gone: lets the fence of `fence.key` begin anew with `fence`. Requires
/// and errors as above.
LEASEHOLD_API Result<FenceVerdict> repin_fence(pg_conn* connection, const Fence& fence);

/// The statement that makes the table.
LEASEHOLD_API const char* postgres_fence_table();

}  // namespace leasehold
