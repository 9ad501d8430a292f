// The tables in the user's file: made, found again, and brought up from an older layout.
#pragma once

#include <cstdint>
#include <stdexcept>

#include <leasehold/ids.h>
#include "lib/src/stores/sqlite/database.h"

namespace leasehold::stores {

/// The layout that this program writes. A file with a higher one is refused, a lower one is brought
/// up to it by whoever opens the file first; programs that know only the lower one are refused
/// then. Between two layouts a table is made or altered, never a row alone: see `look_again`.
inline constexpr std::int64_t schema_version = 3;
/// The meaning of the columns of one record.
inline constexpr std::int64_t record_format = 1;

/// The file, or a row in it, is not what this program can work with. Trying again is of no use.
class Unusable : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// True if there are tables to work with. Throws `Unusable` if they are of a newer layout, before
/// anything in them was touched.
bool tables_are_there(Database& database);

/// Throws `Unusable` if `schema` is newer than this program.
void refuse_newer(std::int64_t schema);

/// Makes the tables, in a transaction of their own, unless they are there by then. Records of an
/// older layout are kept. If a table is missing, the others are of no use: all are made anew, and
/// `incarnation` names them. Throws as `tables_are_there`; the connection must be closed then.
void make_tables(Database& database, const Incarnation& incarnation);

}  // namespace leasehold::stores
