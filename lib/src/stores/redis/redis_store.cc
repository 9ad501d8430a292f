#include <algorithm>
#include <chrono>
#include <utility>

#include <leasehold/redis_store.h>
#include <leasehold/store_scheme.h>
#include "lib/src/runtime/system_random.h"
#include "lib/src/stores/redis/answers.h"
#include "lib/src/stores/redis/listener.h"
#include "lib/src/stores/redis/scripts.h"
#include "lib/src/stores/redis/server.h"
#include "lib/src/stores/redis/session.h"

namespace leasehold {
namespace {

using namespace std::chrono_literals;
using stores::Patience;
using stores::Record;
using stores::redis::Address;
using stores::redis::Failure;
using stores::redis::in_hex;
using stores::redis::in_us;
using stores::redis::Reply;
using stores::redis::Session;
using stores::redis::Words;

// The most keys that one call lists: what fits a reply of some megabytes.
constexpr std::size_t longest_list = 10'000;

Error error_of(const Address& address, const std::string& what, const Failure& failure) {
  return Error{failure.kind(), "redis: " + what + " at " + address.shown + ": " + failure.what()};
}

// What CONFIG GET says, or nothing where it is not allowed.
stores::redis::ServerInfo settings_of(Session::Turn& turn) {
  stores::redis::ServerInfo settings;
  try {
    const Reply reply = turn.ask({"CONFIG", "GET", "append*"});
    for (std::size_t i = 0; i + 1 < reply.items.size(); i += 2) {
      settings[reply.text_at(i)] = reply.text_at(i + 1);
    }
  } catch (const Failure& failure) {
    // Asked for nothing that a lock rests on.
    if (failure.kind() != Errc::misuse) throw;
  }
  return settings;
}

}  // namespace

struct RedisStore::Server {
  // Null: the server's clock judges, and ids come from the kernel.
  Server(Address where, Length most, const Clock* judge, Random* ids)
      : address(std::move(where)),
        patience(most),
        clock(judge),
        random(ids == nullptr ? kernel : *ids) {
    traits.authority = Authority::store_clock;
    traits.resolution = stores::redis::resolution;
    traits.domain = stores::redis::clock_domain;
    traits.outlives_calls = true;
  }

  // The first argument of every script.
  std::string now() const {
    if (clock == nullptr) return {};
    return in_us(Instant<StoreClock>::at_ns(clock->now().at.ns()));
  }
  std::string incarnation_key() const { return address.prefix + "incarnation"; }
  std::string keys_key() const { return address.prefix + "keys"; }
  std::string record_key(const std::string& key) const { return address.prefix + "record:" + key; }

  // Has `session` for `body`, and says of a failure what was asked.
  template <class Body>
  auto with(Session& session, const std::string& what, Body body)
      -> Result<decltype(body(std::declval<Session::Turn&>()))> {
    try {
      const Patience until(patience);
      Session::Turn turn(session, until);
      return body(turn);
    } catch (const Failure& failure) {
      return error_of(address, what, failure);
    }
  }

  // A grant counts only if a replica has it, where that is asked for.
  void wait_for_replica(Session::Turn& turn) const {
    if (address.wait == Length::zero()) return;
    const auto ms = std::chrono::ceil<std::chrono::milliseconds>(address.wait);
    if (turn.ask({"WAIT", "1", std::to_string(ms.count())}).integer >= 1) return;
    throw Failure(Errc::unknown, "granted, but within " + to_string(address.wait) +
                                     " no replica has it: start one, or leave out wait=");
  }

