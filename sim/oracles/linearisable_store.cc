#include "sim/oracles/linearisable_store.h"

#include <algorithm>
#include <utility>

namespace leasehold::sim {
namespace {

using core::Answer;
using Call = core::Request::Kind;

Answer::Kind answer_of(const Event& event) { return static_cast<Answer::Kind>(event.detail); }

std::string term(Term number) { return "term " + std::to_string(number); }

}  // namespace

void LinearisableStore::see(const Event& event) {
  if (is_broken()) return;
  switch (event.kind) {
    case Event::Kind::sent:
      requests_[request_id_of(event)] = {.expected = event.term};
      return;
    case Event::Kind::duplicated:
      ++requests_[request_id_of(event)].copies;
      return;
    case Event::Kind::applied:
      return on_applied(event);
    case Event::Kind::answered:
      return on_answered(event);
    case Event::Kind::takeable:
      return on_takeable(event);
    case Event::Kind::delay_over:
      free_at_ = event.until;
      delayed_ = true;
      return;
    default:
      return;
  }
}

// An expiry that is doubted, and that a renewal leaves where it is, stays doubted.
void LinearisableStore::on_takeable(const Event& event) {
  by_ = static_cast<By>(event.detail);
  const bool began = std::exchange(lease_began_, false);
  doubted_ = !began || (doubted_ && event.until == over_at_);
  over_at_ = free_at_ = event.until;
  delayed_ = false;
}

std::optional<bool> LinearisableStore::over(TrueTime at) const {
  switch (by_) {
    case By::observers:
      return false;
    case By::store:
      return at >= over_at_;
    case By::callers:
      break;
  }
  return std::nullopt;
}

std::optional<bool> LinearisableStore::free(TrueTime at) const {
  return by_ == By::store ? std::optional(at >= free_at_) : over(at);
}

void LinearisableStore::on_applied(const Event& event) {
  Request* const request = requests_.find(request_id_of(event));
  const auto who = [&] { return request_of(event) + " of " + name(event.process); };
  if (request == nullptr || request->applied == request->copies) {
    return broken(event.at, who() + " took effect at " + moment(event.at) +
                                (request == nullptr ? " outside of its sending and its answer"
                                                    : " more often than it was sent"));
  }
  ++request->applied;
  ++request->said.at(event.detail);
  if (record_.term > 0 && event.detail < static_cast<std::uint8_t>(Answer::Kind::misuse)) {
    exercised();
  }
  const Why why = say(event, *request);
  if (why.empty()) return;
  broken(event.at, who() + " was answered \"" + words_of(answer_of(event)) + "\" at " +
                       moment(event.at) + ", which no lock says: " + why);
}

LinearisableStore::Why LinearisableStore::say(const Event& event, const Request& request) {
  switch (answer_of(event)) {
    case Answer::Kind::granted:
      return granted(event, request.expected);
    case Answer::Kind::busy:
      return busy(event);
    case Answer::Kind::moved:
      return moved(event, request.expected);
    case Answer::Kind::renewed:
      return renewed(event);
    case Answer::Kind::not_owner:
      return not_owner(event);
    case Answer::Kind::stale:
      return stale(event);
    case Answer::Kind::released:
      return released(event);
    case Answer::Kind::abandoned:
      return abandoned(event);
    case Answer::Kind::misuse:
    case Answer::Kind::not_applied:
    case Answer::Kind::unknown:
      break;
  }
  return {};
}

// An error may hide any answer of a copy; anything else must have been said.
void LinearisableStore::on_answered(const Event& event) {
  Request* const request = requests_.find(request_id_of(event));
  const Answer::Kind answer = answer_of(event);
  const bool any = answer == Answer::Kind::unknown;
  bool said = false;
  if (request != nullptr) {
    auto& unheard = request->said;
    said = any ? std::any_of(unheard.begin(), unheard.end(), [](auto many) { return many > 0; })
               : unheard.at(event.detail) > 0;
    if (said && !any) --unheard.at(event.detail);
  }
  if (!said) {
    return broken(event.at, request_of(event) + " of " + name(event.process) + " hears \"" +
                                words_of(answer) + "\" at " + moment(event.at) +
                                ", which the store did not say");
  }
  if (++request->answered == request->copies) requests_.erase(request_id_of(event));
}

bool LinearisableStore::owns(const Event& event) const {
  return record_.owner && record_.owner == event.owner && record_.term == event.term;
}

std::string LinearisableStore::whose() const {
  if (!record_.owner) return "the key is free with " + term(record_.term);
  return "it is " + name(record_.process) + "'s with " + term(record_.term);
}

void LinearisableStore::set_free() {
  record_.owner = OwnerId{};
  ++record_.version;
}

LinearisableStore::Why LinearisableStore::granted(const Event& event, Term expected) {
  if (event.call != Call::acquire) return "it asked for no grant";
  if (event.value != record_.version + 1) {
    return "version " + std::to_string(event.value) + " follows on " +
           std::to_string(record_.version);
  }
  if (static_cast<Previous>(event.other) == Previous::own) {
    if (!owns(event) || over(event.at).value_or(false)) return whose();
  } else {
    Why why = taken(event, expected);
    if (!why.empty()) return why;
    record_ = {.owner = event.owner,
               .process = event.process,
               .had_owner = true,
               .term = event.term,
               .version = record_.version};
    doubted_ = false;
  }
  ++record_.version;
  lease_began_ = true;
  by_ = By::observers;
  return {};
}

LinearisableStore::Why LinearisableStore::taken(const Event& event, Term expected) const {
  if (event.term != record_.term + 1) return term(event.term) + " follows on another's";
  if (expected != 0 && expected != record_.term) return "it expects " + term(expected);
  switch (static_cast<Previous>(event.other)) {
    case Previous::expired: {
      const bool early = by_ == By::store && !doubted_ && event.at < free_at_;
      return !record_.owner || early ? whose() : Why{};
    }
    case Previous::released:
      return record_.owner || !record_.had_owner ? whose() : Why{};
    case Previous::never:
      return record_.had_owner ? whose() : Why{};
    case Previous::own:
      break;
  }
  return {};
}

LinearisableStore::Why LinearisableStore::busy(const Event& event) const {
  const bool another = record_.owner && record_.owner != event.owner;
  // Within the lock delay after its lease the owner is one of the others.
  const bool in_the_way = another || (record_.owner && delayed_ && over(event.at).value_or(true));
  if (!in_the_way || event.term != record_.term || event.value != record_.version) return whose();
  if (by_ == By::store && event.at >= free_at_) return "the lease is over";
  return {};
}

LinearisableStore::Why LinearisableStore::moved(const Event& event, Term expected) const {
  const bool may_be_over = by_ != By::observers && free(event.at).value_or(true);
  // Taken over by who observed it, but for its term.
  const bool may_be_taken = by_ == By::observers || doubted_;
  const bool free = !record_.owner || may_be_over || may_be_taken;
  return !free || event.term != record_.term || expected == record_.term ? whose() : Why{};
}

LinearisableStore::Why LinearisableStore::renewed(const Event& event) {
  if (!owns(event)) return whose();
  if (over(event.at).value_or(false)) return "the lease is over";
  // 0: it names none.
  if (event.value != 0 && event.value <= record_.seq) return "that renewal came before";
  record_.seq = event.value;
  ++record_.version;
  lease_began_ = true;
  return {};
}

LinearisableStore::Why LinearisableStore::not_owner(const Event& event) const {
  const bool may_be_over = event.call == Call::renew && over(event.at).value_or(true);
  return owns(event) && !may_be_over ? whose() : Why{};
}

LinearisableStore::Why LinearisableStore::stale(const Event& event) const {
  if (!owns(event)) return whose();
  return event.value > record_.seq ? "there was no such renewal" : Why{};
}

LinearisableStore::Why LinearisableStore::released(const Event& event) {
  if (!owns(event)) return whose();
  set_free();
  return {};
}

LinearisableStore::Why LinearisableStore::abandoned(const Event& event) {
  const bool settled = event.value != 0;
  if (record_.owner && record_.owner == event.owner) {
    if (!settled) return whose();
    set_free();
  } else if (record_.term != event.term) {
    if (!settled) return whose();
  } else if (record_.owner) {
    if (settled) return whose();
  } else {
    if (!settled) return whose();
    ++record_.term;
    ++record_.version;
  }
  return {};
}

}  // namespace leasehold::sim
