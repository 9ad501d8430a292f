#include "lib/src/stores/etcd/refusal.h"

#include <algorithm>
#include <array>

#include "lib/src/stores/etcd/json.h"

namespace leasehold::stores {
namespace {

struct Advice {
  /// A code of gRPC; -1: any.
  int code;
  /// A part of what the server says.
  const char* words;
  Errc kind;
  const char* what_to_do;
};

constexpr int invalid_argument = 3;
constexpr int deadline_exceeded = 4;
constexpr int not_found = 5;
constexpr int permission_denied = 7;
constexpr int resource_exhausted = 8;
constexpr int failed_precondition = 9;
constexpr int unavailable = 14;
constexpr int unauthenticated = 16;

// The first that fits. etcd says of many a request that it timed out or that there is no leader
// when it may have been proposed, and then it may be applied yet: unknown, unless it is plain that
// it was looked at and refused.
constexpr std::array advices{
    Advice{invalid_argument, "authentication failed", Errc::misuse,
           "; see user and password in the url"},
    Advice{invalid_argument, "user name is empty", Errc::misuse,
           "; name USER:PASSWORD in the url, since this etcd asks who one is"},
    Advice{invalid_argument, "too large", Errc::misuse,
           "; shorten what the lock says of its owner, or raise --max-request-bytes"},
    Advice{invalid_argument, "too many operations", Errc::misuse,
           "; start etcd with --max-txn-ops=128 or more"},
    Advice{invalid_argument, "", Errc::misuse, ""},
    Advice{permission_denied, "", Errc::misuse,
           "; grant a role of this user readwrite on the prefix: etcdctl role grant-permission "
           "ROLE --prefix=true readwrite PREFIX"},
    Advice{unauthenticated, "", Errc::misuse, "; see user and password in the url"},
    Advice{failed_precondition, "authentication is not enabled", Errc::misuse,
           "; leave user and password out of the url, or switch it on: etcdctl auth enable"},
    Advice{resource_exhausted, "database space exceeded", Errc::not_applied,
           "; compact and defragment, raise --quota-backend-bytes if need be, then etcdctl alarm "
           "disarm"},
    Advice{resource_exhausted, "larger than max", Errc::misuse,
           "; shorten what the lock says of its owner"},
    Advice{not_found, "", Errc::misuse, "; etcd 3.4 or later is needed, with its JSON gateway"},
    Advice{unavailable, "", Errc::unknown, "; see that a majority of the members runs"},
    Advice{deadline_exceeded, "", Errc::unknown, "; see that a majority of the members runs"},
    Advice{-1, "", Errc::unknown, "; see the server's log"},
};

std::string first_line(const std::string& text) {
  constexpr std::size_t longest = 120;
  return text.substr(0, std::min(text.find_first_of("\r\n"), longest));
}

}  // namespace

EtcdRefusal etcd_refusal(const HttpAnswer& answer) {
  const Json body = Json::parse(answer.body, nullptr, false);
  const std::string said = text_of(body, "error");
  if (said.empty()) {
    // Whoever this is, he did not get as far as etcd's own answers. A proxy in between may be.
    const bool wrong_place = answer.status >= 400 && answer.status < 500;
    return {.kind = wrong_place ? Errc::misuse : Errc::unknown,
            .words = "the server answers \"" + first_line(answer.body) + "\" (HTTP " +
                     std::to_string(answer.status) +
                     "); see that host and port are those of etcd's clients, and whether they "
                     "want tls=on",
            .is_unavailable = !wrong_place};
  }
  const int code = static_cast<int>(number_of(body, "code"));
  const Advice& advice = *std::find_if(advices.begin(), advices.end(), [&](const Advice& one) {
    return (one.code == code || one.code == -1) && said.find(one.words) != std::string::npos;
  });
  return {.kind = advice.kind,
          .words = said + advice.what_to_do,
          .is_of_token = code == unauthenticated ||
                         said.find("revision of auth store is old") != std::string::npos,
          .is_unavailable = code == unavailable || code == deadline_exceeded};
}

}  // namespace leasehold::stores
