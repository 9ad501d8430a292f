#include "sim/oracles/change_is_told.h"

#include <algorithm>
#include <string>

#include "sim/oracles/lineage.h"

namespace leasehold::sim {
namespace {

// Where those of terms above `term` begin.
template <class Granted>
auto first_after(Granted& granted, Term term) {
  return std::upper_bound(granted.begin(), granted.end(), term,
                          [](Term bound, const auto& one) { return bound < one.first; });
}

}  // namespace

void ChangeIsTold::see(const Event& event) {
  using Call = core::Request::Kind;
  switch (event.kind) {
    case Event::Kind::sent:
      if (event.call == Call::acquire) own_.add({event.process, event.owner});
      return;
    case Event::Kind::applied:
      // A renewal grants too where it may take over.
      if (static_cast<core::Answer::Kind>(event.detail) == core::Answer::Kind::granted) {
        on_granted(event);
      }
      return;
    case Event::Kind::looked:
      return on_looked(event);
    case Event::Kind::loaded:
      caches_[{event.process, event.value}] = {.valid_at = event.term};
      return;
    case Event::Kind::crashed:
      return on_crashed(event);
    case Event::Kind::cloned:
      return on_cloned(event);
    default:
      return;
  }
}

// Terms rise, but for those of a store that forgot some.
void ChangeIsTold::on_granted(const Event& event) {
  granted_.insert(first_after(granted_, event.term), {event.term, event.owner});
}

// What a process kept in memory is gone, and what it asked for in its last life is not its own.
void ChangeIsTold::on_crashed(const Event& event) {
  own_.erase_if([&](const auto& one) { return one.first == event.process; });
  caches_.erase_if([&](const auto& one) { return one.first.first == event.process; });
}

void ChangeIsTold::on_cloned(const Event& event) {
  own_.erase_if([&](const auto& one) { return one.first == event.process; });
  copy_of_process(own_, event);
  const FlatMap<CacheKey, Cache> before = caches_;
  for (const auto& [key, cache] : before) {
    if (key.first == event.value) caches_[{event.process, key.second}] = cache;
  }
}

Term ChangeIsTold::foreign_term(const Event& event, Term valid_at) const {
  // If the store has gone back since, all that it granted above `valid_at` lie between.
  const bool went_back = event.term < valid_at;
  const auto end = went_back ? granted_.end() : first_after(granted_, event.term);
  for (auto one = first_after(granted_, valid_at); one != end; ++one) {
    if (!own_.contains({event.process, one->second})) return one->first;
  }
  return 0;
}

void ChangeIsTold::on_looked(const Event& event) {
  Cache* const found = caches_.find({event.process, event.value});
  if (found == nullptr) return;
  exercised();
  Cache& cache = *found;
  const std::string which = "cache " + std::to_string(event.value) + " of " + name(event.process);
  const Term foreign = foreign_term(event, cache.valid_at);
  // A store that forgot the tenure in which it was loaded: what was done in that is nobody's now.
  const bool went_back = event.term < cache.valid_at;
  if (event.detail == 0) {
    cache.told = true;
    if (foreign != 0 || went_back) reached(Mark::change_told);
    return;
  }
  if (foreign != 0) {
    broken(event.at, which + ", loaded as of term " + std::to_string(cache.valid_at) +
                         ", is told \"unchanged\" at " + moment(event.at) + " although term " +
                         std::to_string(foreign) + " was another's");
  } else if (went_back) {
    broken(event.at, which + ", loaded as of term " + std::to_string(cache.valid_at) +
                         ", is told \"unchanged\" at " + moment(event.at) +
                         " although the store has gone back to term " + std::to_string(event.term));
  } else if (cache.told) {
    broken(event.at, which + " is told \"unchanged\" at " + moment(event.at) +
                         " although it was told that it had changed and was not loaded since");
  }
  if (event.term > cache.valid_at) reached(Mark::unchanged_over_tenures);
}

}  // namespace leasehold::sim
