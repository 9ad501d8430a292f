// One lock as the verbs that look at locks show it.
#pragma once

#include <optional>
#include <string>

#include <leasehold/store.h>
#include "lib/cli/holder.h"

namespace leasehold::cli {

struct LockRow {
  enum class State {
    /// Never had, released, or run out: who asks gets it.
    free,
    held,
    /// There is an owner whose lease this store can't judge: whoever wants the lock must watch the
    /// record stay unchanged first.
    unclear,
  };
  std::string key;
  State state = State::free;
  Incarnation incarnation;
  /// What the store shows; all zero if the key was never had.
  RecordView record;
  /// Of who has it, or had it last.
  Holder holder;
};
/// "free", "held" or "unclear".
const char* to_string(LockRow::State state);

/// Asks the store. Blocks for its answer.
Result<LockRow> look_at(Store& store, const std::string& key);

/// One JSON object.
std::string json(const LockRow& row);
/// In whole seconds above a minute, else in tenths of one: "12.3s".
std::string readable(Length length);

}  // namespace leasehold::cli
