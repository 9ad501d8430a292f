// Fencing inside the user's own Redis script.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <leasehold/export.h>
#include <leasehold/fence.h>
#include <leasehold/result.h>

struct redisContext;

namespace leasehold {

/// What is to be done in Redis under a lock: a script, because Redis has no other transaction in
/// which a look and a write can't come apart.
struct FencedScript {
  /// Lua, as for EVAL: its KEYS and ARGV are those below; what it returns is the answer.
  std::string body{};
  /// Those that the body touches.
  std::vector<std::string> keys{};
  /// In bytes.
  std::vector<std::string> arguments{};
};

/// What came of it.
struct Fenced {
  /// Only if it is `accepted` the body ran.
  FenceVerdict verdict = FenceVerdict::refused;
  /// What the body returned, if that was a string, a status or a number.
  std::optional<std::string> answer{};
};

/// Shows `fence` to the server of `context` (hiredis) and runs the script's body if it is accepted,
/// both in one step. What is stored for the fence's key, under "leasehold:fence:KEY", is raised if
/// it is lower, and stays for ever; so a write of an older tenure never follows one of a newer, as
/// long as the server keeps what it acknowledged and evicts nothing. The server need not be the one
/// that keeps the locks. An empty body only raises the fence.
///
///   run_fenced(context, guard.fence(), {"return redis.call('SET', KEYS[1], ARGV[1])",
///                                       {"config"}, {"new"}});
///
/// Blocks as commands of `context` do, and thread-safety is that of `context`. Errors: `misuse` if
/// the fence is empty, the context is broken, or the server refuses the script; `not_applied` if
/// the server says that it did nothing; `unknown` if the connection broke, or the body failed
/// half-way.
LEASEHOLD_API Result<Fenced> run_fenced(redisContext* context, const Fence& fence,
                                        const FencedScript& script);

/// For operators, after the lock's store was lost or restored and everyone who held a lock of the
/// old one is known to be gone: lets the fence of `fence.key` begin anew with `fence`. Errors as
/// above.
LEASEHOLD_API Result<FenceVerdict> repin_fence(redisContext* context, const Fence& fence);

/// For scripts of your own: the Lua function `leasehold_fence(key, incarnation, term, digest)`,
/// which returns "accepted", "refused" or "other_incarnation". Put it in front of a script that
/// writes only if it is "accepted"; `key` must be one of the script's KEYS, and the others are
/// `redis_fence_arguments`.
LEASEHOLD_API const char* redis_fence_function();
/// Incarnation, term and digest, as `leasehold_fence` wants them.
LEASEHOLD_API std::vector<std::string> redis_fence_arguments(const Fence& fence);

}  // namespace leasehold
