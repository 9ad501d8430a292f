// A client's way to the store that all clients share: it fails when it is told to, and notes what
// the store did and what the client heard of it.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include <leasehold/fence.h>
#include <leasehold/memory_store.h>

namespace leasehold::proptests {

/// What becomes of a call.
enum class Trouble {
  none,
  /// It does not reach the store, and the caller is told so.
  refuses,
  /// It does not reach the store, and nobody can tell.
  breaks_before,
  /// The store carries it out, and nobody can tell.
  breaks_after,
};
const char* to_string(Trouble trouble);

/// What one client's calls came to.
struct Journal {
  struct Lease {
    std::string key;
    Term term = 0;
    std::uint64_t owner_digest = 0;
    /// When it was last granted or renewed, as the client heard.
    Instant<LocalClock> confirmed;
  };
  struct Taken {
    std::string key;
    Term term = 0;
  };
  /// Endings that the client was not told to be done: by key, and whose.
  struct Ending {
    std::string key;
    OwnerId owner;
  };

  std::vector<Lease> leases;
  /// What the store granted, heard of or not.
  std::vector<Taken> taken;
  std::vector<Ending> unheard;
  /// Keys of which the last request was broken off, so that it may have been granted.
  std::vector<std::string> unsure;
};

/// Used by one client; what is shared with the test is only touched while the runtime has settled.
class Connection final : public Store {
 public:
  struct Line {
    Trouble trouble = Trouble::none;
    Journal journal;
  };
  Connection(std::shared_ptr<Store> store, std::shared_ptr<Line> line)
      : store_(std::move(store)), line_(std::move(line)) {}

  const Traits& traits() const override { return store_->traits(); }
  Result<Answered<AcquireAnswer>> acquire(const AcquireRequest& request) override;
  Result<Answered<std::vector<RenewAnswer>>> renew(std::span<const RenewRequest> batch) override;
  Result<Answered<ReleaseAnswer>> release(const ReleaseRequest& request) override;
  Result<Answered<Abandoned>> abandon(const AbandonRequest& request) override;
  Result<Answered<std::optional<RecordView>>> inspect(const std::string& key) override;

 private:
  template <class Call>
  auto carry(Call call) -> decltype(call());
  void confirm(const std::string& key, Term term, const OwnerId& owner);
  void ends(const std::string& key, const OwnerId& owner, bool heard);

  const std::shared_ptr<Store> store_;
  const std::shared_ptr<Line> line_;
};

}  // namespace leasehold::proptests
