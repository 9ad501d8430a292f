#include "lib/src/stores/redis/scripts.h"

namespace leasehold::stores::redis {
namespace {

constexpr const char* server_time = R"lua(
local function now()
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000000 + tonumber(time[2])
end
)lua";

constexpr const char* caller_time = R"lua(
local function now() return tonumber(ARGV[1]) end
)lua";

// Times have 16 digits and are exact as numbers: 2^53 microseconds is the year 2255.
constexpr const char* records = R"lua(
local function text(number) return string.format('%.0f', number) end

local function is_whole(value, most)
  return value and #value > 0 and #value <= most and not string.find(value, '%D')
end

-- Nil and the error if it is no record of ours.
local function read(key)
  local f = redis.pcall('HMGET', key, 'format', 'version', 'term', 'owner', 'last_owner', 'lease',
                        'expires', 'seq', 'renew_id', 'info')
  if f.err then return nil, f.err end
  if not f[1] and not f[2] then
    return {key = key, version = '0', term = '0', owner = '', last_owner = '', lease = '0',
            expires = '', seq = '0', renew_id = '', info = ''}
  end
  if is_whole(f[1], 9) and tonumber(f[1]) > 1 then
    return nil, 'LEASEHOLD the record ' .. key .. ' has a newer format than this program knows'
  end
  local is_sound = f[1] == '1' and is_whole(f[2], 15) and is_whole(f[3], 15) and f[4] and f[5] and
                   is_whole(f[6], 15) and (f[7] == '' or is_whole(f[7], 16)) and
                   is_whole(f[8], 20) and f[9] and f[10]
  if not is_sound then return nil, 'LEASEHOLD the record ' .. key .. ' makes no sense' end
  return {key = key, version = f[2], term = f[3], owner = f[4], last_owner = f[5], lease = f[6],
          expires = f[7], seq = f[8], renew_id = f[9], info = f[10]}
end

local function write(record)
  redis.call('HSET', record.key, 'format', '1', 'version', record.version, 'term', record.term,
             'owner', record.owner, 'last_owner', record.last_owner, 'lease', record.lease,
             'expires', record.expires, 'seq', record.seq, 'renew_id', record.renew_id,
             'info', record.info)
end

local function one_more(count) return text(tonumber(count) + 1) end

-- Counters that need not fit a number.
local function is_above(one, other)
  return #one > #other or (#one == #other and one > other)
end

-- Nil if it can't be told: there is no expiry, or one further ahead than a lease reaches.
local function is_over(record, at, delay)
  if record.expires == '' then return nil end
  local expires = tonumber(record.expires)
  if expires > at + tonumber(record.lease) + 1 then return nil end
  return at > expires + delay
end

-- Writes the expiry anew, never backwards; what its owner may go by.
local function prolong(record, at)
  local fresh = at + tonumber(record.lease)
  local is_believed = is_over(record, at, 0) ~= nil
  local expires = fresh
  if record.expires ~= '' and tonumber(record.expires) > fresh then
    expires = tonumber(record.expires)
  end
  record.expires = text(expires)
  return is_believed and record.expires or text(fresh)
end

local function set_free(record)
  record.last_owner = record.owner
  record.owner = ''
  record.expires = ''
  record.version = one_more(record.version)
  write(record)
end

-- A hint that can't be given is none.
local function tell(channel, key) redis.pcall('PUBLISH', channel, key) end

local incarnation = redis.call('GET', KEYS[1]) or ''
)lua";

constexpr const char* acquire = R"lua(
local owner, expected, lease, info, unchanged = ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6]
local delay = tonumber(ARGV[7])
local at = now()
local record, wrong = read(KEYS[3])
if not record then return {incarnation, 'failed', wrong} end
if incarnation == '' then
  -- Fails here, before anything is written, if it is somebody else's.
  redis.call('ZCARD', KEYS[2])
  incarnation = ARGV[8]
  redis.call('SET', KEYS[1], incarnation)
end

local judged = is_over(record, at, 0)
if record.owner == owner and judged ~= true then
  local told = prolong(record, at)
  record.version = one_more(record.version)
  write(record)
  return {incarnation, 'granted', record.term, record.version, record.last_owner, 'own', told}
end
if record.owner ~= '' and is_over(record, at, delay) ~= true and unchanged ~= record.version then
  local hint = judged ~= nil and text(tonumber(record.expires) + delay) or ''
  return {incarnation, 'busy', record.version, record.term, record.lease, record.info, hint}
