// Feeds a situation into a hash.
#include "lib/src/core/hash.h"
#include "sim/explore/canonical.h"

namespace leasehold::sim {

void append(Hash128& hash, const Letter& letter) {
  const core::Request& request = letter.request;
  hash.word(letter.actor);
  hash.word(letter.orphan);
  hash.word(letter.twin);
  hash.word(letter.heard);
  core::append(hash, request.kind);
  core::append(hash, request.ordinal);
  core::append(hash, request.sent.at);
  core::append(hash, request.owner);
  core::append(hash, request.term);
  core::append(hash, request.seq);
  core::append(hash, request.renew_id);
  core::append(hash, request.unchanged);
  hash.word(letter.answer.has_value());
  if (!letter.answer) return;
  const core::Answer& answer = *letter.answer;
  core::append(hash, answer.kind);
  core::append(hash, answer.incarnation);
  core::append(hash, answer.term);
  core::append(hash, answer.version);
  core::append(hash, answer.previous);
  core::append(hash, answer.previous_owner);
  core::append(hash, answer.why);
  core::append(hash, answer.lease);
  core::append(hash, answer.expires_at);
  core::append(hash, answer.seq);
  core::append(hash, answer.renew_id);
  core::append(hash, answer.settled);
}

void append(Hash128& hash, const stores::Record& record, const Model& model) {
  core::append(hash, record.version);
  core::append(hash, record.term);
  core::append(hash, record.owner);
  core::append(hash, record.last_owner);
  core::append(hash, record.lease);
  core::append(hash, record.expires_at);
  core::append(hash, record.seq);
  core::append(hash, record.renew_id);
  for (const char c : record.info) hash.word(static_cast<unsigned char>(c));
  core::append(hash, model.owner);
  core::append(hash, model.term);
  core::append(hash, model.granted);
  core::append(hash, model.seq);
  core::append(hash, model.expires_at);
  core::append(hash, model.renewed_at);
}

Digest digest_of(const Limits& limits, const Situation& s) {
  Hash128 hash;
  for (std::size_t actor = 0; actor < limits.processes; ++actor) {
    hash.word(s.actors.at(actor).alive);
    core::append(hash, s.actors.at(actor).state);
    core::append(hash, s.actors.at(actor).asking);
  }
  hash.word(s.letters.size());
  for (const Letter& letter : s.letters) append(hash, letter);
  append(hash, s.record, s.model);
  for (const std::uint8_t left :
       {s.left.drops, s.left.duplicates, s.left.crashes, s.left.late, s.left.cancels})
    hash.word(left);
  return hash.digest();
}

}  // namespace leasehold::sim
