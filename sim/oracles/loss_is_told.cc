#include "sim/oracles/loss_is_told.h"

#include <string>
#include <utility>

#include "sim/oracles/lineage.h"

namespace leasehold::sim {
namespace {

constexpr std::uint8_t said_held = 1;
constexpr std::uint8_t past_deadline = 2;

}  // namespace

LossIsTold::LossIsTold(const Names& names)
    : Oracle(Invariant::I5, names,
             {Event::Kind::sent, Event::Kind::answered, Event::Kind::belief_begins,
              Event::Kind::belief_ends, Event::Kind::stop_told, Event::Kind::lost,
              Event::Kind::stopped, Event::Kind::granted, Event::Kind::crashed, Event::Kind::cloned,
              Event::Kind::asked, Event::Kind::stop_due}),
      latest_(names.size()) {}

// A belief that ends at the moment at which that was heard ends at once, in whatever order events
// of one moment come.
void LossIsTold::judge_heard(TrueTime now) {
  if (!heard_ || now <= heard_->at) return;
  const Heard heard = *std::exchange(heard_, std::nullopt);
  quiet_until(TrueTime::never());
  exercised();
  const Latest& latest = latest_.at(heard.process);
  if (latest.term != heard.term || !latest.believes) return;
  broken(heard.at, name(heard.process) + " heard at " + moment(heard.at) +
                       " that it does not own term " + std::to_string(heard.term) +
                       " any more, and believes on");
}

void LossIsTold::on_answered(const Event& event) {
  Latest& latest = latest_.at(event.process);
  if (event.call != core::Request::Kind::renew || event.ordinal <= latest.before) return;
  latest.before = event.ordinal;
  const bool over = static_cast<core::Answer::Kind>(event.detail) == core::Answer::Kind::not_owner;
  if (!latest.believes || !over) return;
  heard_ = {event.at, event.process, latest.term};
  quiet_until(event.at);
}

// A call that joins begins no tenure.
void LossIsTold::on_granted(Latest& latest, Term term) {
  if (latest.term == term) return;
  latest.term = term;
  latest.before = latest.sent;
}

void LossIsTold::see(const Event& event) {
  judge_heard(event.at);
  switch (event.kind) {
    case Event::Kind::sent:
      if (event.call == core::Request::Kind::renew) latest_.at(event.process).sent = event.ordinal;
      return;
    case Event::Kind::answered:
      return on_answered(event);
    case Event::Kind::belief_begins:
    case Event::Kind::belief_ends:
      latest_.at(event.process).believes = event.kind == Event::Kind::belief_begins;
      return;
    case Event::Kind::stop_told:
    case Event::Kind::lost:
    case Event::Kind::stopped:
      told_.add({event.process, event.term});
      return;
    case Event::Kind::granted:
      return on_granted(latest_.at(event.process), event.term);
    case Event::Kind::crashed:
      // Nobody is left to be told of the tenure that it had; of its next one it must be.
      told_.add({event.process, latest_.at(event.process).term});
      return;
    case Event::Kind::cloned:
      latest_.at(event.process) = latest_.at(event.value);
      return copy_of_process(told_, event);
    case Event::Kind::asked:
      if ((event.detail & past_deadline) == 0) return;
      exercised();
      if ((event.detail & said_held) == 0) return;
      return broken(event.at, "a guard of " + name(event.process) + " says that term " +
                                  std::to_string(event.term) + " is held at " + moment(event.at) +
                                  ", when its own deadline has passed");
    case Event::Kind::stop_due:
      exercised();
      if (told_.contains({event.process, event.term})) return;
      return broken(event.at, name(event.process) + " was not told to stop by " + moment(event.at) +
                                  ", after the soft deadline of term " +
                                  std::to_string(event.term));
    default:
      return;
  }
}

}  // namespace leasehold::sim
