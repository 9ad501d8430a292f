// What must be so after every command and every wake-up.
#include <utility>

#include "proptests/stateful/system.h"
#include "proptests/stateful/virtual_runtime.h"

namespace leasehold::proptests {
namespace {

void must_be(bool so, const std::string& otherwise) {
  if (!so) throw Wrong(otherwise);
}

std::string words(const Tenure& tenure) {
  return tenure.party->name + "'s guard of key " + tenure.fence.key + " (term " +
         std::to_string(tenure.fence.term) + ")";
}

}  // namespace

void System::happen() {
  VirtualRuntime::instance().settle();
  take_answers();
  check_all();
  note_taken();
}

void System::note_taken() {
  for (const std::string& key : keys) was_taken_[key] = model_.is_taken(key);
}

void System::take_answers() {
  for (std::size_t one = 0; one < calls_.size();) {
    if (!*calls_[one].answer) {
      ++one;
      continue;
    }
    Call call = std::move(calls_[one]);
    calls_.erase(calls_.begin() + static_cast<std::ptrdiff_t>(one));
    Grant& grant = **call.answer;
    if (!grant) {
      check_refusal(call, grant.refusal());
      continue;
    }
    must_be(!call.party->closed, "a closed client granted a guard");
    if (call.begun != Model::now()) reach("a wait was granted");
    admit(call.client, call.key, std::move(grant).guard());
  }
}

void System::check_refusal(const Call& call, const Refusal& refusal) const {
  const Party& party = *call.party;
  const bool once = call.within == Length::zero();
  const auto own = model_.held_by(party, call.key);
  bool so = false;
  switch (refusal.why) {
    case Refusal::Why::busy:
      // Whoever had the key may have given it back at this very moment.
      so = once &&
           (own ? !Model::may_join(*own) : was_taken_.at(call.key) || model_.is_taken(call.key));
      break;
    case Refusal::Why::timed_out:
      so = call.within && !once && Model::now() >= call.begun + on<LocalClock>(*call.within);
      break;
    case Refusal::Why::cancelled:
      so = call.cancelled;
      break;
    case Refusal::Why::store_error:
      so = once && (party.line->trouble != Trouble::none || !party.line->journal.unheard.empty());
      break;
    case Refusal::Why::closed:
      so = party.closed;
      break;
    case Refusal::Why::forked:
      break;
  }
  must_be(so, party.name + " was refused: " + refusal.text());
  ++reached_[refusal.why == Refusal::Why::timed_out   ? "a wait timed out"
             : refusal.why == Refusal::Why::cancelled ? "a wait was cancelled"
                                                      : "a call was refused"];
}

// Of a call that nobody has answered yet.
void System::check_call(Call& call) const {
  const Timing timing = stateful_config().timing;
  const Party& party = *call.party;
  const Instant<LocalClock> now = Model::now();
  must_be(!call.cancelled && !party.closed, "a call outlived its end");
  const auto own = model_.held_by(party, call.key);
  must_be(!own || !Model::may_join(*own), "a call waits for what its own client holds");
  // Between two tries lies P at most, and before them what was left of a release.
  const Length patience = timing.longest_wait + 2 * timing.retry_pause;
  if (call.within) {
    const Length within = *call.within > Length::zero() ? *call.within : patience;
    must_be(now < call.begun + on<LocalClock>(within), "a call outlived its time");
  }
  const bool open = party.line->trouble == Trouble::none && !own && !model_.is_taken(call.key);
  if (!open) return call.open_since.reset();
  if (!call.open_since) call.open_since = now;
  must_be(now <= *call.open_since + on<LocalClock>(patience), "nobody takes a free key");
}

void System::check_guards() const {
  std::map<std::string, const Party*> holders;
  for (const Held& held : guards_) {
    const Tenure& tenure = *held.tenure;
    const bool expected = Model::is_held(tenure);
    must_be(held.guard.is_held() == expected,
            words(tenure) + (expected ? " is not held" : " is held though it ended"));
    const Length left =
        expected ? Length((Model::deadline(tenure) - Model::now()).ns()) : Length::zero();
    must_be(held.guard.remaining() == left, words(tenure) + " counts otherwise");
    must_be(held.guard.fence() == tenure.fence, words(tenure) + " changed its name");
    if (!held.guard.is_held()) continue;
    const auto [holder, first] = holders.emplace(tenure.fence.key, tenure.party.get());
    must_be(first || holder->second == tenure.party.get(), words(tenure) + " is not alone");
  }
}

void System::check_told(const Held& held) const {
  const Tenure& tenure = *held.tenure;
  const bool over = tenure.jeopardy || tenure.ended;
  must_be(held.guard.stop_token().stop_requested() == over,
          words(tenure) + (over ? " is not told to stop" : " is told to stop"));
  must_be(held.guard.lost() == tenure.ended, words(tenure) + " gives another reason");
  must_be(held.told->size() == (over ? 1U : 0U), words(tenure) + " hears of its end");
  if (!over) return;
  const LossReason expected = tenure.jeopardy ? LossReason::jeopardy : *tenure.ended;
  must_be(held.told->front() == expected, words(tenure) + " hears of another end");
  ++reached_[std::string("told: ") + to_string(expected)];
}

void System::check_all() {
  check_guards();
  for (const Held& held : guards_) check_told(held);
  for (Call& call : calls_) check_call(call);
  model_.check();
  for (const Member& member : members_) {
    if (!member.client) continue;
    must_be(member.client->counters().acquired == member.tenures, "tenures that nobody asked for");
  }
}

}  // namespace leasehold::proptests
