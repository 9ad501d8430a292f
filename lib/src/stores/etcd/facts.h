// What somebody who has to trust an etcd cluster wants to know of it.
#pragma once

#include <string>
#include <vector>

#include <leasehold/store.h>
#include "lib/src/stores/etcd/session.h"

namespace leasehold::stores {

/// Members, leader, alarms, space, and what is wrong with them.
std::vector<Fact> etcd_facts(EtcdSession& session, const EtcdAddress& address,
                             const Patience& patience);

}  // namespace leasehold::stores
