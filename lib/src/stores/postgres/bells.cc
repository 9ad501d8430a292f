#include "lib/src/stores/postgres/bells.h"

#include <array>
#include <poll.h>
#include <vector>

#include "lib/src/runtime/thread.h"

namespace leasehold::stores {
namespace {

using namespace std::chrono_literals;

// A listener that nobody wakes looks around by itself: whether it is connected still.
constexpr std::chrono::nanoseconds longest_sleep = 60s;

}  // namespace

PostgresBells::~PostgresBells() {
  {
    const std::scoped_lock lock(mutex_);
    stopped_ = true;
  }
  wake_up_.ring();
  if (listener_.joinable()) listener_.join();
}

void PostgresBells::set_sink(HintSink* sink) {
  const std::scoped_lock lock(telling_);
  sink_ = sink;
}

void PostgresBells::watch(const std::string& key) {
  const std::scoped_lock lock(mutex_);
  ++wanted_[key];
  if (!listener_.joinable()) listener_ = start_thread([this] { listen(); });
  wake_up_.ring();
}

void PostgresBells::unwatch(const std::string& key) {
  const std::scoped_lock lock(mutex_);
  const auto found = wanted_.find(key);
  if (found == wanted_.end() || --found->second > 0) return;
  wanted_.erase(found);
  wake_up_.ring();
}

// A failure costs a sleep that is longer than it need be, and nothing else.
void PostgresBells::listen() {
  while (!is_stopped()) {
    wake_up_.hush();
    try {
      if (session_ && session_->is_gone()) session_.reset();
      if (!session_) connect();
      if (session_) {
        follow_wishes();
        hear();
      }
    } catch (const std::exception&) {
      session_.reset();
      backoff_.failed();
    }
    sleep();
  }
}

bool PostgresBells::is_stopped() {
  const std::scoped_lock lock(mutex_);
  return stopped_;
}

void PostgresBells::connect() {
  heard_.clear();
  {
    const std::scoped_lock lock(mutex_);
    if (wanted_.empty()) return;
  }
  if (backoff_.is_pausing()) return;
  const auto timeout = std::chrono::floor<std::chrono::milliseconds>(place_.patience / 2);
  session_ = std::make_unique<Session>(
      place_.address,
      SessionSettings{.statement_timeout = timeout, .lock_timeout = timeout, .durable = false},
      Patience(place_.patience));
  backoff_.succeeded();
}

void PostgresBells::follow_wishes() {
  std::vector<std::string> fresh;
  std::map<std::string, std::string> stale = heard_;
  {
    const std::scoped_lock lock(mutex_);
    for (const auto& [key, times] : wanted_) {
      if (stale.erase(key) == 0) fresh.push_back(key);
    }
  }
  const Patience patience(place_.patience);
  for (const auto& [key, channel] : stale) end(key, channel, patience);
  for (const std::string& key : fresh) {
    begin(key, patience);
    tell(key);
  }
}

void PostgresBells::begin(const std::string& key, const Patience& patience) {
  const std::string& schema = place_.address.schema;
  Parameters bytes;
  bytes.add_bytes(key);
  const Rows rows = session_->run({"leasehold_listen",
                                   "SELECT pg_advisory_lock_shared(b.bell), to_hex(b.bell) FROM "
                                   "(SELECT " +
                                       schema + ".bell_1($1::bytea) AS bell) b"},
                                  bytes, patience);
  const std::string channel = "leasehold_" + rows.text(0, 1);
  session_->run_text("LISTEN " + channel, patience);
  heard_[key] = channel;
}

void PostgresBells::end(const std::string& key, const std::string& channel,
                        const Patience& patience) {
  session_->run_text("UNLISTEN " + channel, patience);
  Parameters bytes;
  bytes.add_bytes(key);
  session_->run({"leasehold_unlisten", "SELECT pg_advisory_unlock_shared(" + place_.address.schema +
                                           ".bell_1($1::bytea))"},
                bytes, patience);
  heard_.erase(key);
}

void PostgresBells::sleep() {
  bool is_idle = false;
  {
    const std::scoped_lock lock(mutex_);
    is_idle = wanted_.empty();
  }
  std::chrono::nanoseconds most = longest_sleep;
  if (!session_ && !is_idle) most = backoff_.left();
  std::array<pollfd, 2> sources{
      {{wake_up_.fd(), POLLIN, 0}, {session_ ? session_->socket() : -1, POLLIN, 0}}};
  poll(sources.data(), sources.size(),
       static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(most).count()));
}

void PostgresBells::hear() {
  while (const std::unique_ptr<PGnotify, decltype(&PQfreemem)> notice{PQnotifies(session_->raw()),
                                                                      &PQfreemem}) {
    for (const auto& [key, channel] : heard_) {
      if (channel == notice->relname) tell(key);
    }
  }
}

void PostgresBells::tell(const std::string& key) {
  const std::scoped_lock lock(telling_);
  if (sink_ != nullptr) sink_->on_hint(key);
}

}  // namespace leasehold::stores
