#include <mutex>
#include <utility>
#include <vector>

#include <leasehold/client.h>
#include <leasehold/memory_store.h>
#include <leasehold/sqlite_store.h>
#include <leasehold/store_scheme.h>
#include "lib/src/runtime/system_clock.h"
#include "lib/src/runtime/system_random.h"
#include "lib/src/text/url.h"

namespace leasehold {
namespace {

// A new store that nobody can name again: anything behind the colon is a mistake.
Result<std::unique_ptr<Store>> open_memory(const std::string& url, Length /*patience*/) {
  if (url != "memory:") {
    return Error{Errc::misuse, "open: \"" + url + "\": write \"memory:\" alone"};
  }
  return std::unique_ptr<Store>(
      std::make_unique<MemoryStore>(SystemClock::shared(), SystemRandom::shared()));
}

Result<std::unique_ptr<Store>> open_sqlite(const std::string& url, Length patience) {
  auto store = SqliteStore::open(url.substr(url.find(':') + 1), {.busy_wait = patience});
  if (!store) return store.error();
  return std::unique_ptr<Store>(*std::move(store));
}

class Schemes {
 public:
  static Schemes& all() {
    static Schemes schemes;
    return schemes;
  }

  void add(const StoreScheme& scheme) {
    const std::scoped_lock lock(mutex_);
    for (StoreScheme& known : known_) {
      if (known.name == scheme.name) {
        known = scheme;
        return;
      }
    }
    known_.push_back(scheme);
  }

  Result<StoreScheme> of(const std::string& url) {
    const std::scoped_lock lock(mutex_);
    std::string forms;
    for (const StoreScheme& known : known_) {
      if (url.starts_with(known.name + ":")) return known;
      forms += (forms.empty() ? "\"" : ", \"") + known.form + "\"";
    }
    return Error{Errc::misuse, "open: no store is known by the url \"" + without_password(url) +
                                   "\"; accepted: " + forms +
                                   "; a store of another kind is a component that the program "
                                   "links and adds, see store_scheme.h"};
  }

 private:
  Schemes() = default;

  std::mutex mutex_;
  std::vector<StoreScheme> known_{{"sqlite", "sqlite:PATH", &open_sqlite, host_preset()},
                                  {"memory", "memory:", &open_memory, host_preset()}};
};

}  // namespace

void add_store_scheme(const StoreScheme& scheme) { Schemes::all().add(scheme); }

Result<Config> preset_of(const std::string& url) {
  const Result<StoreScheme> scheme = Schemes::all().of(url);
  if (!scheme) return scheme.error();
  return scheme->preset;
}

Result<std::unique_ptr<Store>> open_store(const std::string& url, Length patience) {
  const Result<StoreScheme> scheme = Schemes::all().of(url);
  if (!scheme) return scheme.error();
  return scheme->open(url, patience);
}

Result<Client> open(const std::string& url, OpenOptions options) {
  Result<Config> config = preset_of(url);
  if (!config) return config.error();
  if (options.timing) config->timing = *options.timing;
  // Before anything is made on the disk.
  if (const auto good = checked(*config); !good) return good.error();
  auto store = open_store(url, config->timing.request_timeout);
  if (!store) return store.error();
  return Client::over(*std::move(store), *config, std::move(options.client));
}

}  // namespace leasehold
