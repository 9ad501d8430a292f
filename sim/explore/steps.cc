// The way to a broken invariant, as lines.
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "sim/explore/retell.h"
#include "sim/report/sentence.h"
#include "sim/trace/event.h"

namespace leasehold::sim {
namespace {

using core::Request;

const char* word(Request::Kind kind) {
  switch (kind) {
    case Request::Kind::acquire:
      return "acquire";
    case Request::Kind::renew:
      return "renewal";
    case Request::Kind::release:
      return "release";
    case Request::Kind::abandon:
      return "abandon";
  }
  return "?";
}

std::string name_of(std::uint8_t actor) {
  std::string name;
  name += static_cast<char>('A' + actor);
  return name;
}

std::string letter_of(const Letter& letter) {
  return name_of(letter.actor) + "'s " + word(letter.request.kind) + " (its request " +
         std::to_string(letter.request.ordinal) + ")";
}

// What happens to a letter; `after` it has happened.
std::string fate_of(const Move& move, const Situation& before, const Situation& after) {
  const Letter& letter = before.letters.at(move.index);
  const std::string what = letter.answer ? "the answer to " + letter_of(letter) : letter_of(letter);
  switch (move.kind) {
    case Move::Kind::lose:
      return what + " is lost";
    case Move::Kind::duplicate:
      return what + " is doubled on its way";
    default:
      break;
  }
  if (letter.answer) return what + " arrives: " + words_of(letter.answer->kind);
  const bool answered = !letter.orphan;
  return what + " reaches the store" +
         (answered ? ": " + std::string(words_of(after.letters.at(move.index).answer->kind))
                   : std::string(", which answers nobody"));
}

std::string told(const Move& move, const Situation& before, const Situation& after) {
  const std::string name = name_of(move.index);
  switch (move.kind) {
    case Move::Kind::tick:
      break;
    case Move::Kind::join:
      return name + " asks for the lock and waits";
    case Move::Kind::cancel:
      return name + " waits no more";
    case Move::Kind::drop_guard:
      return name + " drops a guard";
    case Move::Kind::wake:
      return name + "'s alarm rings";
    case Move::Kind::crash:
      return name + " dies";
    case Move::Kind::restart:
      return name + " starts again";
    case Move::Kind::arrive:
    case Move::Kind::lose:
    case Move::Kind::duplicate:
      return fate_of(move, before, after);
  }
  return "time passes";
}

}  // namespace

std::vector<std::string> steps_of(const Limits& limits, const std::vector<Move>& moves) {
  const Config config = explored_config(limits.authority);
  std::vector<std::string> lines;
  Situation now = beginning(limits);
  std::int64_t ticks = 0;
  for (const Move& move : moves) {
    Situation after = make(limits, config, now, move).value().situation;
    if (move.kind == Move::Kind::tick) {
      ++ticks;
    } else {
      lines.push_back("tick " + std::to_string(ticks) + ": " + told(move, now, after));
    }
    now = std::move(after);
  }
  if (!moves.empty() && moves.back().kind == Move::Kind::tick) {
    lines.push_back("tick " + std::to_string(ticks) + ": time passes");
  }
  return lines;
}

}  // namespace leasehold::sim
