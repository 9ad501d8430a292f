// The statements of the PostgreSQL store, and their answers as the contract has them.
#pragma once

#include <span>
#include <string>
#include <vector>

#include <leasehold/store.h>
#include "lib/src/stores/postgres/session.h"

namespace leasehold::stores {

/// One for each request. Reads no clock; every call is one statement.
class PostgresVerbs {
 public:
  explicit PostgresVerbs(const std::string& schema);

  Answered<AcquireAnswer> acquire(Session& session, const AcquireRequest& request,
                                  const Patience& patience) const;
  /// Requires: the requests have passed `find_misuse`.
  Answered<std::vector<RenewAnswer>> renew(Session& session, std::span<const RenewRequest> batch,
                                           const Patience& patience) const;
  Answered<ReleaseAnswer> release(Session& session, const ReleaseRequest& request,
                                  const Patience& patience) const;
  Answered<Abandoned> abandon(Session& session, const AbandonRequest& request,
                              const Patience& patience) const;
  Answered<std::optional<RecordView>> inspect(Session& session, const std::string& key,
                                              const Traits& traits, const Patience& patience) const;
  Answered<std::vector<std::string>> list(Session& session, const std::string& after,
                                          std::size_t most, const Patience& patience) const;

 private:
  Prepared incarnation_;
  Prepared acquire_;
  Prepared renew_;
  Prepared release_;
  Prepared abandon_;
  Prepared inspect_;
  Prepared list_;
};

}  // namespace leasehold::stores
