// Where locks are kept unless somebody says otherwise.
#pragma once

#include <memory>
#include <string>

#include <leasehold/result.h>
#include <leasehold/store.h>

namespace leasehold::cli {

/// `named` if it is not empty, else "sqlite:" and locks.db in the directory `leasehold` of the
/// user's state directory (XDG Base Directory Specification 0.8: $XDG_STATE_HOME, else
/// $HOME/.local/state), which is made if it is not there, for this user alone. Errors: `misuse`
/// where there is no such directory.
Result<std::string> store_url(const std::string& named);

/// Opens the store of `store_url(named)` to look at it. Nothing is made: an SQLite file that is not
/// there is null, and has no locks.
Result<std::unique_ptr<Store>> store_to_look_at(const std::string& named);

}  // namespace leasehold::cli
