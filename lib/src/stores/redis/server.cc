#include "lib/src/stores/redis/server.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <tuple>

namespace leasehold::stores::redis {
namespace {

const std::string& field(const ServerInfo& info, const char* name) {
  static const std::string none;
  const auto found = info.find(name);
  return found == info.end() ? none : found->second;
}

std::int64_t number(const std::string& text) {
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

// Scripts that read the time and write are replicated by what they did from 5.0 on; LIMIT, COPY and
// error codes of scripts are as this store expects them from 6.2 on.
bool is_too_old(const std::string& version) {
  const std::size_t dot = std::min(version.find('.'), version.size());
  const std::int64_t major = number(version.substr(0, dot));
  const std::int64_t minor = dot < version.size() ? number(version.substr(dot + 1)) : 0;
  return std::tie(major, minor) < std::make_tuple<std::int64_t, std::int64_t>(6, 2);
}

// Without a limit nothing is ever thrown away.
bool throws_away(const ServerInfo& info) {
  return number(field(info, "maxmemory")) > 0 && field(info, "maxmemory_policy") != "noeviction";
}

std::string evicts(const ServerInfo& info) {
  return "maxmemory-policy is " + field(info, "maxmemory_policy") +
         ", so that a full server throws locks away: set it to noeviction, or keep the locks in a "
         "server of their own";
}

Fact appendonly(const ServerInfo& info) {
  if (field(info, "aof_enabled") == "1") return {"appendonly", "yes"};
  return {"appendonly", "no",
          "a restart forgets locks that are held, and two may have one: set appendonly to yes and "
          "appendfsync to always"};
}

Fact appendfsync(const ServerInfo& info, const ServerInfo& settings) {
  const std::string& policy = field(settings, "appendfsync");
  if (policy.empty()) return {"appendfsync", "unknown: CONFIG GET is not allowed to this user"};
  if (field(info, "aof_enabled") != "1" || policy == "always") return {"appendfsync", policy};
  return {"appendfsync", policy,
          "a crash may forget the last seconds, grants too, and two may have one lock: set it to "
          "always, or fence what the locks protect"};
}

}  // namespace

ServerInfo info_of(const std::string& text) {
  ServerInfo info;
  std::size_t from = 0;
  while (from < text.size()) {
    const std::size_t end = std::min(text.find_first_of("\r\n", from), text.size());
    const std::size_t colon = text.find(':', from);
    if (colon < end)
      info[text.substr(from, colon - from)] = text.substr(colon + 1, end - colon - 1);
    from = end + 1;
  }
  return info;
}

std::optional<Failure> find_unfit(const ServerInfo& info, Phase phase) {
  const std::string& version = field(info, "redis_version");
  if (is_too_old(version)) {
    return Failure(Errc::misuse,
                   "the server's version is \"" + version + "\": use a Redis of 6.2 or later");
  }
  if (field(info, "cluster_enabled") == "1" || field(info, "redis_mode") == "sentinel") {
    return Failure(Errc::misuse,
                   "the server is part of Redis Cluster, or a sentinel: name a server "
                   "that is neither");
  }
  if (field(info, "role") != "master") {
    // Later it may be a failover under way, which ends.
    return Failure(phase == Phase::opening ? Errc::misuse : Errc::not_applied,
                   "this server is a replica of " + field(info, "master_host") + ":" +
                       field(info, "master_port") + ": name the primary");
  }
  if (field(info, "loading") == "1") {
    return Failure(Errc::not_applied, "the server is reading its data: try again in a moment");
  }
  if (throws_away(info)) return Failure(Errc::misuse, evicts(info));
  return std::nullopt;
}

std::vector<Fact> facts_of(const ServerInfo& info, const ServerInfo& settings) {
  std::vector<Fact> facts;
  facts.push_back({"redis_version", field(info, "redis_version")});
  facts.push_back({"role", field(info, "role"),
                   field(info, "role") == "master" ? "" : "it is a replica: name the primary"});
  facts.push_back({"maxmemory", field(info, "maxmemory")});
  facts.push_back(
      {"maxmemory_policy", field(info, "maxmemory_policy"), throws_away(info) ? evicts(info) : ""});
  facts.push_back(appendonly(info));
  facts.push_back(appendfsync(info, settings));
  facts.push_back({"connected_replicas", field(info, "connected_slaves")});
  return facts;
}

}  // namespace leasehold::stores::redis
