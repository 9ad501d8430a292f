#include <array>
#include <new>
#include <string_view>
#include <unistd.h>
#include <utility>

#include <leasehold/client.h>
#include "lib/src/client/client_state.h"
#include "lib/src/text/json_text.h"

namespace leasehold {
namespace {

std::string pid_and_host() {
  std::array<char, 256> host{};
  if (gethostname(host.data(), host.size() - 1) != 0) host[0] = '?';
  return "pid " + std::to_string(getpid()) + " on " + host.data();
}

// The first "/" of a key says where its prefix ends, so different prefixes have no key in common.
bool is_prefix(const std::string& text) {
  constexpr std::string_view inside =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";
  return text.size() >= 2 && text.size() <= 64 &&
         text.find_first_not_of(inside) == text.size() - 1 && text.back() == '/';
}

std::string wrong_with(const Client::Options& options) {
  if (!options.key_prefix.empty() && !is_prefix(options.key_prefix)) {
    return "key_prefix " + json_text(options.key_prefix) +
           " is none: give 1 to 63 of A-Z a-z 0-9 . _ - and a \"/\" at the end, as \"billing/\"";
  }
  const std::array<std::pair<const char*, Length>, 2> lengths{
      {{"stalled_after", options.stalled_after}, {"max_silence", options.max_silence}}};
  for (const auto& [name, length] : lengths) {
    if (length >= Length::zero() && length <= longest_length) continue;
    return std::string(name) + " " + to_string(length) + " is outside [0ms, " +
           to_string(longest_length) + "]";
  }
  return {};
}

}  // namespace

Client::Client(std::shared_ptr<detail::ClientState> state) : state_(std::move(state)) {}

Client::Client(Client&&) noexcept = default;

Client& Client::operator=(Client&& other) noexcept {
  if (this == &other) return *this;
  close();
  state_ = std::move(other.state_);
  return *this;
}

Client::~Client() {
  close();
  // In a forked child what is left lies where it is: there is nobody here to whom it belongs.
  if (state_ && state_->epoch.changed())
    new (std::nothrow) std::shared_ptr<detail::ClientState>(state_);
}

Result<Client> Client::over(std::unique_ptr<Store> store, const Config& config, Options options) {
  const Result<Config> good = checked(config);
  if (!good) return good.error();
  if (store->traits().authority != config.authority) {
    return Error{Errc::misuse, std::string("client: the store judges by ") +
                                   to_string(store->traits().authority) +
                                   " but the timing is for " + to_string(config.authority) +
                                   ": use a preset of the store's authority"};
  }
  if (store->traits().resolution > config.bounds.resolution) {
    return Error{Errc::misuse, "client: the store keeps time in steps of " +
                                   to_string(store->traits().resolution) + " but resolution is " +
                                   to_string(config.bounds.resolution) + ": raise resolution"};
  }
  if (std::string wrong = wrong_with(options); !wrong.empty()) {
    return Error{Errc::misuse, "client: " + std::move(wrong)};
  }
  if (options.info.empty()) options.info = pid_and_host();
  auto state = std::make_shared<detail::ClientState>(std::move(store), config, std::move(options));
  state->start();
  return Client(std::move(state));
}

Lock Client::lock(std::string key) const {
  if (state_->epoch.changed()) return Lock(nullptr);
  return Lock(state_->lock(std::move(key)));
}

Counters Client::counters() const {
  if (state_->epoch.changed()) return {};
  const std::scoped_lock lock(state_->mutex);
  return state_->events.counters();
}

Counters Client::counters(const std::string& key) const {
  if (state_->epoch.changed()) return {};
  const std::scoped_lock lock(state_->mutex);
  return state_->counters(key);
}

Dump Client::dump() const {
  if (state_->epoch.changed()) return {};
  const std::scoped_lock lock(state_->mutex);
  return state_->dump();
}

void Client::close() {
  if (state_ && !state_->epoch.changed()) state_->close();
}

}  // namespace leasehold
