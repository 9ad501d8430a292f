// Where a Redis store is, and how it is used: a url taken apart.
#pragma once

#include <string>

#include <leasehold/result.h>
#include <leasehold/time.h>

namespace leasehold::stores::redis {

struct Address {
  /// For messages: without the password.
  std::string shown;
  std::string host;
  std::string port = "6379";
  /// Of a Unix socket; then there is no host.
  std::string path;
  /// Empty: the server's default user.
  std::string user;
  /// Empty: none is sent.
  std::string password;
  int database = 0;
  /// What every key of the store begins with, in bytes.
  std::string prefix = "leasehold:";
  /// How long a grant waits for a replica to have it; 0: not at all.
  Length wait{};
};

/// Takes "redis://[USER:PASSWORD@]HOST[:PORT][/DATABASE]" or "redis+unix:PATH" apart. Parameters:
/// `prefix`, `wait`, and for a socket `user`, `password` and `db`. Errors: `misuse` with what is
/// wrong and what is accepted.
Result<Address> address_of(const std::string& url);

}  // namespace leasehold::stores::redis