end
if record.term ~= expected then return {incarnation, 'moved', record.term} end

local previous = 'expired'
if record.owner == '' then previous = record.last_owner == '' and 'never' or 'released' end
local previous_owner = record.owner ~= '' and record.owner or record.last_owner
if record.version == '0' then redis.call('ZADD', KEYS[2], 0, ARGV[9]) end
record.last_owner = previous_owner
record.owner = owner
record.lease = lease
record.expires = text(at + tonumber(lease))
record.seq = '0'
record.renew_id = ''
record.info = info
record.term = one_more(record.term)
record.version = one_more(record.version)
write(record)
return {incarnation, 'granted', record.term, record.version, previous_owner, previous,
        record.expires}
)lua";

constexpr const char* renew = R"lua(
if incarnation == '' then return {''} end
local at = now()

local function renew(key, owner, term, seq, renew_id, lease)
  local record, wrong = read(key)
  if not record then return {'failed', wrong} end
  if record.owner ~= owner or record.term ~= term then
    return {'not_owner', record.term, record.owner == '' and 'free' or 'superseded', record.info}
  end
  if is_over(record, at, 0) then return {'not_owner', record.term, 'over', record.info} end
  if record.lease ~= lease then return {'lease', record.lease} end
  if not is_above(seq, record.seq) then return {'stale', record.seq, record.renew_id} end
  local told = prolong(record, at)
  redis.call('HSET', key, 'version', one_more(record.version), 'expires', record.expires,
             'seq', seq, 'renew_id', renew_id)
  return {'renewed', told}
end

local answers = {incarnation}
for i = 2, #KEYS do
  local a = 5 * i - 8
  answers[i] = renew(KEYS[i], ARGV[a], ARGV[a + 1], ARGV[a + 2], ARGV[a + 3], ARGV[a + 4])
end
return answers
)lua";

constexpr const char* release = R"lua(
if incarnation == '' then return {''} end
local record, wrong = read(KEYS[2])
if not record then return {incarnation, 'failed', wrong} end
if record.owner ~= ARGV[2] or record.term ~= ARGV[3] then
  return {incarnation, 'not_owner', record.term, record.owner == '' and 'free' or 'superseded',
          record.info}
end
set_free(record)
tell(ARGV[4], ARGV[5])
return {incarnation, 'released'}
)lua";

constexpr const char* abandon = R"lua(
if incarnation == '' then return {''} end
local record, wrong = read(KEYS[3])
if not record then return {incarnation, 'failed', wrong} end
if record.owner == ARGV[2] then
  set_free(record)
  tell(ARGV[4], ARGV[5])
  return {incarnation, 'settled'}
end
if record.term ~= ARGV[3] then return {incarnation, 'settled'} end
if record.owner ~= '' then return {incarnation, 'about'} end
if record.version == '0' then redis.call('ZADD', KEYS[2], 0, ARGV[5]) end
record.term = one_more(record.term)
record.version = one_more(record.version)
write(record)
return {incarnation, 'settled'}
)lua";

constexpr const char* inspect = R"lua(
if incarnation == '' then return {''} end
local record, wrong = read(KEYS[2])
if not record then return {incarnation, 'failed', wrong} end
if record.version == '0' then return {incarnation} end
return {incarnation, text(now()), record.version, record.term, record.owner, record.last_owner,
        record.lease, record.expires, record.seq, record.renew_id, record.info}
)lua";

constexpr const char* list = R"lua(
if incarnation == '' then return {''} end
local answer = redis.call('ZRANGEBYLEX', KEYS[2], '(' .. ARGV[2], '+', 'LIMIT', 0, ARGV[3])
table.insert(answer, 1, incarnation)
return answer
)lua";

constexpr const char* open = R"lua(
if incarnation == '' then
  incarnation = ARGV[2]
  redis.call('SET', KEYS[1], incarnation)
end
return {incarnation}
)lua";

}  // namespace

Scripts scripts(Judging judging) {
  const std::string common =
      std::string(judging == Judging::by_server ? server_time : caller_time) + records;
  return Scripts{.acquire = common + acquire,
                 .renew = common + renew,
                 .release = common + release,
                 .abandon = common + abandon,
                 .inspect = common + inspect,
                 .list = common + list,
                 .open = common + open};
}

}  // namespace leasehold::stores::redis
