#include "sim/oracles/loss_is_told.h"

#include <string>

#include "sim/oracles/lineage.h"

namespace leasehold::sim {
namespace {

constexpr std::uint8_t said_held = 1;
constexpr std::uint8_t past_deadline = 2;

}  // namespace

void LossIsTold::see(const Event& event) {
  switch (event.kind) {
    case Event::Kind::stop_told:
    case Event::Kind::lost:
    case Event::Kind::stopped:
      told_.emplace(event.process, event.term);
      return;
    case Event::Kind::granted:
      latest_[event.process] = event.term;
      return;
    case Event::Kind::crashed:
      // Nobody is left to be told of the tenure that it had; of its next one it must be.
      told_.emplace(event.process, latest_[event.process]);
      return;
    case Event::Kind::cloned:
      latest_[event.process] = latest_[static_cast<std::uint16_t>(event.value)];
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
