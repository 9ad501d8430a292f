// Is what a store answered to many at once the history of one fenced lock (I19)?
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "lib/src/shell/async_store.h"
#include "lib/tests/record_store.h"

namespace leasehold {

/// One call as its caller saw it. `asked` and `answered` are of one clock of all callers.
struct Observed {
  StoreCall call;
  StoreReply reply;
  std::int64_t asked = 0;
  std::int64_t answered = 0;
};

/// What can be said of a history.
enum class Linearizable {
  yes,
  no,
  /// The search met more situations than it was allowed.
  too_long,
};

/// Searches for an order of the calls on one key in which each takes effect between its question
/// and its answer and the rules of `record.h` give just the answers that were given (the search of
/// Wing and Gong, "Testing and Verifying Concurrent Objects", JPDC 1993, with the situations that
/// it has seen, as Lowe has it, "Testing for Linearizability", CCPE 2017). A call that ended as
/// `unknown` may take effect at any time after its question, or never; one that was not applied
/// never does. Requires: no lease ends, and nothing was ever asked of the key before.
class Linearizer {
 public:
  explicit Linearizer(std::vector<Observed> history) : model_(config()) {
    for (Observed& one : history) {
      if (one.reply.answer.kind == core::Answer::Kind::not_applied) continue;
      history_.push_back(std::move(one));
    }
    done_.assign(history_.size(), false);
  }

  Linearizable search(std::size_t most = 2'000'000) {
    most_ = most;
    const bool found = search_from(stores::Record{});
    if (found) return Linearizable::yes;
    return seen_.size() >= most_ ? Linearizable::too_long : Linearizable::no;
  }

 private:
  static Config config() {
    Config config;
    config.authority = Authority::store_clock;
    config.bounds.resolution = Length(1);
    return config;
  }
  static bool is_unknown(const Observed& one) {
    return one.reply.answer.kind == core::Answer::Kind::unknown;
  }
  // Of the record, all that decides answers.
  static std::string key_of(const stores::Record& record, const std::vector<bool>& done) {
    std::string key(done.begin(), done.end());
    for (const std::uint64_t part :
         {record.version, record.term, record.owner.high, record.owner.low, record.last_owner.high,
          record.last_owner.low, record.seq, record.renew_id.high, record.renew_id.low}) {
      key += std::to_string(part) + ",";
    }
    return key + record.info;
  }

  bool search_from(const stores::Record& record) {
    if (all_answered_are_done()) return true;
    if (seen_.size() >= most_ || !seen_.insert(key_of(record, done_)).second) return false;
    const std::int64_t first_end = first_open_end();
    for (std::size_t at = 0; at < history_.size(); ++at) {
      // What was asked after another call had been answered can't come before that one.
      if (done_[at] || history_[at].asked > first_end) continue;
      model_.record = record;
      const StoreReply would = perform(model_, history_[at].call);
      if (!is_unknown(history_[at]) && !same(would, history_[at].reply)) continue;
      const stores::Record after = model_.record;
      done_[at] = true;
      if (search_from(after)) return true;
      done_[at] = false;
    }
    return false;
  }

  bool all_answered_are_done() const {
    for (std::size_t at = 0; at < history_.size(); ++at) {
      if (!done_[at] && !is_unknown(history_[at])) return false;
    }
    return true;
  }
  std::int64_t first_open_end() const {
    std::int64_t first = INT64_MAX;
    for (std::size_t at = 0; at < history_.size(); ++at) {
      if (!done_[at] && !is_unknown(history_[at])) first = std::min(first, history_[at].answered);
    }
    return first;
  }

  static bool same(StoreReply would, StoreReply was) {
    would.answer.incarnation = was.answer.incarnation = {};
    would.answer.expires_at.reset();
    was.answer.expires_at.reset();
    return would.answer == was.answer && would.who == was.who;
  }

  std::vector<Observed> history_;
  core::RecordStore model_;
  std::vector<bool> done_;
  std::set<std::string> seen_;
  std::size_t most_ = 0;
};

}  // namespace leasehold
