// What the server runs: one script for each request, which does to the record what record.h does.
//
// The rules to know. A script runs alone on the server, so it is one atomic step, and it reads the
// server's clock inside. It reads all that it needs first; its first write is one that a full
// server refuses, and once that is done no other can fail: so it does everything or nothing.
#pragma once

#include <string>

namespace leasehold::stores::redis {

// A record is the string PREFIXrecord:KEY and stays for ever. Its fields, in this order, are one
// space apart:
//   1           the format
//   version, term   decimal; counted up here, from 0, and below 10^15, where Lua counts exactly
//   owner, last owner   32 hexadecimal digits, or "-" for nobody
//   lease       in microseconds
//   expiry      in microseconds of the server's clock since 1970, or "-" if it is free
//   seq         decimal; the caller's, 64 bits, and only compared
//   renew id    as an owner
//   info        bytes, all that is left
// A string and not a hash, for which a script takes 12 us instead of 7, and renewals are what a
// server has most of. PREFIXkeys is a sorted set of all keys that have a record, PREFIXincarnation
// 32 hexadecimal digits.

/// In every script KEYS[1] is PREFIXincarnation and ARGV[1] is the time where it is not the
/// server's own, else empty. Every reply begins with the incarnation, empty if there is none.
/// Nobody and never are "-".
struct Scripts {
  /// KEYS: incarnation, keys, record. ARGV: time, owner, expected term, lease, info, version that
  /// was seen unchanged or empty, lock delay, an incarnation to use if there is none or empty, key.
  /// Nothing follows if there is no incarnation and none to use, else "granted" term version
  /// previous_owner previous expires, "busy" version term lease info expiry_hint, "moved" term, or
  /// "failed" error.
  std::string acquire;
  /// KEYS: incarnation, a record for each. ARGV: time, and of each owner, term, seq, renew id,
  /// lease. Then for each: "renewed" expires, "not_owner" term why info, "stale" seq renew_id,
  /// "lease" lease, or "failed" error.
  std::string renew;
  /// KEYS: incarnation, record. ARGV: time, owner, term, channel, key. Then "released", "not_owner"
  /// term why info, or "failed" error.
  std::string release;
  /// KEYS: incarnation, keys, record. ARGV: time, owner, expected term, channel, key. Then
  /// "settled", "about", or "failed" error.
  std::string abandon;
  /// KEYS: incarnation, record. ARGV: time. Then the time, and version, term, owner, last_owner,
  /// lease, expires, seq, renew_id, info, or "failed" error; nothing if it was never acquired.
  std::string inspect;
  /// KEYS: incarnation, keys. ARGV: time, key to begin after, most. Then keys.
  std::string list;
  /// KEYS: incarnation. ARGV: time, an incarnation to use if there is none. Nothing follows.
  std::string open;
};

/// Whose clock judges.
enum class Judging { by_server, by_caller };

/// The texts. `by_caller` is for tests and simulation: then the time is ARGV[1].
Scripts scripts(Judging by);

}  // namespace leasehold::stores::redis
