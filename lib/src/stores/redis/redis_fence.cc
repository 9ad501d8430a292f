#include <memory>
#include <utility>

#include <hiredis/hiredis.h>

#include <leasehold/redis_fence.h>
#include "lib/src/stores/redis/failure.h"

namespace leasehold {
namespace {

using stores::redis::Failure;
using stores::redis::Phase;

// Terms need not fit a number of Lua's: they are compared digit by digit.
constexpr const char* fence_function = R"lua(
local function leasehold_fence(key, incarnation, term, digest)
  local known = redis.call('GET', key)
  if known then
    local its_incarnation, its_term, its_digest = string.match(known, '^(%x+) (%d+) (%d+)$')
    if its_incarnation ~= incarnation then return 'other_incarnation' end
    if term == its_term then return digest == its_digest and 'accepted' or 'refused' end
    if #term < #its_term or (#term == #its_term and term < its_term) then return 'refused' end
  end
  redis.call('SET', key, incarnation .. ' ' .. term .. ' ' .. digest)
  return 'accepted'
end
)lua";

// The fence's own key and arguments stand behind those of the body, which sees none of them.
constexpr const char* before_body = R"lua(
local fence_key = table.remove(KEYS)
local digest, term, incarnation = table.remove(ARGV), table.remove(ARGV), table.remove(ARGV)
local verdict = leasehold_fence(fence_key, incarnation, term, digest)
if verdict ~= 'accepted' then return {verdict} end
local function body()
)lua";

constexpr const char* after_body = R"lua(
end
return {verdict, body()}
)lua";

constexpr const char* repin = R"lua(
redis.call('SET', KEYS[1], ARGV[1] .. ' ' .. ARGV[2] .. ' ' .. ARGV[3])
return {'accepted'}
)lua";

struct FreeReply {
  void operator()(redisReply* reply) const { freeReplyObject(reply); }
};

std::string fence_key(const Fence& fence) { return "leasehold:fence:" + fence.key; }

Error error_of(const Fence& fence, Errc kind, const std::string& what) {
  return Error{kind, "fence of \"" + fence.key + "\": " + what};
}

// What a server refuses before the first write of a script is not applied; any other error inside
// of it may come after some, and Redis takes none back.
Error refused(const Fence& fence, const std::string& error) {
  const Failure failure = stores::redis::failure_of(error, Phase::in_use);
  const bool is_inside =
      error.find(" script: ") != std::string::npos || error.starts_with("ERR Error running script");
  if (!is_inside || failure.kind() == Errc::not_applied) {
    return error_of(fence, failure.kind(), failure.what());
  }
  return error_of(fence, Errc::unknown,
                  error + "; mend the script's body: what it wrote before stays written");
}

std::optional<Error> find_misuse(redisContext* context, const Fence& fence) {
  if (!fence.incarnation || fence.term == 0) {
    return Error{Errc::misuse, "fence: it is empty: take it from a guard that was granted"};
  }
  if (context == nullptr || context->err != 0) {
    return error_of(fence, Errc::misuse,
                    "the connection to Redis is broken: connect, and try again");
  }
  return std::nullopt;
}

std::optional<std::string> text_of(const redisReply& reply) {
  switch (reply.type) {
    case REDIS_REPLY_STRING:
    case REDIS_REPLY_STATUS:
      return std::string(reply.str, static_cast<std::size_t>(reply.len));
    case REDIS_REPLY_INTEGER:
      return std::to_string(reply.integer);
    default:
      return std::nullopt;
  }
}

FenceVerdict verdict_of(const std::string& word) {
  if (word == "accepted") return FenceVerdict::accepted;
  if (word == "other_incarnation") return FenceVerdict::other_incarnation;
  return FenceVerdict::refused;
}

Result<Fenced> run(redisContext* context, const Fence& fence, const std::string& script,
                   const std::vector<std::string>& keys,
                   const std::vector<std::string>& arguments) {
  std::vector<std::string> words{"EVAL", script, std::to_string(keys.size())};
  words.insert(words.end(), keys.begin(), keys.end());
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<const char*> starts;
  std::vector<std::size_t> lengths;
  for (const std::string& word : words) {
    starts.push_back(word.data());
    lengths.push_back(word.size());
  }
  const std::unique_ptr<redisReply, FreeReply> reply(static_cast<redisReply*>(
      redisCommandArgv(context, static_cast<int>(words.size()), starts.data(), lengths.data())));
  if (!reply) {
    return error_of(fence, Errc::unknown,
                    std::string("the connection to Redis broke: ") + context->errstr +
                        "; connect, and look whether it was written");
  }
  if (reply->type == REDIS_REPLY_ERROR) {
    return refused(fence, std::string(reply->str, static_cast<std::size_t>(reply->len)));
  }
  if (reply->type != REDIS_REPLY_ARRAY || reply->elements == 0) {
    return error_of(fence, Errc::unknown, "the script's answer is none: look at its body");
  }
  Fenced fenced;
  fenced.verdict = verdict_of(text_of(*reply->element[0]).value_or(""));
  if (reply->elements > 1) fenced.answer = text_of(*reply->element[1]);
  return fenced;
}

}  // namespace

const char* redis_fence_function() { return fence_function; }

std::vector<std::string> redis_fence_arguments(const Fence& fence) {
  return {to_string(fence.incarnation), std::to_string(fence.term),
          std::to_string(fence.owner_digest)};
}

Result<Fenced> run_fenced(redisContext* context, const Fence& fence, const FencedScript& script) {
  if (auto wrong = find_misuse(context, fence)) return *std::move(wrong);
  std::vector<std::string> keys = script.keys;
  keys.push_back(fence_key(fence));
  std::vector<std::string> arguments = script.arguments;
  for (std::string& one : redis_fence_arguments(fence)) arguments.push_back(std::move(one));
  return run(context, fence, std::string(fence_function) + before_body + script.body + after_body,
             keys, arguments);
}

Result<FenceVerdict> repin_fence(redisContext* context, const Fence& fence) {
  if (auto wrong = find_misuse(context, fence)) return *std::move(wrong);
  const Result<Fenced> fenced =
      run(context, fence, repin, {fence_key(fence)}, redis_fence_arguments(fence));
  if (!fenced) return fenced.error();
  return fenced->verdict;
}

}  // namespace leasehold
