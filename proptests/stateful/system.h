// The library as the commands see it: clients, guards and calls, each step held against the model.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include <leasehold/client.h>
#include "proptests/stateful/model.h"

namespace leasehold::proptests {

inline constexpr std::size_t client_count = 3;
inline const std::array<std::string, 2> keys{"a", "b"};

/// How often what happened: a suite in which nothing did proves nothing.
using Reached = std::map<std::string, int>;

/// Every member function is one command: it does it, lets everything happen that follows at that
/// moment, and throws `Wrong` if the library and the model differ. One that makes no sense now (no
/// such guard, a call that would block because the store fails) does nothing.
class System {
 public:
  explicit System(Reached& reached, Length min_hold = {});
  System(const System&) = delete;
  System& operator=(const System&) = delete;
  /// Gives everything back and waits for it.
  ~System();

  void attempt(std::size_t client, const std::string& key);
  void wait(std::size_t client, const std::string& key, std::optional<Length> within);
  void cancel(std::size_t call);
  enum class How { drop, destroy, assign };
  void drop(std::size_t guard, How how);
  void release(std::size_t guard);
  /// Asks whether its cache has changed, or that of the client that is loaded without the lock.
  void look(std::size_t guard, bool other_cache, bool acknowledge);
  void load(std::size_t client, const std::string& key);
  void trouble(std::size_t client, Trouble trouble);
  void close(std::size_t client);
  void open(std::size_t client);
  /// Moves time on. `late`: nobody is woken before it is over.
  void advance(Length by, bool late);

  // Lengths until moments that matter; nullopt if there is none.
  std::optional<Length> until_deadline(std::size_t guard, bool soft) const;
  std::optional<Length> until_expiry(const std::string& key) const;
  std::optional<Length> until_hold_is_over(std::size_t tenure) const;

 private:
  /// One cache of one client as the library has it, and as of when it was last loaded.
  struct Loaded {
    Cache cache;
    std::optional<Term> as_of{};
  };
  struct Member {
    std::shared_ptr<Party> party;
    std::optional<Client> client;
    /// By key: the client's own cache of that key, and one that is loaded without the lock.
    std::map<std::string, std::array<Loaded, 2>> caches;
    std::uint64_t tenures = 0;
  };
  struct Held {
    Guard guard{};
    std::shared_ptr<Tenure> tenure;
    std::size_t client = 0;
    std::shared_ptr<std::vector<LossReason>> told = std::make_shared<std::vector<LossReason>>();
  };
  /// An acquire that is under way.
  struct Call {
    std::shared_ptr<Party> party;
    std::size_t client = 0;
    std::string key;
    std::optional<Length> within{};
    Instant<LocalClock> begun;
    std::stop_source stop;
    bool cancelled = false;
    /// Since when nothing stands in its way.
    std::optional<Instant<LocalClock>> open_since{};
    std::shared_ptr<std::optional<Grant>> answer = std::make_shared<std::optional<Grant>>();
  };

  void begin(std::size_t client, const std::string& key, std::optional<Length> within);
  void admit(std::size_t client, const std::string& key, Guard guard);
  bool waits_for(const Party& party, const std::string& key) const;
  /// Whether a call that blocks until the store has answered would be answered at this moment.
  bool answers_at_once(const Member& member) const;
  void happen();
  /// Notes which keys are taken, before anybody is woken or asked.
  void note_taken();
  void take_answers();
  void check_refusal(const Call& call, const Refusal& refusal) const;
  void check_call(Call& call) const;
  void check_guards() const;
  void check_told(const Held& held) const;
  void check_all();
  void give_back();
  void reach(const char* what) { ++reached_[what]; }

  Reached& reached_;
  const Length min_hold_;
  const std::shared_ptr<Store> store_;
  Model model_;
  std::array<Member, client_count> members_;
  std::vector<Held> guards_;
  std::vector<Call> calls_;
  std::map<std::string, bool> was_taken_;
};

}  // namespace leasehold::proptests
