// Urls of stores that are not built into the library: what a component adds to `open`.
#pragma once

#include <memory>
#include <string>

#include <leasehold/export.h>
#include <leasehold/result.h>
#include <leasehold/store.h>
#include <leasehold/timing.h>

namespace leasehold {

/// How the urls of one scheme are opened.
struct StoreScheme {
  /// What stands before the first ":" of such a url, in lower case: "redis".
  std::string name;
  /// What such a url looks like, for people: "redis://HOST[:PORT][/DATABASE]".
  std::string form;
  /// Opens the whole url. A call of the store may take `patience` at most; see `open_store`.
  Result<std::unique_ptr<Store>> (*open)(const std::string& url, Length patience) = nullptr;
  /// The timing that `open` gives its clients, of the store's authority.
  Config preset;
};

/// From now on `open` and `open_store` know the urls of `scheme`; one that was added before under
/// the same name is replaced. Thread-safe. Components have a function of their own that calls this
/// (`add_postgres`, ...): an archive that registered itself would be left out by the linker.
LEASEHOLD_API void add_store_scheme(const StoreScheme& scheme);

/// The preset that `open` uses for `url`. Errors: `misuse` as `open_store` for a url of no scheme
/// that is known.
LEASEHOLD_API Result<Config> preset_of(const std::string& url);

}  // namespace leasehold
