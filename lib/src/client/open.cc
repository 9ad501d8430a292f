#include <string_view>
#include <utility>

#include <leasehold/client.h>
#include <leasehold/memory_store.h>
#include <leasehold/sqlite_store.h>
#include "lib/src/runtime/system_clock.h"
#include "lib/src/runtime/system_random.h"

namespace leasehold {

Result<std::unique_ptr<Store>> open_store(const std::string& url, Length patience) {
  if (url == "memory:") {
    return std::unique_ptr<Store>(
        std::make_unique<MemoryStore>(SystemClock::shared(), SystemRandom::shared()));
  }
  constexpr std::string_view sqlite = "sqlite:";
  if (url.starts_with(sqlite)) {
    auto store = SqliteStore::open(url.substr(sqlite.size()), {.busy_wait = patience});
    if (!store) return store.error();
    return std::unique_ptr<Store>(*std::move(store));
  }
  return Error{Errc::misuse, "open: no store is known by the url \"" + url +
                                 "\"; accepted: \"sqlite:PATH\", \"memory:\""};
}

Result<Client> open(const std::string& url, OpenOptions options) {
  Config config = host_preset();
  if (options.timing) config.timing = *options.timing;
  // Before anything is made on the disk.
  if (const auto good = checked(config); !good) return good.error();
  auto store = open_store(url, config.timing.request_timeout);
  if (!store) return store.error();
  return Client::over(*std::move(store), config, std::move(options.client));
}

}  // namespace leasehold