  const Address address;
  const Length patience;
  const Clock* const clock;
  // Not the shared one, from which clients draw on sprees.
  SystemRandom kernel;
  Random& random;
  Traits traits;
  const stores::redis::Scripts scripts = stores::redis::scripts(
      clock == nullptr ? stores::redis::Judging::by_server : stores::redis::Judging::by_caller);
  Session grants{address};
  Session renewals{address};
  Session rest{address};
  stores::redis::Listener listener{address, patience};
};

RedisStore::RedisStore(std::unique_ptr<Server> server) : server_(std::move(server)) {}

RedisStore::~RedisStore() = default;

namespace {

std::optional<Error> find_misuse(const Address& address, const RedisStore::Options& options) {
  if (options.patience < 1ms) {
    return error_of(address, "open",
                    Failure(Errc::misuse, "patience is below 1 ms: give calls more time"));
  }
  if (address.wait < options.patience) return std::nullopt;
  return error_of(
      address, "open",
      Failure(Errc::misuse, "wait=" + to_string(address.wait) + " is not below the " +
                                to_string(options.patience) + " that a call may take: shorten it"));
}

}  // namespace

Result<std::unique_ptr<RedisStore>> RedisStore::open(const std::string& url,
                                                     const Options& options) {
  return open_by(url, options, nullptr, nullptr);
}

Result<std::unique_ptr<RedisStore>> RedisStore::open(const std::string& url, const Options& options,
                                                     const Clock& clock, Random& random) {
  return open_by(url, options, &clock, &random);
}

Result<std::unique_ptr<RedisStore>> RedisStore::open_by(const std::string& url,
                                                        const Options& options, const Clock* clock,
                                                        Random* random) {
  Result<Address> address = stores::redis::address_of(url);
  if (!address) return address.error();
  if (auto wrong = find_misuse(*address, options)) return *std::move(wrong);
  auto server = std::make_unique<Server>(*std::move(address), options.patience, clock, random);
  const auto opened = server->with(server->grants, "open", [&](Session::Turn& turn) {
    return turn.run(server->scripts.open, {server->incarnation_key()},
                    {server->now(), in_hex(server->random.id<Incarnation>())});
  });
  if (!opened) return opened.error();
  return std::unique_ptr<RedisStore>(new RedisStore(std::move(server)));
}

const Traits& RedisStore::traits() const { return server_->traits; }

Result<Answered<AcquireAnswer>> RedisStore::acquire(const AcquireRequest& request) {
  if (auto wrong = stores::find_misuse(request)) return *std::move(wrong);
  Server& server = *server_;
  const Words keys{server.incarnation_key(), server.keys_key(), server.record_key(request.key)};
  const auto arguments = [&](const std::string& fresh) {
    return Words{server.now(),
                 in_hex(request.owner),
                 std::to_string(request.expected_term),
                 in_us(request.lease),
                 request.info,
                 request.unchanged ? std::to_string(*request.unchanged) : "",
                 in_us(request.lock_delay),
                 fresh,
                 request.key};
  };
  return server.with(server.grants, "acquire \"" + request.key + "\"", [&](Session::Turn& turn) {
    Reply reply = turn.run(server.scripts.acquire, keys, arguments(""));
    if (!stores::redis::incarnation_in(reply)) {
      // All is gone: it begins anew.
      reply = turn.run(server.scripts.acquire, keys,
                       arguments(in_hex(server.random.id<Incarnation>())));
    }
    Answered<AcquireAnswer> answered{stores::redis::incarnation_in(reply),
                                     stores::redis::acquire_answer(reply)};
    if (std::holds_alternative<Granted>(answered.answer)) server.wait_for_replica(turn);
    return answered;
  });
}

Result<Answered<std::vector<RenewAnswer>>> RedisStore::renew(std::span<const RenewRequest> batch) {
  if (auto wrong = stores::find_misuse(batch)) return *std::move(wrong);
  Server& server = *server_;
  Words keys{server.incarnation_key()};
  Words arguments{server.now()};
  std::vector<std::size_t> asked;
  std::vector<RenewAnswer> answers(batch.size());
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const RenewRequest& request = batch[i];
    if (auto wrong = stores::find_misuse(request)) {
      answers[i] = *std::move(wrong);
      continue;
    }
    asked.push_back(i);
    keys.push_back(server.record_key(request.key));
    arguments.insert(arguments.end(),
                     {in_hex(request.owner), std::to_string(request.term),
                      std::to_string(request.seq), in_hex(request.renew_id), in_us(request.lease)});
  }
  return server.with(
      server.renewals, "renew " + std::to_string(batch.size()) + " leases",
      [&](Session::Turn& turn) {
        const Reply reply = turn.run(server.scripts.renew, std::move(keys), std::move(arguments));
        const Incarnation incarnation = stores::redis::incarnation_in(reply);
        for (std::size_t i = 0; i < asked.size(); ++i) {
          const RenewRequest& request = batch[asked[i]];
          answers[asked[i]] = incarnation ? stores::redis::renew_answer(reply.at(i + 1), request)
                                          : stores::redis::renew_where_nothing_is(request);
        }
        return Answered<std::vector<RenewAnswer>>{incarnation, std::move(answers)};
      });
}

