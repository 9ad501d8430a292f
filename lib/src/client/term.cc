// Where a key's history stands, asked of the store.
#include "lib/src/client/client_state.h"
#include "lib/src/client/key_lock.h"

namespace leasehold::detail {
namespace {

// A tenure that is there, or whose end nobody recorded, may write until the next one begins: what
// is loaded now holds nothing for sure but the terms before it.
Term settled_term(const std::optional<RecordView>& record) {
  if (!record) return 0;
  return record->owner ? record->term - 1 : record->term;
}

}  // namespace

Result<Stamp> KeyLock::term() {
  if (forked()) return Error{Errc::misuse, "term: " + Refusal{Refusal::Why::forked}.text()};
  struct Asked {
    std::optional<Result<Answered<std::optional<RecordView>>>> answer;
  };
  const auto asked = std::make_shared<Asked>();
  std::unique_lock lock(client_->mutex);
  if (client_->closed) return Error{Errc::not_applied, "term: the client is closed"};
  // The lane's thread, which runs this, keeps the client alive.
  client_->lanes.ask([asked, key = stored_key_, client = client_.get()](Store& store) {
    auto answer = inspect(store, key);
    const std::scoped_lock inner(client->mutex);
    asked->answer.emplace(std::move(answer));
    client->changed.notify_all();
  });
  const Length patience = client_->config.timing.request_timeout;
  client_->changed.wait_for(lock, patience,
                            [&] { return asked->answer.has_value() || client_->closed; });
  if (!asked->answer) {
    return Error{Errc::unknown, "term: no answer within " + to_string(patience)};
  }
  if (!*asked->answer) return asked->answer->error();
  const auto& answered = **asked->answer;
  return Stamp{answered.incarnation, settled_term(answered.answer)};
}

}  // namespace leasehold::detail
