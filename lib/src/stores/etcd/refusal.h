// What an answer that is no good one means to a lease holder.
#pragma once

#include <string>

#include <leasehold/result.h>
#include "lib/src/stores/etcd/http.h"

namespace leasehold::stores {

struct EtcdRefusal {
  Errc kind = Errc::unknown;
  /// What the server said, and what to do.
  std::string words;
  /// The token was not accepted; nothing else was looked at.
  bool is_of_token = false;
  /// This member can't serve now; another one may.
  bool is_unavailable = false;
};

/// Requires: the answer's status is not 200.
EtcdRefusal etcd_refusal(const HttpAnswer& answer);

}  // namespace leasehold::stores
