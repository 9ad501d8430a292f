// What a Redis server says of itself, and whether locks may be kept there.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include <leasehold/store.h>
#include "lib/src/stores/redis/failure.h"

namespace leasehold::stores::redis {

/// The fields of INFO, by name.
using ServerInfo = std::map<std::string, std::string>;

/// Takes the text of INFO apart.
ServerInfo info_of(const std::string& text);

/// Why this server keeps no locks: too old, a cluster, a replica, still loading, or one that throws
/// records away when its memory is full. nullopt: it may.
std::optional<Failure> find_unfit(const ServerInfo& info, Phase phase);

/// `settings` is what CONFIG GET says, empty where it is not allowed.
std::vector<Fact> facts_of(const ServerInfo& info, const ServerInfo& settings);

}  // namespace leasehold::stores::redis
