// I8: "unchanged" is never told falsely to any cache; "changed" may be told without need, and is
// told until it is acknowledged.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "sim/engine/flat_map.h"
#include "sim/oracles/oracle.h"

namespace leasehold::sim {

class ChangeIsTold final : public Oracle {
 public:
  explicit ChangeIsTold(const Names& names)
      : Oracle(Invariant::I8, names,
               {Event::Kind::sent, Event::Kind::applied, Event::Kind::looked, Event::Kind::loaded,
                Event::Kind::crashed, Event::Kind::cloned}) {}
  void see(const Event& event) override;

 private:
  struct Cache {
    Term valid_at = 0;
    /// It was told that it has changed and has not been loaded since.
    bool told = false;
  };
  /// Which of which process.
  using CacheKey = std::pair<std::uint32_t, std::uint64_t>;

  void on_granted(const Event& event);
  void on_looked(const Event& event);
  void on_crashed(const Event& event);
  void on_cloned(const Event& event);
  /// The first term after `valid_at`, up to that of `event`, that was not its process's own; 0 if
  /// there is none.
  Term foreign_term(const Event& event, Term valid_at) const;

  // Who was granted each term, by term, and what each process asked with in this life.
  std::vector<std::pair<Term, OwnerId>> granted_;
  FlatSet<std::pair<std::uint32_t, OwnerId>> own_;
  FlatMap<CacheKey, Cache> caches_;
};

}  // namespace leasehold::sim
