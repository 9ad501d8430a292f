#include "lib/src/stores/etcd/records.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "lib/src/stores/etcd/failure.h"

namespace leasehold::stores {
namespace {

// etcd's --max-txn-ops is 128 by default. The incarnation is compared and read beside the keys.
constexpr std::size_t most_keys = 127;
// ... and --max-request-bytes 1.5 MiB: of a group that is to be well below.
constexpr std::size_t most_bytes = std::size_t{512} << 10U;
// What is remembered of a key costs a round trip when it is forgotten, and nothing else.
constexpr std::size_t most_remembered = 65'536;
// How often a group is tried as a whole before its keys are tried one by one.
constexpr int tries_together = 3;

Incarnation incarnation_of(const std::optional<std::string>& text) {
  Incarnation read;
  if (!text) return read;
  const char* const half = text->data() + text->size() / 2;
  const char* const end = text->data() + text->size();
  const auto high = std::from_chars(text->data(), half, read.high, 16);
  const auto low = std::from_chars(half, end, read.low, 16);
  if (text->size() != 32 || high.ptr != half || low.ptr != end || !read) {
    throw EtcdFailure(Errc::misuse,
                      "the key \"incarnation\" is none of leasehold's: somebody else writes under "
                      "this prefix, give the url another one");
  }
  return read;
}

}  // namespace

EtcdRecords::EtcdRecords(const std::string& prefix, Random& random)
    : incarnation_(prefix + "incarnation"), records_(prefix + "key/"), random_(random) {}

void EtcdRecords::create(EtcdSession& session, const Patience& patience) {
  Sight sight;
  look(session, {}, Missing::make, patience, sight);
}

std::vector<std::string> EtcdRecords::paths(const std::vector<std::string>& keys) const {
  std::vector<std::string> all{incarnation_};
  for (const std::string& key : keys) all.push_back(path_of(key));
  return all;
}

// What is no record is not remembered: somebody may put it right.
Record EtcdRecords::record_in(const std::string& key, const std::string& text) {
  try {
    return etcd_record_of(text);
  } catch (const EtcdFailure&) {
    const std::scoped_lock lock(mutex_);
    texts_.erase(key);
    throw;
  }
}

// A key that nobody has looked at is taken for one that is not there.
EtcdRecords::Sight EtcdRecords::seen_last(const std::vector<std::string>& keys) {
  const std::scoped_lock lock(mutex_);
  Sight sight{current_, {}};
  for (const std::string& key : keys) {
    const auto found = texts_.find(key);
    sight.texts.push_back(found == texts_.end() ? std::string() : found->second);
  }
  return sight;
}

EtcdRecords::Sight EtcdRecords::sight_of(
    const std::vector<std::optional<std::string>>& values) const {
  Sight sight{incarnation_of(values.front()), {}};
  for (std::size_t i = 1; i < values.size(); ++i) sight.texts.push_back(values[i].value_or(""));
  return sight;
}

void EtcdRecords::remember(const std::vector<std::string>& keys, const Sight& sight) {
  const std::scoped_lock lock(mutex_);
  if (sight.incarnation != current_ || texts_.size() > most_remembered) texts_.clear();
  current_ = sight.incarnation;
  for (std::size_t i = 0; i < keys.size(); ++i) texts_[keys[i]] = sight.texts[i];
}

// Reads everything anew; false if there is no incarnation and none is to be made. Records that are
// left of another one are of no use: nobody knows what was lost with it.
bool EtcdRecords::look(EtcdSession& session, const std::vector<std::string>& keys, Missing missing,
                       const Patience& patience, Sight& sight) {
  const std::vector<std::string> all = paths(keys);
  for (;;) {
    sight = sight_of(session.read(all, patience));
    remember(keys, sight);
    if (sight.incarnation) return true;
    if (missing == Missing::tell) return false;
    session.run({.compares = {{incarnation_, std::nullopt}},
                 .puts = {{incarnation_, to_string(random_.id<Incarnation>())}},
                 .wiped_prefix = records_,
                 .otherwise_read = {incarnation_}},
                patience);
    give_up_if_over(patience);
  }
}

// Writes what differs from `sight` if `sight` is what there is; else shows in `sight` what is.
bool EtcdRecords::apply(EtcdSession& session, const std::vector<std::string>& keys,
                        const std::vector<std::string>& after, const Patience& patience,
                        Sight& sight) {
  EtcdTxn txn{
      .compares = {{incarnation_, to_string(sight.incarnation)}}, .puts = {}, .otherwise_read = {}};
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const std::string path = path_of(keys[i]);
    const std::string& before = sight.texts[i];
    txn.compares.emplace_back(path, before.empty() ? std::nullopt : std::optional(before));
    if (after[i] != before) txn.puts.emplace_back(path, after[i]);
    txn.otherwise_read.push_back(path);
  }
  const EtcdTxnAnswer answer = session.run(txn, patience);
  std::vector<std::string> found = after;
  for (std::size_t i = 0; i < answer.values.size(); ++i) found[i] = answer.values[i].value_or("");
  // If the records are what they were taken for, the incarnation is not, and is to be looked at.
  if (!answer.applied && found == sight.texts) sight.incarnation = {};
  sight.texts = std::move(found);
  if (sight.incarnation) remember(keys, sight);
  return answer.applied;
}

void EtcdRecords::give_up_if_over(const Patience& patience) {
  if (!patience.over()) return;
  throw EtcdFailure(Errc::not_applied,
                    "time ran out, since others changed the record or the servers are slow: try "
                    "again");
}

