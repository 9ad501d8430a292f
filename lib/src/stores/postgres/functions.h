// What runs inside PostgreSQL: the functions that carry out each request as one atomic step.
#pragma once

#include <string>

namespace leasehold::stores {

/// The statements that make the functions anew. In them "@S@" stands for the schema and "@I@" for
/// the incarnation, which every answer carries: a constant costs nothing to read.
std::string functions_sql();

}  // namespace leasehold::stores
