// Where a PostgreSQL store is: what libpq is told, and the schema.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <leasehold/result.h>

namespace leasehold::stores {

struct Address {
  /// For messages: without passwords.
  std::string shown;
  /// Keyword and value, as libpq's connection parameters.
  std::vector<std::pair<std::string, std::string>> parameters;
  /// A name that needs no quotes.
  std::string schema;
};

/// Takes a url of libpq ("postgresql://..." or "postgres://...") apart; of its parameters
/// `leasehold_schema` is ours. Errors: `misuse` with what libpq says.
Result<Address> address_of(const std::string& url);

}  // namespace leasehold::stores
