#include "lib/src/stores/redis/failure.h"

namespace leasehold::stores::redis {
namespace {

struct Known {
  const char* code;
  Errc kind;
  const char* advice;
};

// Of redis.io/docs/reference/protocol-spec and the servers' own sources (6.2, 7.0): all of these
// are given before a command, or the first write of a script, has done anything.
constexpr Known all_known[] = {
    {"NOAUTH", Errc::misuse, "; the server wants a password: put USER:PASSWORD@ into the url"},
    {"WRONGPASS", Errc::misuse, "; give the user and the password that the server knows"},
    {"NOPERM", Errc::misuse,
     "; allow this user the commands and keys that the store's page lists (ACL SETUSER)"},
    {"READONLY", Errc::not_applied,
     "; this server is a replica: name the primary, or wait until the failover is over"},
    {"OOM", Errc::not_applied, "; the server's memory is full: raise maxmemory, or give it room"},
    {"LOADING", Errc::not_applied, "; the server is reading its data: try again in a moment"},
    {"MASTERDOWN", Errc::not_applied,
     "; this server is a replica that lost its primary: name the primary"},
    {"BUSY", Errc::not_applied,
     "; a script of somebody else's keeps the server: end it with SCRIPT KILL"},
    {"MISCONF", Errc::not_applied,
     "; the server can't write to its disk: look at its log and make room there"},
    {"NOREPLICAS", Errc::not_applied,
     "; fewer replicas than min-replicas-to-write are there: start them"},
    {"NOSCRIPT", Errc::not_applied, "; the server forgot a script: try again"},
    {"CLUSTERDOWN", Errc::misuse,
     "; Redis Cluster is not supported: name a server without cluster mode"},
    {"MOVED", Errc::misuse, "; Redis Cluster is not supported: name a server without cluster mode"},
    {"ASK", Errc::misuse, "; Redis Cluster is not supported: name a server without cluster mode"},
    {"CROSSSLOT", Errc::misuse,
     "; Redis Cluster is not supported: name a server without cluster mode"},
    {"WRONGTYPE", Errc::misuse,
     "; somebody else uses keys of this prefix: choose another one with ?prefix="},
    {"LEASEHOLD", Errc::misuse,
     "; somebody else wrote it: restore it from a backup, or delete it once nobody uses the lock"},
};

// What has no code of its own begins with "ERR".
constexpr Known known_by_words[] = {
    {"max number of clients", Errc::not_applied, "; raise maxclients, or end idle connections"},
    {"AUTH", Errc::misuse, "; give the user and the password that the server knows"},
    {"invalid password", Errc::misuse, "; give the user and the password that the server knows"},
    {"DB index is out of range", Errc::misuse,
     "; name a database that the server has (its setting \"databases\")"},
    {"Error compiling script", Errc::misuse, "; mend the script"},
    {"unknown command", Errc::misuse,
     "; the server lacks a command that this store needs: use a Redis of 6.2 or later"},
};

const Known* find(const std::string& error) {
  const std::string code = code_of(error);
  for (const Known& known : all_known) {
    if (code == known.code) return &known;
  }
  for (const Known& known : known_by_words) {
    if (error.find(known.code) != std::string::npos) return &known;
  }
  return nullptr;
}

}  // namespace

std::string code_of(const std::string& error) {
  std::size_t from = 0;
  if (error.starts_with("ERR Error running script")) {
    if (const std::size_t inner = error.find(": -"); inner != std::string::npos) from = inner + 3;
  }
  return error.substr(from, error.find(' ', from) - from);
}

Failure failure_of(const std::string& error, Phase phase) {
  const Known* const known = find(error);
  if (known == nullptr) {
    return Failure(phase == Phase::opening ? Errc::not_applied : Errc::unknown,
                   error + "; look at the server's log");
  }
  const bool is_replica = code_of(error) == "READONLY" || code_of(error) == "MASTERDOWN";
  const Errc kind = is_replica && phase == Phase::opening ? Errc::misuse : known->kind;
  return Failure(kind, error + known->advice);
}

}  // namespace leasehold::stores::redis