Result<Answered<ReleaseAnswer>> RedisStore::release(const ReleaseRequest& request) {
  if (auto wrong = stores::find_misuse(request)) return *std::move(wrong);
  Server& server = *server_;
  return server.with(server.rest, "release \"" + request.key + "\"", [&](Session::Turn& turn) {
    const Reply reply =
        turn.run(server.scripts.release, {server.incarnation_key(), server.record_key(request.key)},
                 {server.now(), in_hex(request.owner), std::to_string(request.term),
                  stores::redis::channel_of(server.address, request.key), request.key});
    const Incarnation incarnation = stores::redis::incarnation_in(reply);
    Record nothing;
    return Answered<ReleaseAnswer>{incarnation, incarnation ? stores::redis::release_answer(reply)
                                                            : stores::release(nothing, request)};
  });
}

Result<Answered<Abandoned>> RedisStore::abandon(const AbandonRequest& request) {
  if (auto wrong = stores::find_misuse(request)) return *std::move(wrong);
  Server& server = *server_;
  return server.with(server.grants, "abandon \"" + request.key + "\"", [&](Session::Turn& turn) {
    const Reply reply =
        turn.run(server.scripts.abandon,
                 {server.incarnation_key(), server.keys_key(), server.record_key(request.key)},
                 {server.now(), in_hex(request.owner), std::to_string(request.expected_term),
                  stores::redis::channel_of(server.address, request.key), request.key});
    const Incarnation incarnation = stores::redis::incarnation_in(reply);
    Record nothing;
    return Answered<Abandoned>{incarnation, incarnation ? stores::redis::abandon_answer(reply)
                                                        : stores::abandon(nothing, request)};
  });
}

Result<Answered<std::optional<RecordView>>> RedisStore::inspect(const std::string& key) {
  if (auto wrong = stores::find_misuse(key)) return *std::move(wrong);
  Server& server = *server_;
  return server.with(server.rest, "inspect \"" + key + "\"", [&](Session::Turn& turn) {
    const Reply reply = turn.run(
        server.scripts.inspect, {server.incarnation_key(), server.record_key(key)}, {server.now()});
    return Answered<std::optional<RecordView>>{stores::redis::incarnation_in(reply),
                                               stores::redis::inspect_answer(reply)};
  });
}

Result<Answered<std::vector<std::string>>> RedisStore::list(const std::string& after,
                                                            std::size_t most) {
  Server& server = *server_;
  return server.with(server.rest, "list keys", [&](Session::Turn& turn) {
    const Reply reply =
        turn.run(server.scripts.list, {server.incarnation_key(), server.keys_key()},
                 {server.now(), after, std::to_string(std::min(most, longest_list))});
    Answered<std::vector<std::string>> answered{stores::redis::incarnation_in(reply), {}};
    for (std::size_t i = 1; i < reply.items.size(); ++i)
      answered.answer.push_back(reply.text_at(i));
    return answered;
  });
}

Result<std::vector<Fact>> RedisStore::facts() {
  Server& server = *server_;
  return server.with(server.rest, "look at the settings", [&](Session::Turn& turn) {
    const auto info = stores::redis::info_of(turn.ask({"INFO"}).text);
    std::vector<Fact> facts = stores::redis::facts_of(info, settings_of(turn));
    const Reply seen = turn.ask({"GET", server.incarnation_key()});
    facts.push_back({"incarnation", seen.text.empty() ? "none" : seen.text,
                     seen.text.empty() ? "the data is gone: the next acquire begins anew, and what "
                                         "was held is lost"
                                       : ""});
    return facts;
  });
}

void RedisStore::set_hint_sink(HintSink* sink) { server_->listener.set_sink(sink); }

void RedisStore::watch(const std::string& key) { server_->listener.watch(key); }

void RedisStore::unwatch(const std::string& key) { server_->listener.unwatch(key); }

namespace {

Result<std::unique_ptr<Store>> open_redis(const std::string& url, Length patience) {
  auto store = RedisStore::open(url, {.patience = patience});
  if (!store) return store.error();
  return std::unique_ptr<Store>(*std::move(store));
}

}  // namespace

void add_redis() {
  add_store_scheme(
      {"redis", "redis://[USER:PASSWORD@]HOST[:PORT][/DATABASE]", &open_redis, network_preset()});
  add_store_scheme({"redis+unix", "redis+unix:PATH", &open_redis, network_preset()});
}

}  // namespace leasehold
