#include "lib/src/stores/etcd/facts.h"

#include "lib/src/stores/etcd/json.h"

namespace leasehold::stores {
namespace {

Json told(EtcdSession& session, const std::string& path, const char* request,
          const Patience& patience) {
  return parsed_object(session.call(path, request, patience));
}

Fact members_of(const Json& list) {
  std::string names;
  std::size_t count = 0;
  const Json& all = member(list, "members");
  for (std::size_t i = 0; all.is_array() && i < all.size(); ++i) {
    if (member(all[i], "isLearner") == true) continue;
    const std::string name = text_of(all[i], "name");
    names += (names.empty() ? "" : ", ") + (name.empty() ? std::string("(not started)") : name);
    ++count;
  }
  std::string wrong;
  if (count < 3) {
    wrong = "fewer than three members: nobody can lock while one of them is away";
  } else if (count % 2 == 0) {
    wrong = "an even number of members: one of them adds nothing to what may fail";
  }
  return {"members", names, wrong};
}

std::string leader_of(const Json& list, const Json& status) {
  const std::string leader = text_of(status, "leader");
  const Json& all = member(list, "members");
  for (std::size_t i = 0; all.is_array() && i < all.size(); ++i) {
    if (text_of(all[i], "ID") == leader) return text_of(all[i], "name");
  }
  return {};
}

Fact alarms_of(const Json& answer) {
  std::string names;
  const Json& all = member(answer, "alarms");
  for (std::size_t i = 0; all.is_array() && i < all.size(); ++i) {
    names += (names.empty() ? "" : ", ") + text_of(all[i], "alarm");
  }
  if (names.empty()) return {"alarms", "none"};
  return {"alarms", names,
          "no lock can be taken or renewed: for NOSPACE compact, defragment, raise "
          "--quota-backend-bytes if need be, then etcdctl alarm disarm; for CORRUPT replace the "
          "member"};
}

}  // namespace

std::vector<Fact> etcd_facts(EtcdSession& session, const EtcdAddress& address,
                             const Patience& patience) {
  const std::string version = session.check_version(patience);
  const Json list = told(session, "/v3/cluster/member/list", "{}", patience);
  const Json status = told(session, "/v3/maintenance/status", "{}", patience);
  const Json alarms = told(session, "/v3/maintenance/alarm", R"({"action":"GET"})", patience);
  const std::string leader = leader_of(list, status);
  std::string endpoints;
  for (const std::string& one : address.endpoints) {
    endpoints += (endpoints.empty() ? "" : ", ") + one;
  }
  const bool encrypted = address.endpoints.front().starts_with("https");
  return {{"endpoints", endpoints},
          {"endpoint", session.endpoint()},
          {"server_version", version},
          {"encrypted", encrypted ? "yes" : "no"},
          {"user", address.user},
          {"prefix", address.prefix},
          members_of(list),
          {"leader", leader,
           leader.empty() ? "there is none: see that a majority of the members runs" : ""},
          alarms_of(alarms),
          {"database_bytes", std::to_string(number_of(status, "dbSize"))},
          {"database_bytes_in_use", std::to_string(number_of(status, "dbSizeInUse"))}};
}

}  // namespace leasehold::stores
