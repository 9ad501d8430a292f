#include "sim/engine/chooser.h"

#include <algorithm>

#include "sim/engine/hash128.h"
#include "sim/trace/event.h"

namespace leasehold::sim {
namespace {

constexpr std::int64_t million = 1'000'000;
/// Ranks among simultaneous events that noise draws from.
constexpr std::int64_t most_ties = 4;

std::uint64_t hash_of(const std::string& text) {
  std::uint64_t hash = 0;
  for (const char c : text) hash = mix(hash + static_cast<unsigned char>(c) + 1);
  return hash;
}

// A draw is the process's own, and some order there is always.
bool is_fault(Purpose purpose) {
  switch (purpose) {
    case Purpose::value:
    case Purpose::request_tie:
    case Purpose::answer_tie:
    case Purpose::wake_tie:
      return false;
    default:
      return true;
  }
}

}  // namespace

Chooser::Chooser(const Scenario& scenario, bool keep) : scenario_(scenario), keep_(keep) {
  for (const ProcessSpec& process : scenario.processes) {
    const std::uint64_t name = hash_of(process.name);
    name_hash_.push_back(name);
    salted_.push_back({mix(mix(scenario.seed + 1) ^ name), mix(mix(scenario.seed + 2) ^ name)});
  }
  for (std::size_t purpose = 0; purpose < odds_.size(); ++purpose) {
    odds_[purpose] = odds_of(scenario.noise, static_cast<Purpose>(purpose));
  }
}

Chooser::Odds Chooser::odds_of(const Noise& noise, Purpose purpose) {
  switch (purpose) {
    case Purpose::request_delay:
      return {noise.request_delay_ppm, 1, noise.delay_most.count()};
    case Purpose::answer_delay:
      return {noise.answer_delay_ppm, 1, noise.delay_most.count()};
    case Purpose::request_loss:
      return {noise.request_loss_ppm, 1, 1};
    case Purpose::answer_loss:
      return {noise.answer_loss_ppm, 1, 1};
    case Purpose::error_before_effect:
      return {noise.error_before_ppm, 1, 1};
    case Purpose::error_after_effect:
      return {noise.error_after_ppm, 1, 1};
    case Purpose::duplicate:
      return {noise.duplicate_ppm, 1, noise.delay_most.count()};
    case Purpose::late:
      return {noise.late_wake_ppm, 1, noise.late_most.count()};
    case Purpose::value:
      return {noise.draws ? million : 0, 0, 0};
    case Purpose::request_tie:
    case Purpose::answer_tie:
    case Purpose::wake_tie:
      return {noise.ties ? million : 0, 0, most_ties - 1};
  }
  return {};
}

std::int64_t Chooser::made(const ChoiceKey& key, std::int64_t bound) {
  if (keep_) {
    std::uint32_t& asked = asked_[{key.process, key.site}];
    asked = std::max(asked, key.ordinal);
  }
  if (healed_ && is_fault(key.purpose)) return failed_.contains(key) ? 1 : 0;
  const auto stated = scenario_.choices.find(key);
  std::int64_t value = stated != scenario_.choices.end() ? stated->second : drawn(key, bound);
  if (bound > 0) value = std::min(value, bound - 1);
  if (keep_ && value != 0) made_.emplace(key, value);
  const bool fails = key.purpose == Purpose::error_before_effect && value != 0;
  if (fails && scenario_.heal_at) failed_.insert(key);
  return value;
}

std::int64_t Chooser::drawn(const ChoiceKey& key, std::int64_t bound) const {
  const Odds& odds = odds_[static_cast<std::size_t>(key.purpose)];
  const std::int64_t most = key.purpose == Purpose::value ? bound - 1 : odds.most;
  if (odds.ppm == 0 || most < odds.least) return 0;
  const std::uint64_t packed = (static_cast<std::uint64_t>(key.ordinal) << 16) |
                               (static_cast<std::uint64_t>(key.site) << 8) |
                               static_cast<std::uint64_t>(key.purpose);
  const Salted& salted = salted_[key.process];
  const auto whether = [&] {
    return static_cast<std::int64_t>(mix(salted.whether ^ packed) % million);
  };
  if (odds.ppm < million && whether() >= odds.ppm) return 0;
  if (most == odds.least) return most;
  const std::uint64_t which = mix(salted.which ^ packed);
  const auto values = static_cast<std::uint64_t>(most - odds.least + 1);
  // A division costs more than all the rest.
  const bool power_of_two = (values & (values - 1)) == 0;
  return odds.least +
         static_cast<std::int64_t>(power_of_two ? which & (values - 1) : which % values);
}

Chooser::Bits Chooser::id_bits(std::uint32_t process, std::uint64_t nth) const {
  const std::uint64_t who = process == nobody ? 0 : name_hash_[process];
  const std::uint64_t high = mix(mix(mix(scenario_.seed + 3) ^ who) ^ nth);
  // Never all zero: the low half is not.
  return {high, mix(high ^ who) | 1U};
}

}  // namespace leasehold::sim
