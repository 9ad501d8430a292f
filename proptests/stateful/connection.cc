#include "proptests/stateful/connection.h"

#include <algorithm>
#include <variant>

#include "proptests/stateful/virtual_runtime.h"

namespace leasehold::proptests {

const char* to_string(Trouble trouble) {
  switch (trouble) {
    case Trouble::none:
      return "answers";
    case Trouble::refuses:
      return "refuses";
    case Trouble::breaks_before:
      return "breaks before effect";
    case Trouble::breaks_after:
      return "breaks after effect";
  }
  return "?";
}

template <class Call>
auto Connection::carry(Call call) -> decltype(call()) {
  switch (line_->trouble) {
    case Trouble::none:
      return call();
    case Trouble::refuses:
      return Error{Errc::not_applied, "refused"};
    case Trouble::breaks_before:
      break;
    case Trouble::breaks_after:
      static_cast<void>(call());
      break;
  }
  return Error{Errc::unknown, "broken off"};
}

void Connection::confirm(const std::string& key, Term term, const OwnerId& owner) {
  auto& leases = line_->journal.leases;
  const std::uint64_t digest = digest_of(owner);
  const auto found = std::find_if(leases.begin(), leases.end(), [&](const Journal::Lease& one) {
    return one.key == key && one.owner_digest == digest;
  });
  const Instant<LocalClock> now = VirtualRuntime::instance().now();
  if (found == leases.end()) {
    leases.push_back({key, term, digest, now});
  } else {
    found->confirmed = now;
  }
}

void Connection::ends(const std::string& key, const OwnerId& owner, bool heard) {
  auto& unheard = line_->journal.unheard;
  std::erase_if(unheard, [&](const Journal::Ending& one) { return one.owner == owner; });
  if (!heard) unheard.push_back({key, owner});
}

Result<Answered<AcquireAnswer>> Connection::acquire(const AcquireRequest& request) {
  auto answer = carry([&] {
    auto carried = store_->acquire(request);
    const auto* const granted = carried ? std::get_if<Granted>(&carried->answer) : nullptr;
    if (granted != nullptr) line_->journal.taken.push_back({request.key, granted->term});
    return carried;
  });
  auto& unsure = line_->journal.unsure;
  // A request that was broken off is dead for sure once the record's term is another one.
  const auto* const busy = answer ? std::get_if<Busy>(&answer->answer) : nullptr;
  const bool as_before = busy != nullptr && busy->term == request.expected_term;
  if (answer && !as_before) std::erase(unsure, request.key);
  if (!answer && answer.error().kind == Errc::unknown) unsure.push_back(request.key);
  const auto* const granted = answer ? std::get_if<Granted>(&answer->answer) : nullptr;
  if (granted != nullptr) confirm(request.key, granted->term, request.owner);
  return answer;
}

Result<Answered<std::vector<RenewAnswer>>> Connection::renew(std::span<const RenewRequest> batch) {
  auto answers = carry([&] { return store_->renew(batch); });
  for (std::size_t one = 0; answers && one < batch.size(); ++one) {
    if (!std::holds_alternative<Renewed>(answers->answer.at(one))) continue;
    confirm(batch[one].key, batch[one].term, batch[one].owner);
  }
  return answers;
}

Result<Answered<ReleaseAnswer>> Connection::release(const ReleaseRequest& request) {
  auto answer = carry([&] { return store_->release(request); });
  ends(request.key, request.owner, static_cast<bool>(answer));
  return answer;
}

Result<Answered<Abandoned>> Connection::abandon(const AbandonRequest& request) {
  auto answer = carry([&] { return store_->abandon(request); });
  const bool settled = answer && answer->answer.settled;
  if (settled) std::erase(line_->journal.unsure, request.key);
  ends(request.key, request.owner, settled);
  return answer;
}

Result<Answered<std::optional<RecordView>>> Connection::inspect(const std::string& key) {
  return carry([&] { return store_->inspect(key); });
}

}  // namespace leasehold::proptests
