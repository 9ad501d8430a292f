// What went wrong with a Redis server, and what that says about the request.
#pragma once

#include <stdexcept>
#include <string>

#include <leasehold/result.h>

namespace leasehold::stores::redis {

/// Says what came back and what to do; who catches it adds what was tried, and on what.
class Failure : public std::runtime_error {
 public:
  Failure(Errc kind, const std::string& what) : std::runtime_error(what), kind_(kind) {}
  Errc kind() const { return kind_; }

 private:
  Errc kind_;
};

/// Whether the store is being opened, or in use.
enum class Phase { opening, in_use };

/// What an error reply says: its first word is a code that is the same in all versions of Redis.
/// `misuse` if it will be refused again, `not_applied` if the server did nothing, `unknown` if the
/// code is none that this program knows.
Failure failure_of(const std::string& error, Phase phase);
/// The code of an error reply; also where an old server wraps it in "ERR Error running script".
std::string code_of(const std::string& error);

}  // namespace leasehold::stores::redis
