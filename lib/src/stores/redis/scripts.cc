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

// Times have 16 digits and are exact as numbers: 2^53 microseconds is the year 2255. GET tells of
// foreign data by its error, which is an answer here.
constexpr const char* records = R"lua(
local function text(number) return string.format('%d', number) end

-- Nil and the error if it is no record of ours.
local function read(key)
  local value = redis.pcall('GET', key)
  if not value then
    return {key = key, version = '0', term = '0', owner = '-', last_owner = '-', lease = '0',
            seq = '0', renew_id = '-', info = ''}
  end
  if type(value) == 'table' then return nil, value.err end
  local version, term, owner, last_owner, lease, expires, seq, renew_id, info = string.match(
      value, '^1 (%d+) (%d+) ([-%x]+) ([-%x]+) (%d+) ([-%d]+) (%d+) ([-%x]+) (.*)$')
  if not version then
    local format = string.match(value, '^(%d+) ')
    if format and format ~= '1' then
      return nil, 'LEASEHOLD the record ' .. key .. ' has a newer format than this program knows'
    end
  end
  local ends = expires ~= '-' and tonumber(expires) or nil
  if not version or #version > 15 or #term > 15 or #lease > 15 or #expires > 16 or #seq > 20 or
     (expires ~= '-' and not ends) then
    return nil, 'LEASEHOLD the record ' .. key .. ' makes no sense'
  end
  return {key = key, version = version, term = term, owner = owner, last_owner = last_owner,
          lease = lease, ends = ends, seq = seq, renew_id = renew_id, info = info}
end

-- What of a record is a number and not its text: when the lease ends, nil if it is free.
local function moment(ends) return ends and text(ends) or '-' end

-- With a version that is one higher.
local function write(record)
  record.version = text(tonumber(record.version) + 1)
  redis.call('SET', record.key,
             '1 ' .. record.version .. ' ' .. record.term .. ' ' .. record.owner .. ' ' ..
             record.last_owner .. ' ' .. record.lease .. ' ' .. moment(record.ends) .. ' ' ..
             record.seq .. ' ' .. record.renew_id .. ' ' .. record.info)
end

local incarnation = redis.call('GET', KEYS[1]) or ''
)lua";

constexpr const char* judging = R"lua(
-- Nil if it can't be told: there is no expiry, or one further ahead than a lease reaches.
local function is_over(record, at, delay)
  local ends = record.ends
  if not ends or ends > at + tonumber(record.lease) + 1 then return nil end
  return at > ends + delay
end

-- Writes the expiry anew, never backwards; what its owner may go by. `judged`: what `is_over` says.
local function prolong(record, at, judged)
  local fresh = at + tonumber(record.lease)
  if not record.ends or record.ends < fresh then record.ends = fresh end
  return judged ~= nil and record.ends or fresh
end
)lua";

constexpr const char* ending = R"lua(
local function set_free(record, channel, key)
  record.last_owner = record.owner
  record.owner = '-'
  record.ends = nil
  write(record)
  -- A hint that can't be given is none.
  redis.pcall('PUBLISH', channel, key)
end
)lua";

// What is nearly always asked comes first, and makes no function and no table: they cost more than
// all the rest. What does not fit is left, untouched, to what follows.
constexpr const char* acquire_what_is_free = R"lua(
local known, value = redis.call('GET', KEYS[1]), redis.pcall('GET', KEYS[3])
if known and type(value) == 'string' then
  local version, term, last_owner, lease, seq = string.match(
      value, '^1 (%d+) (%d+) %- ([-%x]+) (%d+) %- (%d+) [-%x]+ .*$')
  if term == ARGV[3] and #term <= 15 and #version <= 15 and #lease <= 15 and #seq <= 20 then
    version, term = string.format('%d', version + 1), string.format('%d', term + 1)
    local ends = string.format('%d', now() + ARGV[4])
    redis.call('SET', KEYS[3],
               '1 ' .. version .. ' ' .. term .. ' ' .. ARGV[2] .. ' ' .. last_owner .. ' ' ..
               ARGV[4] .. ' ' .. ends .. ' 0 - ' .. ARGV[5])
    return {known, 'granted', term, version, last_owner,
            last_owner == '-' and 'never' or 'released', ends}
  end
end
)lua";

