#include "lib/src/stores/redis/session.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace leasehold::stores::redis {
namespace {

// What fails before the request itself was sent says nothing of the request.
template <class Body>
auto before_the_request(Body body) {
  try {
    return body();
  } catch (const Failure& failure) {
    throw Failure(failure.kind() == Errc::unknown ? Errc::not_applied : failure.kind(),
                  failure.what());
  }
}

Reply expect_no_error(Reply reply, Phase phase) {
  if (reply.kind == Reply::Kind::error) throw failure_of(reply.text, phase);
  return reply;
}

}  // namespace

std::unique_ptr<Link> sign_in(const Address& address, Phase phase, const Patience& patience,
                              int interrupt) {
  return before_the_request([&] {
    auto link = std::make_unique<Link>(address, patience, interrupt);
    if (!address.password.empty()) {
      Words words{"AUTH"};
      if (!address.user.empty()) words.push_back(address.user);
      words.push_back(address.password);
      expect_no_error(link->ask(words, patience), phase);
    }
    if (address.database != 0) {
      expect_no_error(link->ask({"SELECT", std::to_string(address.database)}, patience), phase);
    }
    return link;
  });
}

Session::Seat::Seat(Session& session, const Patience& patience) : session_(session) {
  std::unique_lock lock(session.mutex_);
  if (!session.freed_.wait_for(lock, patience.left(), [&] { return !session.is_taken_; })) {
    throw Failure(Errc::not_applied,
                  "other calls kept the connection all that time; use fewer threads, or a server "
                  "that answers sooner");
  }
  session.is_taken_ = true;
}

Session::Seat::~Seat() {
  const std::scoped_lock lock(session_.mutex_);
  session_.is_taken_ = false;
  session_.freed_.notify_one();
}

Session::Turn::Turn(Session& session, const Patience& patience)
    : session_(session), patience_(patience), seat_(session, patience) {
  session_.connect(patience);
}

void Session::connect(const Patience& patience) {
  if (link_ && (link_->is_closed() || link_->is_stale())) link_.reset();
  if (link_) return;
  if (backoff_.is_pausing()) throw Failure(Errc::not_applied, last_failure_);
  const Phase phase = was_open_ ? Phase::in_use : Phase::opening;
  try {
    auto link = sign_in(address_, phase, patience);
    info_ = before_the_request(
        [&] { return info_of(expect_no_error(link->ask({"INFO"}, patience), phase).text); });
    if (const auto unfit = find_unfit(info_, phase)) throw Failure(*unfit);
    link_ = std::move(link);
    was_open_ = true;
    backoff_.succeeded();
  } catch (const Failure& failure) {
    backoff_.failed();
    last_failure_ = failure.what();
    throw;
  }
}

// The server's own word for it, so that there is no second SHA-1 here.
const std::string& Session::Turn::digest_of(const std::string& script) {
  std::string& digest = session_.digests_[script];
  if (digest.empty()) {
    digest = before_the_request([&] { return ask({"SCRIPT", "LOAD", script}).text; });
  }
  return digest;
}

Reply Session::Turn::run(const std::string& script, Words keys, Words arguments) {
  Words words;
  words.reserve(3 + keys.size() + arguments.size());
  words.emplace_back("EVALSHA");
  words.push_back(digest_of(script));
  words.push_back(std::to_string(keys.size()));
  std::move(keys.begin(), keys.end(), std::back_inserter(words));
  std::move(arguments.begin(), arguments.end(), std::back_inserter(words));
  Reply reply = session_.link_->ask(words, patience_);
  if (reply.kind == Reply::Kind::error && code_of(reply.text) == "NOSCRIPT") {
    // It was started anew, or somebody flushed its scripts. This one runs and is kept.
    words[0] = "EVAL";
    words[1] = script;
    reply = session_.link_->ask(words, patience_);
  }
  return expect_no_error(std::move(reply), Phase::in_use);
}

Reply Session::Turn::ask(const Words& words) {
  return expect_no_error(session_.link_->ask(words, patience_), Phase::in_use);
}

}  // namespace leasehold::stores::redis
