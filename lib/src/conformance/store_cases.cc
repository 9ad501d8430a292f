// What is true of the store as a whole: its keys, what it refuses, its table and its connections.
#include <thread>

#include "lib/src/conformance/bench.h"

namespace leasehold::conformance {
namespace {

using namespace std::string_literals;

// The same request by every verb must be misuse.
void refuse(Bench& bench, const std::string& what, const std::string& key, OwnerId owner) {
  Probe probe(bench, unhurried, key);
  bench.must_be_misuse("acquire with " + what, bench.store().acquire(probe.asks(owner, 0)));
  const std::vector<RenewRequest> batch{probe.renews(owner, 1, 1)};
  const auto answers = bench.answer_of("renew with " + what, bench.store().renew(batch));
  if (answers.size() != 1) return bench.wrong("renew with " + what + ": not one answer");
  bench.must_be_misuse("renew with " + what, answers.front());
  bench.must_be_misuse("release with " + what, bench.store().release(probe.releases(owner, 1)));
  bench.must_be_misuse(
      "abandon with " + what,
      bench.store().abandon(AbandonRequest{.key = key, .owner = owner, .expected_term = 0}));
}

void null_owner_is_misuse(Bench& bench) {
  Probe key(bench);
  refuse(bench, "a null owner, on a key never acquired", key.key(), OwnerId{});
  const OwnerId ann = bench.owner();
  key.look();
  key.grant(ann);
  key.release<Released>(ann, 1);
  refuse(bench, "a null owner, on a free record", key.key(), OwnerId{});
  key.look();
}

void empty_and_too_long_keys_are_misuse(Bench& bench) {
  const std::string too_long = bench.key() + std::string(513, 'k');
  for (const std::string& key : {std::string(), too_long.substr(0, 513), too_long}) {
    const std::string what = "a key of " + text(key.size()) + " bytes";
    refuse(bench, what, key, bench.owner());
    bench.must_be_misuse("inspect with " + what, bench.store().inspect(key));
  }
}

void lease_out_of_range_is_misuse(Bench& bench) {
  Probe key(bench);
  for (const Length lease : {Length(0), Length(-1), longest_length + Length(1)}) {
    AcquireRequest request = key.asks(bench.owner(), 0);
    request.lease = lease;
    bench.must_be_misuse("acquire with the lease " + text(lease), bench.store().acquire(request));
  }
  key.look();
  Probe longest(bench, longest_length);
  longest.grant(bench.owner());
}

void lock_delay_out_of_range_is_misuse(Bench& bench) {
  Probe key(bench);
  for (const Length delay : {Length(-1), longest_length + Length(1)}) {
    AcquireRequest request = key.asks(bench.owner(), 0);
    request.lock_delay = delay;
    bench.must_be_misuse("acquire with the lock delay " + text(delay),
                         bench.store().acquire(request));
  }
  key.look();
  AcquireRequest longest = key.asks(bench.owner(), 0);
  longest.lock_delay = longest_length;
  key.acquire<Granted>(longest);
}

// Each is a name of its own, whatever an engine would fold, trim, cut or read as an end.
void keys_are_bytes(Bench& bench) {
  const std::string base = bench.key();
  const std::vector<std::string> tails{
      "",         "k",    "K",        " ",         "k ",    "k\0"s, "k\0a"s, "k\0b"s, "\xff",
      "\xfe\xff", "\xc3", "\xc3\xa4", "a\xcc\x88", "'; --", "\"",   "\\",    "%",     "k%",
      "*",        "/",    "\n",       "\r\n",      "{k}",   "$1",   "k:k"};
  std::vector<std::string> keys;
  keys.reserve(tails.size() + 3);
  for (const std::string& tail : tails) keys.push_back(base + tail);
  keys.push_back(base + std::string(511 - base.size(), 'k') + 'a');
  keys.push_back(base + std::string(511 - base.size(), 'k') + 'b');
  keys.push_back(std::string("\0", 1) + base);
  for (const std::string& key : keys) {
    Probe probe(bench, unhurried, key);
    const OwnerId ann = bench.owner();
    probe.equal("first grant of " + text(key) + ": term", 1U, probe.grant(ann).term);
    probe.renew<Renewed>(probe.renews(ann, 1, 1));
    probe.release<Released>(ann, 1);
    probe.equal("abandon " + text(key) + ": settled", true, probe.abandon(ann, 1));
  }
}

void inspect_changes_nothing(Bench& bench) {
  Probe key(bench);
  key.look();
  const OwnerId ann = bench.owner();
  if (key.seen()) bench.wrong("inspect shows a record of a key never acquired");
  key.acquire<Moved>(key.asks(ann, 3));
  key.renew<NotOwner>(key.renews(ann, 0, 1));
  key.release<NotOwner>(ann, 0);
  if (key.seen()) bench.wrong("inspect shows a record though nothing was ever applied");
  key.grant(ann);
  for (int times = 0; times < 3; ++times) key.look();
  key.release<Released>(ann, 1);
  for (int times = 0; times < 3; ++times) key.look();
}

// Optional: a store that says so is left alone.
void keys_are_listed_in_order(Bench& bench) {
  const std::string base = bench.key();
  const std::vector<std::string> keys{base + "b", base + "a\0z"s, base + "\xff", base + "a"};
  for (const std::string& key : keys) {
    Probe probe(bench, unhurried, key);
    probe.grant(bench.owner());
  }
  const auto nothing = bench.store().list(base, 0);
  if (!nothing && nothing.error().kind == Errc::misuse) return;
  const std::vector<std::string> sorted{keys[3], keys[1], keys[0], keys[2]};
  std::string after = base;
  // Two at a time, so that a page begins where the last one ended.
  for (std::size_t first = 0; first < sorted.size(); first += 2) {
    const std::vector<std::string> page =
        bench.answer_of("list two after " + text(after), bench.store().list(after, 2));
    const std::vector<std::string> wanted{sorted[first], sorted[first + 1]};
    if (page != wanted) return bench.wrong("list two after " + text(after) + ": other keys");
    after = page.back();
  }
}

void connections_share_one_table(Bench& bench) {
  const Traits& one = bench.store().traits();
  const Traits& two = bench.another().traits();
  if (one.resolution < Length(1)) bench.wrong("the resolution is below 1 ns");
  if (one.authority != two.authority || one.resolution != two.resolution ||
      one.domain != two.domain || one.outlives_calls != two.outlives_calls) {
    bench.wrong("two connections to one table promise different traits");
  }
  Probe key(bench);
  const OwnerId ann = bench.owner();
  const OwnerId bob = bench.owner();
  key.through(bench.another());
  key.grant(ann);
  key.through(bench.store());
  key.acquire<Busy>(key.asks(bob, 1));
  key.renew<Renewed>(key.renews(ann, 1, 1));
  key.through(bench.another());
  key.renew<Stale>(key.renews(ann, 1, 1));
  key.release<Released>(ann, 1);
  key.through(bench.store());
  key.equal("granted: previous", Previous::released, key.grant(bob).previous);
  key.through(bench.another());
  key.equal("abandoned: settled", true, key.abandon(bob, 1));
  key.through(bench.store());
  key.acquire<Moved>(key.asks(bob, 1));
}

using Answers = std::vector<std::optional<Result<Answered<AcquireAnswer>>>>;

// Sends the requests by a thread each, over both connections in turn. A store that throws on such a
// thread would end the program, so that is caught and counts as no answer.
Answers all_at_once(Bench& bench, const std::vector<AcquireRequest>& requests) {
  Answers answers(requests.size());
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    Store& store = i % 2 == 0 ? bench.store() : bench.another();
    threads.emplace_back([&store, &request = requests[i], &answer = answers[i]] {
      try {
        answer.emplace(store.acquire(request));
      } catch (...) {
        answer.reset();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  return answers;
}

// One step is atomic: of requests that arrive together and expect one term, one is granted.
void one_of_many_at_once_is_granted(Bench& bench) {
  for (int round = 0; round < 5; ++round) {
    const Probe key(bench);
    std::vector<AcquireRequest> requests(6, key.asks(OwnerId{}, 0));
    for (AcquireRequest& request : requests) request.owner = bench.owner();
    int granted = 0;
    for (auto& result : all_at_once(bench, requests)) {
      if (!result) return bench.wrong("acquire, many at once: the store threw");
      const auto answer = bench.answer_of("acquire, many at once", *std::move(result));
      if (std::holds_alternative<Granted>(answer)) {
        ++granted;
      } else if (!std::holds_alternative<Busy>(answer)) {
        bench.wrong("acquire, many at once: expected Granted or Busy, got " + text(answer));
      }
    }
    if (granted != 1) bench.wrong("acquire, many at once: granted " + std::to_string(granted));
  }
}

}  // namespace

std::vector<Case> store_cases() {
  return {{"null_owner_is_misuse", guarded<null_owner_is_misuse>},
          {"empty_and_too_long_keys_are_misuse", guarded<empty_and_too_long_keys_are_misuse>},
          {"lease_out_of_range_is_misuse", guarded<lease_out_of_range_is_misuse>},
          {"lock_delay_out_of_range_is_misuse", guarded<lock_delay_out_of_range_is_misuse>},
          {"keys_are_bytes", guarded<keys_are_bytes>},
          {"inspect_changes_nothing", guarded<inspect_changes_nothing>},
          {"keys_are_listed_in_order", guarded<keys_are_listed_in_order>},
          {"connections_share_one_table", guarded<connections_share_one_table>},
          {"one_of_many_at_once_is_granted", guarded<one_of_many_at_once_is_granted>}};
}

}  // namespace leasehold::conformance
