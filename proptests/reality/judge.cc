#include "proptests/reality/judge.h"

#include <algorithm>
#include <map>
#include <memory>
#include <set>

#include "sim/oracles/dead_stays_dead.h"
#include "sim/oracles/no_overlap.h"
#include "sim/oracles/terms.h"

namespace leasehold::reality {
namespace {

using sim::Event;
using sim::TrueTime;

/// Turns the lines of one life into events.
class Teller {
 public:
  Teller(std::uint32_t process, std::int64_t killed_at, std::vector<Event>& events)
      : process_(process), killed_at_(killed_at), events_(events) {}

  void tell(const Line& line) {
    switch (line.kind) {
      case Line::Kind::granted:
        return add(Event::Kind::granted, line.at, line, 0);
      case Line::Kind::held:
        return on_held(line);
      case Line::Kind::lost:
        end_belief(line.at);
        add(Event::Kind::lost, line.at, line, 0);
        return add(Event::Kind::asked, line.at, line, 0);
      case Line::Kind::dropped:
        end_belief(line.at);
        return add(Event::Kind::stopped, line.at, line, 0);
      case Line::Kind::written:
      case Line::Kind::refused:
        return;
    }
  }
  void die() { end_belief(killed_at_); }

 private:
  void on_held(const Line& line) {
    add(Event::Kind::asked, line.at, line, 1);
    // A confirmed renewal moves the deadline; what was believed until then was believed all along.
    if (believes_ && until_ >= line.at && last_.term == line.term && last_.owner == line.owner) {
      until_ = std::max(until_, line.until);
      return;
    }
    end_belief(line.at);
    if (line.until <= line.at) return;
    believes_ = true;
    last_ = line;
    until_ = line.until;
    add(Event::Kind::belief_begins, line.at, line, 0);
  }
  void end_belief(std::int64_t at) {
    if (!believes_) return;
    believes_ = false;
    add(Event::Kind::belief_ends, std::min({at, until_, killed_at_}), last_, 0);
  }
  void add(Event::Kind kind, std::int64_t at, const Line& line, std::uint8_t detail) {
    events_.push_back({.at = TrueTime::at_ns(at),
                       .kind = kind,
                       .process = process_,
                       .detail = detail,
                       .term = line.term,
                       .owner = {0, line.owner}});
  }

  const std::uint32_t process_;
  const std::int64_t killed_at_;
  std::vector<Event>& events_;
  bool believes_ = false;
  /// What was believed last.
  Line last_{};
  std::int64_t until_ = 0;
};

bool comes_before(const Event& a, const Event& b) {
  if (a.at != b.at) return a.at < b.at;
  const auto ends = [](const Event& event) { return event.kind == Event::Kind::belief_ends; };
  return ends(a) && !ends(b);
}

template <class OracleType>
Judgement::Entry judged(const std::vector<Event>& events, const sim::Names& names) {
  OracleType oracle(names);
  for (const Event& event : events) oracle.see(event);
  return {oracle.invariant(), oracle.verdict(),
          oracle.finding() ? oracle.finding()->sentence : std::string()};
}

void count(const std::vector<Event>& events, Judgement& judgement) {
  std::uint32_t last = sim::nobody;
  std::set<std::uint32_t> believers;
  for (const Event& event : events) {
    if (event.kind == Event::Kind::belief_ends) believers.erase(event.process);
    if (event.kind == Event::Kind::belief_begins) {
      believers.insert(event.process);
      if (believers.size() > 1) ++judgement.overlaps;
    }
    if (event.kind == Event::Kind::lost) ++judgement.losses;
    if (event.kind != Event::Kind::granted) continue;
    ++judgement.tenures;
    if (last != sim::nobody && last != event.process) ++judgement.hand_overs;
    last = event.process;
  }
}

}  // namespace

bool Judgement::broken() const {
  return std::any_of(entries.begin(), entries.end(),
                     [](const Entry& one) { return one.verdict == sim::Verdict::broken; });
}

bool Judgement::broken(sim::Invariant invariant) const {
  return std::any_of(entries.begin(), entries.end(), [invariant](const Entry& one) {
    return one.invariant == invariant && one.verdict == sim::Verdict::broken;
  });
}

std::vector<Event> history_of(const std::vector<Life>& lives) {
  std::vector<Event> events;
  for (std::size_t index = 0; index < lives.size(); ++index) {
    Teller teller(static_cast<std::uint32_t>(index), lives[index].killed_at, events);
    for (const Line& line : lives[index].lines) teller.tell(line);
    teller.die();
  }
  std::stable_sort(events.begin(), events.end(), comes_before);
  return events;
}

Judgement judge(const std::vector<Life>& lives) {
  sim::Names names;
  Judgement judgement;
  for (const Life& life : lives) {
    names.push_back(life.name);
    for (const Line& line : life.lines) {
      if (line.kind == Line::Kind::written) ++judgement.written;
      if (line.kind == Line::Kind::refused) ++judgement.refused;
    }
  }
  const std::vector<Event> events = history_of(lives);
  judgement.entries = {judged<sim::NoOverlap>(events, names), judged<sim::Terms>(events, names),
                       judged<sim::DeadStaysDead>(events, names)};
  count(events, judgement);
  return judgement;
}

}  // namespace leasehold::reality
