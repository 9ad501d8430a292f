#include "proptests/stateful/commands.h"

#include <ostream>

#include <leasehold/timing.h>

namespace leasehold::proptests {
namespace {

// RapidCheck's own ranges grow with the size of a case: small ones would never see the rest. These
// shrink to 0.
std::size_t below(std::size_t bound) {
  return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange<std::size_t>(0, bound));
}

const Timing& timing() {
  static const Timing lengths = stateful_config().timing;
  return lengths;
}

struct OfClient : Command {
  const std::size_t client = below(client_count);
  void show(std::ostream& out) const override { out << "client " << client << " "; }
};

struct OfKey : OfClient {
  const std::string& key = keys.at(below(keys.size()));
};

struct Attempt final : OfKey {
  void run(const Plan&, System& system) const override { system.attempt(client, key); }
  void show(std::ostream& out) const override {
    OfKey::show(out);
    out << "tries " << key;
  }
};

struct Wait final : OfKey {
  const std::array<std::optional<Length>, 4> choices{std::nullopt, timing().retry_pause,
                                                     timing().lease, 2 * timing().lease};
  const std::optional<Length> within = choices.at(below(choices.size()));
  void run(const Plan&, System& system) const override { system.wait(client, key, within); }
  void show(std::ostream& out) const override {
    OfKey::show(out);
    out << "waits for " << key;
    if (within) out << " within " << leasehold::to_string(*within);
  }
};

struct Cancel final : Command {
  const std::size_t call = below(4);
  void run(const Plan&, System& system) const override { system.cancel(call); }
  void show(std::ostream& out) const override { out << "cancel call " << call; }
};

struct OfGuard : Command {
  const std::size_t guard = below(6);
};

struct Drop final : OfGuard {
  const std::size_t how = below(3);
  void run(const Plan&, System& system) const override {
    system.drop(guard, static_cast<System::How>(how));
  }
  void show(std::ostream& out) const override {
    static constexpr std::array<const char*, 3> hows{"drop", "destroy", "assign over"};
    out << hows.at(how) << " guard " << guard;
  }
};

struct Release final : OfGuard {
  void run(const Plan&, System& system) const override { system.release(guard); }
  void show(std::ostream& out) const override { out << "release by guard " << guard; }
};

struct Look final : OfGuard {
  const bool other_cache = below(2) == 1;
  const bool acknowledge = below(3) > 0;
  void run(const Plan&, System& system) const override {
    system.look(guard, other_cache, acknowledge);
  }
  void show(std::ostream& out) const override {
    out << "guard " << guard << (other_cache ? " of the other cache: changed?" : ": changed?")
        << (acknowledge ? " acknowledge" : "");
  }
};

struct Load final : OfKey {
  void run(const Plan&, System& system) const override { system.load(client, key); }
  void show(std::ostream& out) const override {
    OfKey::show(out);
    out << "loads its other cache of " << key << " without the lock";
  }
};

struct StoreFails final : OfClient {
  const Trouble trouble = static_cast<Trouble>(1 + below(3));
  void checkPreconditions(const Plan& plan) const override {
    RC_PRE(plan.trouble.at(client) != trouble);
  }
  void apply(Plan& plan) const override { plan.trouble.at(client) = trouble; }
  void run(const Plan&, System& system) const override { system.trouble(client, trouble); }
  void show(std::ostream& out) const override {
    out << "the store " << to_string(trouble) << " for client " << client;
  }
};

struct StoreHeals final : OfClient {
  void checkPreconditions(const Plan& plan) const override {
    RC_PRE(plan.trouble.at(client) != Trouble::none);
  }
  void apply(Plan& plan) const override { plan.trouble.at(client) = Trouble::none; }
  void run(const Plan&, System& system) const override { system.trouble(client, Trouble::none); }
  void show(std::ostream& out) const override { out << "the store answers client " << client; }
};

struct Close final : OfClient {
  void checkPreconditions(const Plan& plan) const override {
    RC_PRE(!plan.closed.at(client) && plan.trouble.at(client) == Trouble::none);
  }
  void apply(Plan& plan) const override { plan.closed.at(client) = true; }
  void run(const Plan&, System& system) const override { system.close(client); }
  void show(std::ostream& out) const override { out << "close client " << client; }
};

struct Open final : OfClient {
  void checkPreconditions(const Plan& plan) const override { RC_PRE(plan.closed.at(client)); }
  void apply(Plan& plan) const override {
    plan.closed.at(client) = false;
    plan.trouble.at(client) = Trouble::none;
  }
  void run(const Plan&, System& system) const override { system.open(client); }
  void show(std::ostream& out) const override { out << "open client " << client << " anew"; }
};

/// Time moves on by a length that matters, or up to a moment that does, or to a tick before or
/// after it.
struct Advance final : Command {
  enum class To : std::size_t { pause, budget, renewal, lease, deadline, soft, expiry, hold };
  const To to = static_cast<To>(below(8));
  const std::size_t which = below(4);
  const std::size_t nudge = below(3);
  const bool late = below(4) == 3;

  std::optional<Length> length(const System& system) const {
    switch (to) {
      case To::pause:
        return timing().retry_pause;
      case To::budget:
        return timing().stop_budget;
      case To::renewal:
        return timing().renew_every;
      case To::lease:
        return timing().lease;
      case To::deadline:
        return system.until_deadline(which, /*soft=*/false);
      case To::soft:
        return system.until_deadline(which, /*soft=*/true);
      case To::expiry:
        return system.until_expiry(keys.at(which % keys.size()));
      case To::hold:
        return system.until_hold_is_over(which);
    }
    return std::nullopt;
  }
  void run(const Plan&, System& system) const override {
    const std::optional<Length> by = length(system);
    const Length nudges[] = {Length(0), Length(1), Length(-1)};
    if (by) system.advance(*by + nudges[nudge], late);
  }
  void show(std::ostream& out) const override {
    static constexpr std::array<const char*, 8> words{
        "a pause",      "the stop budget",   "a renewal",  "a lease",
        "the deadline", "the soft deadline", "the expiry", "the end of the hold"};
    static constexpr std::array<const char*, 3> nudges{"", " + 1ns", " - 1ns"};
    out << "advance " << (to < To::deadline ? "by " : "to ")
        << words.at(static_cast<std::size_t>(to)) << nudges.at(nudge);
    if (to == To::expiry) out << " of key " << keys.at(which % keys.size());
    if (to == To::deadline || to == To::soft) out << " of guard " << which;
    if (late) out << ", timers late";
  }
};

}  // namespace

rc::Gen<std::shared_ptr<const Command>> any_command(const Plan& plan) {
  // As often as they stand here.
  static const auto any =
      rc::state::gen::execOneOfWithArgs<Attempt, Attempt, Attempt, Attempt, Wait, Wait, Cancel,
                                        Drop, Drop, Drop, Release, Look, Look, Look, Load,
                                        StoreFails, StoreHeals, StoreHeals, Close, Open, Open, Open,
                                        Open, Open, Advance, Advance, Advance, Advance, Advance>();
  return any(plan);
}

}  // namespace leasehold::proptests
