// Where an etcd store is.
#pragma once

#include <string>
#include <vector>

#include <leasehold/result.h>

namespace leasehold::stores {

struct EtcdAddress {
  /// For messages: without passwords.
  std::string shown;
  /// Members of one cluster, as "http://HOST:PORT" or "https://HOST:PORT"; at least one.
  std::vector<std::string> endpoints;
  /// What all keys of the store begin with; ends in "/".
  std::string prefix;
  /// Empty: the server asks nobody who he is.
  std::string user;
  std::string password;
  /// Files, in PEM; empty: the system's authorities, and no certificate of our own.
  std::string cacert;
  std::string cert;
  std::string key;
};

/// What such a url looks like.
extern const char* const etcd_url_form;

/// Takes "etcd://[USER:PASSWORD@]HOST[:PORT][,HOST[:PORT]...][/PREFIX][?PARAMETER=VALUE&...]"
/// apart. Errors: `misuse`.
Result<EtcdAddress> etcd_address_of(const std::string& url);

}  // namespace leasehold::stores
