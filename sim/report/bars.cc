#include "sim/report/bars.h"

#include <algorithm>

namespace leasehold::sim {
namespace {

using core::Answer;
using Kind = Picture::Bar::Kind;

}  // namespace

void Bars::see(const Event& event, std::size_t index) {
  see_process(event, index);
  see_fate(event, index);
  see_store(event, index);
}

void Bars::see_process(const Event& event, std::size_t index) {
  const Slot belief{Kind::belief, event.process, event.term};
  const Slot jeopardy{Kind::jeopardy, event.process, event.term};
  const Slot waiting{Kind::waiting, event.process, event.value};
  switch (event.kind) {
    case Event::Kind::acquire:
      return open(waiting, event, index);
    case Event::Kind::granted:
    case Event::Kind::refused:
    case Event::Kind::cancel:
      return close(waiting, event.at);
    case Event::Kind::belief_begins:
      return open(belief, event, index);
    case Event::Kind::belief_ends:
      close(jeopardy, event.at);
      return close(belief, event.at);
    case Event::Kind::stop_told:
      return open(jeopardy, event, index);
    case Event::Kind::renewed:
    case Event::Kind::lost:
    case Event::Kind::stopped:
      return close(jeopardy, event.at);
    default:
      return;
  }
}

void Bars::see_fate(const Event& event, std::size_t index) {
  const Slot paused{Kind::paused, event.process};
  const Slot dead{Kind::dead, event.process};
  const Slot overslept{Kind::overslept, event.process};
  switch (event.kind) {
    case Event::Kind::paused:
      open(paused, event, index);
      open_.at(paused).bar.how = event.detail;
      return;
    case Event::Kind::resumed:
      return close(paused, event.at);
    case Event::Kind::crashed:
      close_all(event.process, event.at);
      return open(dead, event, index);
    case Event::Kind::restarted:
      return close(dead, event.at);
    case Event::Kind::cloned: {
      Bar absent{Kind::absent, event.process, event.key};
      absent.event = index;
      return add(absent, TrueTime{}, event.at, Kind::absent);
    }
    case Event::Kind::wake_late:
      close(overslept, event.at);
      open(overslept, event, index);
      open_.at(overslept).bar.to = event.until;
      return;
    case Event::Kind::sent:
    case Event::Kind::disarmed:
      return close(overslept, event.at);
    case Event::Kind::starved:
      return lasts(Kind::starved, event, index);
    case Event::Kind::cut_off:
      return lasts(Kind::cut_off, event, index);
    case Event::Kind::stalled:
      return lasts(Kind::stalled, event, index);
    case Event::Kind::store_down:
      return lasts(Kind::down, event, index);
    default:
      return;
  }
}

void Bars::see_store(const Event& event, std::size_t index) {
  if (event.kind == Event::Kind::applied) return see_applied(event, index);
  if (event.kind == Event::Kind::takeable) return prolong(event);
  if (event.kind != Event::Kind::failed_over) return;
  const auto found = leases_.find(event.key);
  const bool same = found != leases_.end() && event.owner && found->second.owner == event.owner &&
                    found->second.bar.term == event.term;
  if (same) return;
  end_lease(event.key, event.at);
  if (event.owner) begin_lease(event, index);
}

void Bars::see_applied(const Event& event, std::size_t index) {
  const auto found = leases_.find(event.key);
  const bool is_its_own = found != leases_.end() && found->second.owner == event.owner;
  switch (static_cast<Answer::Kind>(event.detail)) {
    case Answer::Kind::granted:
      if (is_its_own && found->second.bar.term == event.term) return;
      end_lease(event.key, event.at);
      return begin_lease(event, index);
    case Answer::Kind::released:
      return end_lease(event.key, event.at);
    case Answer::Kind::abandoned:
      if (is_its_own) end_lease(event.key, event.at);
      return;
    default:
      return;
  }
}

void Bars::open(const Slot& slot, const Event& event, std::size_t index) {
  Bar bar{slot.kind, event.process, event.key, event.at};
  bar.term = event.term;
  bar.event = index;
  open_.try_emplace(slot, Open{bar, event.owner});
}

void Bars::close(const Slot& slot, TrueTime at) {
  const auto found = open_.find(slot);
  if (found == open_.end()) return;
  const Bar& bar = found->second.bar;
  add(bar, bar.from, slot.kind == Kind::overslept ? std::min(at, bar.to) : at, slot.kind);
  if (slot.kind == Kind::belief) add_beyond(found->second, at);
  open_.erase(found);
}

void Bars::close_all(std::uint32_t process, TrueTime at) {
  std::vector<Slot> its;
  for (const auto& [slot, unused] : open_) {
    if (slot.process == process) its.push_back(slot);
  }
  for (const Slot& slot : its) close(slot, at);
}

void Bars::lasts(Kind kind, const Event& event, std::size_t index) {
  Bar bar{kind, event.process, event.key};
  bar.how = event.detail;
  bar.event = index;
  add(bar, event.at, event.until, kind);
}

void Bars::begin_lease(const Event& event, std::size_t index) {
  Lease lease;
  lease.bar = {Kind::tenure, event.process, event.key, event.at};
  lease.bar.term = event.term;
  lease.bar.event = index;
  lease.owner = event.owner;
  leases_[event.key] = lease;
}

void Bars::end_lease(std::uint32_t key, TrueTime at) {
  const auto found = leases_.find(key);
  if (found == leases_.end()) return;
  const Lease& lease = found->second;
  add_tenure(lease, std::min(lease.until, at));
  if (lease.until < at) add(lease.bar, lease.until, at, Kind::lapsed);
  leases_.erase(found);
}

// A lease that was over and is prolonged all the same was takeable in between.
void Bars::prolong(const Event& event) {
  const auto found = leases_.find(event.key);
  if (found == leases_.end() || found->second.bar.term != event.term) return;
  Lease& lease = found->second;
  if (lease.until < event.at && lease.until < event.until) {
    add_tenure(lease, lease.until);
    add(lease.bar, lease.until, event.at, Kind::lapsed);
    lease.bar.from = event.at;
  }
  lease.until = event.until;
}

void Bars::add(Bar bar, TrueTime from, TrueTime to, Kind kind) {
  bar.kind = kind;
  bar.from = from;
  bar.to = std::max(from, to);
  done_.push_back(bar);
}

void Bars::add_tenure(const Lease& lease, TrueTime to) {
  add(lease.bar, lease.bar.from, to, Kind::tenure);
  held_.push_back({done_.back(), lease.owner});
}

// What of a belief no lease of the store covers. What was over by now stays so, whatever happens to
// the lease later.
void Bars::add_beyond(const Open& belief, TrueTime to) {
  const auto its = [&belief](const Bar& bar, OwnerId owner) {
    return bar.key == belief.bar.key && bar.term == belief.bar.term && owner == belief.owner;
  };
  TrueTime covered = belief.bar.from;
  const auto cover = [&](TrueTime from, TrueTime until) {
    if (until <= covered || from >= to) return;
    if (from > covered) add(belief.bar, covered, from, Kind::beyond);
    covered = until;
  };
  bool known = false;
  for (const Open& tenure : held_) {
    if (!its(tenure.bar, tenure.owner)) continue;
    known = true;
    cover(tenure.bar.from, tenure.bar.to);
  }
  const auto lease = leases_.find(belief.bar.key);
  if (lease != leases_.end() && its(lease->second.bar, lease->second.owner)) {
    known = true;
    cover(lease->second.bar.from, lease->second.until);
  }
  // Of a tenure that no store tells of, nothing can be said.
  if (known && covered < to) add(belief.bar, covered, to, Kind::beyond);
}

std::vector<Picture::Bar> Bars::finish(TrueTime end) {
  while (!open_.empty()) {
    const Slot slot = open_.begin()->first;
    const std::size_t last = done_.size();
    close(slot, end);
    for (std::size_t bar = last; bar < done_.size(); ++bar) done_[bar].open = true;
  }
  while (!leases_.empty()) {
    const std::size_t last = done_.size();
    end_lease(leases_.begin()->first, end);
    for (std::size_t bar = last; bar < done_.size(); ++bar) done_[bar].open = done_[bar].to == end;
  }
  for (Bar& bar : done_) bar.to = std::min(bar.to, end);
  std::stable_sort(done_.begin(), done_.end(),
                   [](const Bar& a, const Bar& b) { return a.from < b.from; });
  return std::move(done_);
}

}  // namespace leasehold::sim