std::vector<EtcdRecords::Group> EtcdRecords::groups_of(std::span<const RenewRequest> batch) {
  std::vector<Group> groups;
  std::size_t bytes = 0;
  // A key that is there twice goes where it was first, so that its requests keep their order.
  std::map<std::string, std::size_t> places;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const std::string& key = batch[i].key;
    if (const auto known = places.find(key); known != places.end()) {
      groups[known->second][key].push_back(i);
      continue;
    }
    const std::size_t size = 3 * path_of(key).size() + 2 * seen_last({key}).texts.front().size();
    if (groups.empty() || groups.back().size() == most_keys || bytes + size > most_bytes) {
      groups.emplace_back();
      bytes = 0;
    }
    bytes += size;
    groups.back()[key].push_back(i);
    places[key] = groups.size() - 1;
  }
  return groups;
}

// The text of a record after some renewals of it. What is no record fails alone.
std::string EtcdRecords::renew_key(const std::string& text, std::span<const RenewRequest> batch,
                                   const std::vector<std::size_t>& places,
                                   std::vector<RenewAnswer>& answers) {
  try {
    Record record = etcd_record_of(text);
    const Version before = record.version;
    for (const std::size_t place : places) {
      answers[place] = stores::renew(record, judge(), batch[place]);
    }
    return record.version == before ? text : etcd_text_of(record);
  } catch (const EtcdFailure& failure) {
    for (const std::size_t place : places) {
      answers[place] =
          Error{failure.kind(), "renew \"" + batch[place].key + "\": " + failure.what()};
    }
    return text;
  }
}

EtcdRecords::Together EtcdRecords::renew_group(EtcdSession& session,
                                               std::span<const RenewRequest> batch,
                                               const Group& group, const Patience& patience,
                                               std::vector<RenewAnswer>& answers) {
  std::vector<std::string> keys;
  for (const auto& [key, requests] : group) keys.push_back(key);
  Sight sight = seen_last(keys);
  for (int tries = 0; tries < tries_together || keys.size() == 1; ++tries) {
    if (!sight.incarnation && !look(session, keys, Missing::tell, patience, sight)) return {};
    std::vector<std::string> after = sight.texts;
    for (std::size_t i = 0; i < keys.size(); ++i) {
      after[i] = renew_key(sight.texts[i], batch, group.at(keys[i]), answers);
    }
    if (apply(session, keys, after, patience, sight)) return {.incarnation = sight.incarnation};
    give_up_if_over(patience);
  }
  return {.incarnation = sight.incarnation, .is_disturbed = true};
}

std::optional<Answered<std::vector<RenewAnswer>>> EtcdRecords::renew(
    EtcdSession& session, std::span<const RenewRequest> batch, const Patience& patience) {
  Answered<std::vector<RenewAnswer>> answered{Incarnation{}, {}};
  answered.answer.assign(batch.size(), NotOwner{.term = 0, .why = NotOwner::Why::free, .info = {}});
  if (batch.empty()) {
    Sight sight;
    if (!look(session, {}, Missing::tell, patience, sight)) return std::nullopt;
    answered.incarnation = sight.incarnation;
    return answered;
  }
  std::vector<Group> groups = groups_of(batch);
  for (std::size_t next = 0; next < groups.size(); ++next) {
    const Group group = groups[next];
    std::optional<Error> failed;
    try {
      if (next > 0) give_up_if_over(patience);
      const Together done = renew_group(session, batch, group, patience, answered.answer);
      if (done.is_disturbed) {
        for (const auto& one : group) groups.push_back({one});
        continue;
      }
      if (!done.incarnation && !answered.incarnation) return std::nullopt;
      if (!answered.incarnation) answered.incarnation = done.incarnation;
      // Answers of two incarnations have no one name to go under.
      if (done.incarnation != answered.incarnation) {
        failed = Error{Errc::unknown, "renew: the store was wiped meanwhile: try again"};
      }
    } catch (const EtcdFailure& failure) {
      if (!answered.incarnation) throw;
      failed = session.error_of(failure, "renew");
    }
    if (!failed) continue;
    for (const auto& [key, requests] : group) {
      for (const std::size_t place : requests) answered.answer[place] = *failed;
    }
  }
  return answered;
}

std::optional<Answered<std::optional<RecordView>>> EtcdRecords::inspect(EtcdSession& session,
                                                                        const std::string& key,
                                                                        const Patience& patience) {
  Sight sight;
  if (!look(session, {key}, Missing::tell, patience, sight)) return std::nullopt;
  Answered<std::optional<RecordView>> answered{sight.incarnation, std::nullopt};
  if (!sight.texts.front().empty()) {
    answered.answer = view(etcd_record_of(sight.texts.front()), judge());
  }
  return answered;
}

std::optional<Answered<std::vector<std::string>>> EtcdRecords::list(EtcdSession& session,
                                                                    const std::string& after,
                                                                    std::size_t most,
                                                                    const Patience& patience) {
  constexpr std::uint64_t furthest = std::numeric_limits<std::int64_t>::max();
  // The first key above `after`, and the first above all.
  const std::string from = path_of(after) + std::string(1, '\0');
  std::string end = records_;
  ++end.back();
  // 0 would be: no limit.
  auto [incarnation, found] =
      session.keys(incarnation_, from, end, std::clamp<std::uint64_t>(most, 1, furthest), patience);
  if (!incarnation) return std::nullopt;
  if (most == 0) found.clear();
  for (std::string& path : found) path.erase(0, records_.size());
  return Answered<std::vector<std::string>>{incarnation_of(incarnation), std::move(found)};
}

}  // namespace leasehold::stores
