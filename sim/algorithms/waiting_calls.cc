#include "sim/algorithms/waiting_calls.h"

#include <algorithm>
#include <utility>

namespace leasehold::sim {

void WaitingCalls::add(CallId call, std::optional<Length> within, Moment now) {
  const bool once = within && *within <= Length::zero();
  const Moment until = within && !once ? now + on<LocalClock>(*within) : Moment::never();
  waiting_.push_back({call, once, until});
}

void WaitingCalls::remove(CallId call) {
  std::erase_if(waiting_, [call](const Waiting& one) { return one.call == call; });
}

WaitingCalls::Moment WaitingCalls::first_end() const {
  Moment first = Moment::never();
  for (const Waiting& one : waiting_) first = std::min(first, one.until);
  return first;
}

// Listed first: who hears of it may call or leave meanwhile.
template <class Is>
std::vector<CallId> WaitingCalls::those(const Is& is) const {
  std::vector<CallId> calls;
  for (const Waiting& one : waiting_) {
    if (is(one)) calls.push_back(one.call);
  }
  return calls;
}

void WaitingCalls::let_late_ones_go(Moment now, ShellListener& listener) {
  for (const CallId call : those([now](const Waiting& one) { return one.until <= now; })) {
    remove(call);
    listener.on_refused(call, ShellListener::Ending::timed_out, core::Refusal::busy);
  }
}

void WaitingCalls::refuse_tries(ShellListener::Ending ending, core::Refusal why,
                                ShellListener& listener) {
  for (const CallId call : those([](const Waiting& one) { return one.once; })) {
    remove(call);
    listener.on_refused(call, ending, why);
  }
}

void WaitingCalls::grant(const core::TenureId& tenure, std::uint32_t& guards,
                         ShellListener& listener) {
  const std::vector<Waiting> granted = std::exchange(waiting_, {});
  guards += static_cast<std::uint32_t>(granted.size());
  listener.on_tell({.kind = core::Tell::Kind::granted, .tenure = tenure});
  for (const Waiting& one : granted) listener.on_granted(one.call, tenure);
}

}  // namespace leasehold::sim
