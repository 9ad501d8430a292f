// Urls as they may be shown to people.
#pragma once

#include <string>

namespace leasehold {

/// `url` with "***" in the place of passwords: what stands between ":" and "@" before the host, and
/// the values of parameters whose names end in "password".
std::string without_password(const std::string& url);

}  // namespace leasehold
