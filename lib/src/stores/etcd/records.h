// The records in etcd: each request as one step on the value of its key.
//
// The rule to know: a step is computed from the values that were read last, and applied only if
// they are still those. The comparison is on the values themselves. They hold the record's version,
// which only rises, so a value that is back is no other record; and unlike etcd's revisions, which
// a restored backup hands out again, they are all that the step was computed from.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <leasehold/random.h>
#include <leasehold/store.h>
#include "lib/src/stores/etcd/record_text.h"
#include "lib/src/stores/etcd/session.h"

namespace leasehold::stores {

/// Thread-safe, as far as callers bring sessions of their own. Everything throws `EtcdFailure`.
class EtcdRecords {
 public:
  EtcdRecords(const std::string& prefix, Random& random);

  /// What is done if there is no incarnation, because the store is new or was wiped.
  enum class Missing {
    /// One is made, and the call carried out under it.
    make,
    /// It is an answer: null.
    tell,
  };

  /// Sees to it that there is an incarnation.
  void create(EtcdSession& session, const Patience& patience);
  /// Carries out `step(record)`, which changes the record and returns the answer.
  template <class Step>
  auto change(EtcdSession& session, const std::string& key, Missing missing,
              const Patience& patience, Step step)
      -> std::optional<Answered<decltype(step(std::declval<Record&>()))>> {
    for (Sight sight = seen_last({key});;) {
      if (!sight.incarnation && !look(session, {key}, missing, patience, sight))
        return std::nullopt;
      Record record = record_in(key, sight.texts.front());
      const Version before = record.version;
      auto answer = step(record);
      std::vector<std::string> after = sight.texts;
      if (record.version != before) after.front() = etcd_text_of(record);
      if (apply(session, {key}, after, patience, sight)) return {{sight.incarnation, answer}};
      give_up_if_over(patience);
    }
  }
  /// Requires: the requests have passed `find_misuse`. Those of one call are carried out in groups,
  /// each at one moment; what fails after the first group fails alone.
  std::optional<Answered<std::vector<RenewAnswer>>> renew(EtcdSession& session,
                                                          std::span<const RenewRequest> batch,
                                                          const Patience& patience);
  std::optional<Answered<std::optional<RecordView>>> inspect(EtcdSession& session,
                                                             const std::string& key,
                                                             const Patience& patience);
  std::optional<Answered<std::vector<std::string>>> list(EtcdSession& session,
                                                         const std::string& after, std::size_t most,
                                                         const Patience& patience);

  static Judge judge() {
    return {.authority = Authority::observation,
            .domain = etcd_domain,
            .resolution = Length(1),
            .now = Instant<StoreClock>::at_ns(0)};
  }
  std::string path_of(const std::string& key) const { return records_ + key; }

 private:
  // What was read: the incarnation, null if there is none, and the texts of some keys.
  struct Sight {
    Incarnation incarnation;
    std::vector<std::string> texts;
  };
  // The requests of one group, by key.
  using Group = std::map<std::string, std::vector<std::size_t>>;
  // What came of a group.
  struct Together {
    // Null: there is none.
    Incarnation incarnation;
    // Nothing was done: others change one of its keys or the other all the time.
    bool is_disturbed = false;
  };

  Record record_in(const std::string& key, const std::string& text);
  Sight seen_last(const std::vector<std::string>& keys);
  Sight sight_of(const std::vector<std::optional<std::string>>& values) const;
  void remember(const std::vector<std::string>& keys, const Sight& sight);
  std::vector<std::string> paths(const std::vector<std::string>& keys) const;
  bool look(EtcdSession& session, const std::vector<std::string>& keys, Missing missing,
            const Patience& patience, Sight& sight);
  bool apply(EtcdSession& session, const std::vector<std::string>& keys,
             const std::vector<std::string>& after, const Patience& patience, Sight& sight);
  static void give_up_if_over(const Patience& patience);
  static std::string renew_key(const std::string& text, std::span<const RenewRequest> batch,
                               const std::vector<std::size_t>& places,
                               std::vector<RenewAnswer>& answers);
  std::vector<Group> groups_of(std::span<const RenewRequest> batch);
  Together renew_group(EtcdSession& session, std::span<const RenewRequest> batch,
                       const Group& group, const Patience& patience,
                       std::vector<RenewAnswer>& answers);

  const std::string incarnation_;
  const std::string records_;
  Random& random_;
  std::mutex mutex_;
  // Under `mutex_`: what was seen last. An empty text: there is no such key.
  Incarnation current_;
  std::map<std::string, std::string> texts_;
};

}  // namespace leasehold::stores
