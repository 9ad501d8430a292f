#include "sim/oracles/quiet.h"

#include <algorithm>
#include <string>

#include "sim/oracles/lineage.h"

namespace leasehold::sim {

using core::Answer;
using Call = core::Request::Kind;

void Quiet::see(const Event& event) {
  if (event.at > quiet_until()) time_passes(event.at);
  switch (event.kind) {
    case Event::Kind::acquire:
      of(event).calls.push_back(event.value);
      return touch(event);
    case Event::Kind::cancel:
    case Event::Kind::refused:
      return call_over(event);
    case Event::Kind::granted:
      return on_granted(event);
    case Event::Kind::stopped:
      if (keeps_) of(event).kept = tenure_of(event);
      [[fallthrough]];
    case Event::Kind::lost:
      if (of(event).tenure == event.term) of(event).tenure.reset();
      return touch(event);
    case Event::Kind::sent:
      return on_sent(event);
    case Event::Kind::answered:
      return on_answered(event);
    case Event::Kind::ended:
      return end(event, event.owner);
    case Event::Kind::armed:
    case Event::Kind::disarmed:
      of(event).armed = event.kind == Event::Kind::armed;
      return touch(event);
    case Event::Kind::crashed:
      of(event) = {};
      return;
    case Event::Kind::cloned:
      return on_cloned(event);
    default:
      return;
  }
}

void Quiet::touch(const Event& event) {
  now_ = event.at;
  quiet_until(now_);
  if (touched_.empty() || touched_.back() != event.process) touched_.push_back(event.process);
}

// A call may be cancelled after it was decided: then there is nothing to take away.
void Quiet::call_over(const Event& event) {
  std::vector<std::uint64_t>& calls = of(event).calls;
  const auto found = std::find(calls.begin(), calls.end(), event.value);
  if (found != calls.end()) calls.erase(found);
  touch(event);
}

void Quiet::on_granted(const Event& event) {
  Process& process = of(event);
  process.tenure = event.term;
  if (process.early_renewal == event.term) process.early_renewal.reset();
  call_over(event);
}

void Quiet::on_sent(const Event& event) {
  Process& process = of(event);
  switch (event.call) {
    case Call::acquire:
      if (!process.calls.empty()) return;
      return broken(event.at, name(event.process) + " asked for the key at " + moment(event.at) +
                                  " although nobody waits for it");
    case Call::renew:
      if (process.tenure == event.term || process.kept == tenure_of(event)) return;
      // The first renewal may be sent before the guards are told, in the same moment.
      process.early_renewal = event.term;
      return touch(event);
    case Call::release:
    case Call::abandon:
      return on_ending_sent(event);
  }
}

void Quiet::on_ending_sent(const Event& event) {
  Process& process = of(event);
  if (over_.contains({event.process, event.owner})) {
    broken(event.at, name(event.process) + " sent a release or an abandon of term " +
                         std::to_string(event.term) + " at " + moment(event.at) +
                         " although that was over");
  }
  touch(event);
  if (process.kept == tenure_of(event)) process.kept.reset();
  for (Ending& ending : process.endings) {
    if (ending.owner != event.owner) continue;
    ending.ordinal = event.ordinal;
    return reached(Mark::ending_repeated);
  }
  process.endings.push_back({event.owner, event.call, event.ordinal});
}

// An abandon may be answered and not settled, so of an abandon only the process's own word counts.
void Quiet::on_answered(const Event& event) {
  const auto answer = static_cast<Answer::Kind>(event.detail);
  const bool over = event.call == Call::release &&
                    (answer == Answer::Kind::released || answer == Answer::Kind::not_owner);
  if (!over) return;
  const std::vector<Ending>& endings = of(event).endings;
  const auto found = std::find_if(endings.begin(), endings.end(), [&event](const Ending& one) {
    return one.call == event.call && one.ordinal == event.ordinal;
  });
  if (found != endings.end()) end(event, OwnerId(found->owner));
}

void Quiet::end(const Event& event, const OwnerId& owner) {
  std::erase_if(of(event).endings, [&owner](const Ending& one) { return one.owner == owner; });
  if (of(event).kept && of(event).kept->owner == owner) of(event).kept.reset();
  over_.add({event.process, owner});
  touch(event);
}

// A copy has to do what its original had, by requests of its own and an alarm of its own.
void Quiet::on_cloned(const Event& event) {
  Process& copy = of(event);
  copy = processes_.at(event.value);
  copy.armed = false;
  copy.early_renewal.reset();
  for (Ending& ending : copy.endings) ending.ordinal = 0;
  copy_of_process(over_, event);
  touch(event);
}

void Quiet::time_passes(TrueTime) {
  for (const std::uint32_t process : touched_) check(process);
  touched_.clear();
  quiet_until(TrueTime::never());
}

void Quiet::check(std::uint32_t index) {
  Process& process = processes_[index];
  if (const auto& early = process.early_renewal) {
    broken(now_, name(index) + " sent a renewal of term " + std::to_string(*early) + " at " +
                     moment(now_) + " although it does not hold it");
    process.early_renewal.reset();
  }
  if (!process.has_to_do()) {
    exercised();
    reached(Mark::fell_quiet);
  }
  if (process.armed && !process.has_to_do()) {
    broken(now_, name(index) + " has an alarm set at " + moment(now_) +
                     " although nothing is left to be done");
  }
  if (!process.armed && !process.endings.empty()) {
    broken(now_, name(index) + " has no alarm set at " + moment(now_) +
                     " although a release or an abandon is not over");
  }
}

}  // namespace leasehold::sim
