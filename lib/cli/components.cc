#include "lib/cli/components.h"

#ifdef LEASEHOLD_WITH_ETCD
#include <leasehold/etcd_store.h>
#endif
#ifdef LEASEHOLD_WITH_POSTGRES
#include <leasehold/postgres_store.h>
#endif
#ifdef LEASEHOLD_WITH_REDIS
#include <leasehold/redis_store.h>
#endif

namespace leasehold::cli {

void add_components() {
#ifdef LEASEHOLD_WITH_ETCD
  add_etcd();
#endif
#ifdef LEASEHOLD_WITH_POSTGRES
  add_postgres();
#endif
#ifdef LEASEHOLD_WITH_REDIS
  add_redis();
#endif
}

}  // namespace leasehold::cli
