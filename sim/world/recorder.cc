#include "sim/world/recorder.h"

#include <algorithm>
#include <utility>

#include "sim/trace/hash.h"

namespace leasehold::sim {

Recorder::Recorder(const Names& names, const std::vector<std::string>& keys, const Bounds& bounds,
                   bool keep_trace)
    : keys_(keys), keep_trace_(keep_trace) {
  while (of_keys_.size() < keys.size()) of_keys_.emplace_back(names, bounds);
}

Recorder::OfKey::OfKey(const Names& names, const Bounds& bounds)
    : situations(names.size()), oracles(make_oracles(names, bounds)) {
  for (const auto& oracle : oracles) oracle->share(alarm);
  for (std::size_t kind = 0; kind < lookers.size(); ++kind) {
    for (const auto& oracle : oracles) {
      if (oracle->looks_at().has(static_cast<Event::Kind>(kind))) {
        lookers[kind].push_back(oracle.get());
      }
    }
  }
}

void Recorder::record(const Event& event) {
  feed(hash_, event);
  count(event);
  if (keep_trace_) trace_.push_back(event);
  if (event.kind == Event::Kind::batched) return marks_.reach(Mark::renewed_together);
  if (event.kind != Event::Kind::healed) return show(event, of_keys_[event.key]);
  for (OfKey& key : of_keys_) show(event, key);
}

void Recorder::show(const Event& event, OfKey& key) {
  if (of_keys_.size() > 1) feed(key.hash, event);
  key.situations.see(event);
  if (event.at > key.alarm) pass_time(event, key);
  for (Oracle* const oracle : key.lookers[static_cast<std::size_t>(event.kind)]) oracle->see(event);
}

// Who looks at the event notes by itself that time has passed.
void Recorder::pass_time(const Event& event, OfKey& key) {
  key.alarm = TrueTime::never();
  for (const auto& oracle : key.oracles) {
    const bool is_due = event.at > oracle->quiet_until() && !oracle->looks_at().has(event.kind);
    if (is_due) oracle->time_passes(event.at);
    key.alarm = std::min(key.alarm, oracle->quiet_until());
  }
}

void Recorder::count(const Event& event) {
  ++tally_.events;
  using core::Answer;
  if (event.kind == Event::Kind::lost) ++tally_.losses;
  if (event.kind != Event::Kind::applied || event.call != core::Request::Kind::acquire) return;
  const auto answer = static_cast<Answer::Kind>(event.detail);
  if (answer == Answer::Kind::busy) ++tally_.contended;
  if (answer != Answer::Kind::granted || static_cast<Previous>(event.other) == Previous::own) {
    return;
  }
  ++tally_.tenures;
  OfKey& key = of_keys_[event.key];
  ++key.tenures;
  if (key.last_holder != nobody && key.last_holder != event.process) ++tally_.hand_overs;
  key.last_holder = event.process;
}

// Broken if it is for any key: what came first of all of them.
Judgement Recorder::judgement(std::size_t oracle) const {
  Judgement all{.invariant = of_keys_.front().oracles[oracle]->invariant()};
  for (std::size_t key = 0; key < of_keys_.size(); ++key) {
    const Oracle& one = *of_keys_[key].oracles[oracle];
    if (all.verdict == Verdict::never_exercised) all.verdict = one.verdict();
    if (!one.finding() || (all.finding && all.finding->at <= one.finding()->at)) continue;
    all.verdict = Verdict::broken;
    all.finding = one.finding();
    if (of_keys_.size() > 1) all.finding->sentence += " (key " + keys_[key] + ")";
  }
  return all;
}

void Recorder::finish(TrueTime end, Run& run) {
  for (const OfKey& key : of_keys_) {
    for (const auto& oracle : key.oracles) oracle->finish(end);
  }
  for (std::size_t oracle = 0; oracle < of_keys_.front().oracles.size(); ++oracle) {
    run.judgements.push_back(judgement(oracle));
  }
  run.marks = marks_;
  for (const OfKey& key : of_keys_) {
    run.marks.add(key.situations.marks());
    for (const auto& oracle : key.oracles) run.marks.add(oracle->marks());
    run.keys.push_back({key.tenures, key.hash.digest()});
  }
  run.hash = hash_.digest();
  run.tally = tally_;
  run.trace = std::move(trace_);
}

}  // namespace leasehold::sim