constexpr const char* release_what_is_ours = R"lua(
local known, value = redis.call('GET', KEYS[1]), redis.pcall('GET', KEYS[2])
if known and type(value) == 'string' then
  local version, term, owner, lease, ends, rest, seq = string.match(
      value, '^1 (%d+) (%d+) (%x+) [-%x]+ (%d+) (%d+) ((%d+) [-%x]+ .*)$')
  if owner == ARGV[2] and term == ARGV[3] and #term <= 15 and #version <= 15 and #lease <= 15 and
     #ends <= 16 and #seq <= 20 then
    redis.call('SET', KEYS[2],
               '1 ' .. string.format('%d', version + 1) .. ' ' .. term .. ' - ' .. owner .. ' ' ..
               lease .. ' - ' .. rest)
    -- A hint that can't be given is none.
    redis.pcall('PUBLISH', ARGV[4], ARGV[5])
    return {known, 'released'}
  end
end
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
  if ARGV[8] == '' then return {''} end
  incarnation = ARGV[8]
  redis.call('SET', KEYS[1], incarnation)
end

local judged = is_over(record, at, 0)
if record.owner == owner and judged ~= true then
  local told = prolong(record, at, judged)
  write(record)
  return {incarnation, 'granted', record.term, record.version, record.last_owner, 'own',
          moment(told)}
end
if record.owner ~= '-' and is_over(record, at, delay) ~= true and unchanged ~= record.version then
  local hint = judged ~= nil and text(record.ends + delay) or '-'
  return {incarnation, 'busy', record.version, record.term, record.lease, record.info, hint}
end
if record.term ~= expected then return {incarnation, 'moved', record.term} end

local previous = 'expired'
if record.owner == '-' then previous = record.last_owner == '-' and 'never' or 'released' end
local previous_owner = record.owner ~= '-' and record.owner or record.last_owner
if record.version == '0' then redis.call('ZADD', KEYS[2], 0, ARGV[9]) end
record.last_owner = previous_owner
record.owner = owner
record.lease = lease
record.ends = at + tonumber(lease)
record.seq = '0'
record.renew_id = '-'
record.info = info
record.term = text(tonumber(record.term) + 1)
write(record)
return {incarnation, 'granted', record.term, record.version, previous_owner, previous,
        moment(record.ends)}
)lua";

constexpr const char* renew = R"lua(
if incarnation == '' then return {''} end
local at = now()

-- Counters that need not fit a number.
local function is_above(one, other)
  return #one > #other or (#one == #other and one > other)
end

local function renew(key, owner, term, seq, renew_id, lease)
  local record, wrong = read(key)
  if not record then return {'failed', wrong} end
  if record.owner ~= owner or record.term ~= term then
    return {'not_owner', record.term, record.owner == '-' and 'free' or 'superseded', record.info}
  end
  local judged = is_over(record, at, 0)
  if judged then return {'not_owner', record.term, 'over', record.info} end
  if record.lease ~= lease then return {'lease', record.lease} end
  if not is_above(seq, record.seq) then return {'stale', record.seq, record.renew_id} end
  local told = prolong(record, at, judged)
  record.seq = seq
  record.renew_id = renew_id
  write(record)
  return {'renewed', moment(told)}
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
  return {incarnation, 'not_owner', record.term, record.owner == '-' and 'free' or 'superseded',
          record.info}
end
set_free(record, ARGV[4], ARGV[5])
return {incarnation, 'released'}
)lua";

constexpr const char* abandon = R"lua(
if incarnation == '' then return {''} end
local record, wrong = read(KEYS[3])
if not record then return {incarnation, 'failed', wrong} end
if record.owner == ARGV[2] then
  set_free(record, ARGV[4], ARGV[5])
  return {incarnation, 'settled'}
end
if record.term ~= ARGV[3] then return {incarnation, 'settled'} end
if record.owner ~= '-' then return {incarnation, 'about'} end
if record.version == '0' then redis.call('ZADD', KEYS[2], 0, ARGV[5]) end
record.term = text(tonumber(record.term) + 1)
write(record)
return {incarnation, 'settled'}
)lua";

constexpr const char* inspect = R"lua(
if incarnation == '' then return {''} end
local record, wrong = read(KEYS[2])
if not record then return {incarnation, 'failed', wrong} end
if record.version == '0' then return {incarnation} end
return {incarnation, text(now()), record.version, record.term, record.owner, record.last_owner,
        record.lease, moment(record.ends), record.seq, record.renew_id, record.info}
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

// Each begins with what it needs and no more: a script makes its functions anew at every run.
Scripts scripts(Judging by) {
  const std::string now = by == Judging::by_server ? server_time : caller_time;
  const std::string timed = now + records + judging;
  return Scripts{.acquire = now + acquire_what_is_free + records + judging + acquire,
                 .renew = timed + renew,
                 .release = std::string(release_what_is_ours) + records + ending + release,
                 .abandon = std::string(records) + ending + abandon,
                 .inspect = now + records + inspect,
                 .list = std::string(records) + list,
                 .open = std::string(records) + open};
}

}  // namespace leasehold::stores::redis
