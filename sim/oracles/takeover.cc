#include "sim/oracles/takeover.h"

#include <algorithm>
#include <string>
#include <utility>

namespace leasehold::sim {

using core::Answer;
using Call = core::Request::Kind;

Takeover::Takeover(const Names& names, const Bounds& bounds)
    : Oracle(Invariant::I4, names,
             Kinds{Event::Kind::acquire, Event::Kind::granted, Event::Kind::refused,
                   Event::Kind::cancel, Event::Kind::sent, Event::Kind::answered,
                   Event::Kind::ended, Event::Kind::applied, Event::Kind::request_lost,
                   Event::Kind::duplicated, Event::Kind::answer_lost, Event::Kind::request_cut,
                   Event::Kind::answer_cut, Event::Kind::kept_waiting, Event::Kind::crashed} |
                 Hindrances::looks_at()),
      bounds_(bounds),
      answer_within_(on<TrueClock>(bounds.at_least(bounds.timing.request_timeout))),
      contenders_(names.size()),
      hindrances_(names.size()) {}

TrueTime Takeover::due(std::uint32_t process) const {
  const TrueTime since =
      std::max({applied_, contenders_[process].since, hindrances_.until(process)});
  return since + on<TrueClock>(bounds_.takeover);
}

bool Takeover::is_overdue(std::uint32_t process, TrueTime now) const {
  return bounds_.inside && contenders_[process].tries() && due(process) < now;
}

void Takeover::judge(TrueTime now) {
  if (now <= quiet_until()) return;
  quiet_until(TrueTime::never());
  for (std::size_t index = 0; index < contenders_.size(); ++index) {
    const auto process = static_cast<std::uint32_t>(index);
    if (!is_overdue(process, now)) {
      expect(process);
      continue;
    }
    Contender& contender = contenders_[process];
    const TrueTime by = due(process);
    // A try that is out for that long is not answered in time, whenever it will be.
    const bool unanswered = contender.asked && contender.asked->at + answer_within_ <= by;
    if (!unanswered) {
      broken(by, name(process) + " kept trying until " + moment(by) + " and did not get the key, " +
                     leasehold::to_string(bounds_.takeover) +
                     " after the last request was applied at " + moment(applied_) + " and " +
                     name(process) + " was last disturbed at " +
                     moment(std::max(contender.since, hindrances_.until(process))));
    }
    contender.since = now;
    expect(process);
  }
}

// What happens puts off when somebody is due, and never brings it forward, but for the process that
// it happens to: that one begins to try, or runs again.
void Takeover::expect(std::uint32_t process) {
  if (!bounds_.inside || !contenders_[process].tries()) return;
  quiet_until(std::min(quiet_until(), due(process)));
}

void Takeover::see(const Event& event) {
  judge(event.at);
  look_at(event);
  // Who begins to try, or runs again, is due no earlier than that.
  const bool sooner = event.at + on<TrueClock>(bounds_.takeover) < quiet_until();
  if (sooner && event.process < contenders_.size()) expect(event.process);
}

void Takeover::look_at(const Event& event) {
  switch (event.kind) {
    case Event::Kind::acquire:
      return on_call(event);
    case Event::Kind::granted:
    case Event::Kind::refused:
    case Event::Kind::cancel:
      return call_over(event);
    case Event::Kind::sent:
      return on_sent(event);
    case Event::Kind::answered:
      return on_answered(event);
    case Event::Kind::ended:
      return ended(event, event.owner);
    case Event::Kind::applied:
      return on_applied(event);
    case Event::Kind::request_lost:
    case Event::Kind::duplicated:
    case Event::Kind::answer_lost:
    case Event::Kind::request_cut:
    case Event::Kind::answer_cut:
    case Event::Kind::kept_waiting:
      return disturb(event);
    case Event::Kind::crashed:
      on_crash(event);
      [[fallthrough]];
    default:
      return hindrances_.see(event);
  }
}

// A call that tries once is not one that keeps trying.
void Takeover::on_call(const Event& event) {
  if (event.detail != 0) return;
  std::vector<std::uint64_t>& calls = of(event).calls;
  if (calls.empty()) disturb(event);
  if (std::find(calls.begin(), calls.end(), event.value) == calls.end()) {
    calls.push_back(event.value);
  }
}

void Takeover::call_over(const Event& event) { std::erase(of(event).calls, event.value); }

void Takeover::on_sent(const Event& event) {
  Contender& contender = of(event);
  switch (event.call) {
    case Call::acquire:
      // The one before was not answered in time.
      if (contender.asked) disturb(event);
      contender.asked = Try{event.ordinal, event.at};
      owners_.add({event.process, event.owner});
      return;
    case Call::renew:
      return;
    case Call::release:
    case Call::abandon:
      std::erase_if(contender.endings,
                    [&event](const Ending& one) { return one.owner == event.owner; });
      contender.endings.push_back({event.owner, event.call, event.ordinal});
      return;
  }
}

void Takeover::on_answered(const Event& event) {
  Contender& contender = of(event);
  const auto answer = static_cast<Answer::Kind>(event.detail);
  if (event.call == Call::acquire) {
    const bool awaited = contender.asked && contender.asked->ordinal == event.ordinal;
    const bool good = answer == Answer::Kind::granted || answer == Answer::Kind::busy ||
                      answer == Answer::Kind::moved;
    if (!awaited || !good || event.at - contender.asked->at > answer_within_) disturb(event);
    if (awaited) contender.asked.reset();
    return;
  }
  const bool over = event.call == Call::release &&
                    (answer == Answer::Kind::released || answer == Answer::Kind::not_owner);
  const auto found =
      std::find_if(contender.endings.begin(), contender.endings.end(), [&event](const Ending& one) {
        return one.call == event.call && one.ordinal == event.ordinal;
      });
  if (over && found != contender.endings.end()) ended(event, OwnerId(found->owner));
}

void Takeover::on_crash(const Event& event) {
  of(event) = {};
  owners_.erase_if([&](const std::pair<std::uint32_t, OwnerId>& asked) {
    if (asked.first != event.process) return false;
    former_.add(asked);
    return true;
  });
}

void Takeover::ended(const Event& event, const OwnerId& owner) {
  std::erase_if(of(event).endings, [&owner](const Ending& one) { return one.owner == owner; });
  disturb(event);
}

// What makes or prolongs a lease, or moves the term under those who ask with it, has to be waited
// for. A grant that is repeated has to be waited for by the others only: who keeps trying and is
// answered needs no repetition. But to a process that started again its former life is another: a
// late copy of what that asked for keeps the dead tenure's lease running.
void Takeover::on_applied(const Event& event) {
  switch (static_cast<Answer::Kind>(event.detail)) {
    case Answer::Kind::granted:
      if (static_cast<Previous>(event.other) == Previous::own) {
        for (std::size_t process = 0; process < contenders_.size(); ++process) {
          Contender& contender = contenders_[process];
          if (process != event.process ||
              former_.contains({static_cast<std::uint32_t>(process), event.owner})) {
            contender.since = event.at;
          }
        }
        return;
      }
      if (bounds_.inside && of(event).tries() && due(event.process) != TrueTime::never() &&
          static_cast<Previous>(event.other) == Previous::expired) {
        exercised();
        reached(Mark::taken_over);
      }
      applied_ = event.at;
      return;
    case Answer::Kind::renewed:
      applied_ = event.at;
      return;
    case Answer::Kind::abandoned:
      if (event.value != 0) applied_ = event.at;
      return;
    case Answer::Kind::misuse:
    case Answer::Kind::not_applied:
    case Answer::Kind::unknown:
      return disturb(event);
    default:
      return;
  }
}

}  // namespace leasehold::sim
