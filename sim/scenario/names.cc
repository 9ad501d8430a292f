#include "sim/scenario/names.h"

#include <charconv>
#include <cstdint>

namespace leasehold::sim {
namespace {

constexpr Site all_sites[] = {Site::acquire, Site::renew, Site::release, Site::abandon,
                              Site::wake,    Site::draw,  Site::write};
constexpr Purpose all_purposes[] = {
    Purpose::request_delay, Purpose::answer_delay,        Purpose::request_loss,
    Purpose::answer_loss,   Purpose::duplicate,           Purpose::late,
    Purpose::value,         Purpose::request_tie,         Purpose::answer_tie,
    Purpose::wake_tie,      Purpose::error_before_effect, Purpose::error_after_effect};

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> parts{""};
  for (const char c : text) {
    if (c == '/') {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

template <class Word, std::size_t size>
std::optional<Word> word_of(const std::string& text, const Word (&words)[size]) {
  for (const Word word : words) {
    if (text == to_string(word)) return word;
  }
  return std::nullopt;
}

std::optional<std::uint32_t> process_named(const std::string& name, const Scenario& scenario) {
  for (std::size_t index = 0; index < scenario.processes.size(); ++index) {
    if (scenario.processes[index].name == name) return static_cast<std::uint32_t>(index);
  }
  return std::nullopt;
}

}  // namespace

bool fits(Site site, Purpose purpose) {
  switch (purpose) {
    case Purpose::value:
      return site == Site::draw;
    case Purpose::late:
    case Purpose::wake_tie:
      return site == Site::wake;
    case Purpose::request_delay:
    case Purpose::request_loss:
    case Purpose::duplicate:
    case Purpose::request_tie:
      return site != Site::draw && site != Site::wake;
    default:
      return site != Site::draw && site != Site::wake && site != Site::write;
  }
}

const std::vector<Authority>& simulated_authorities() {
  static const std::vector<Authority> authorities{Authority::host_clock, Authority::store_clock,
                                                  Authority::wall_clock, Authority::observation};
  return authorities;
}

const std::vector<std::string>& authority_words() {
  static const std::vector<std::string> words = [] {
    std::vector<std::string> all;
    for (const Authority authority : simulated_authorities())
      all.emplace_back(to_string(authority));
    return all;
  }();
  return words;
}

const std::vector<std::string>& verb_words() {
  static const std::vector<std::string> words{"acquire", "try",   "drop", "release",
                                              "cancel",  "cycle", "write"};
  return words;
}

const std::vector<Purpose>& call_faults() {
  static const std::vector<Purpose> purposes{
      Purpose::request_delay,     Purpose::answer_delay, Purpose::request_loss,
      Purpose::answer_loss,       Purpose::duplicate,    Purpose::error_before_effect,
      Purpose::error_after_effect};
  return purposes;
}

const std::vector<std::string>& call_fault_words() {
  static const std::vector<std::string> words = [] {
    std::vector<std::string> all;
    for (const Purpose purpose : call_faults()) all.emplace_back(to_string(purpose));
    return all;
  }();
  return words;
}

const std::vector<Site>& call_sites() {
  static const std::vector<Site> sites{Site::acquire, Site::renew, Site::release, Site::abandon,
                                       Site::write};
  return sites;
}

const std::vector<std::string>& call_words() {
  static const std::vector<std::string> words = [] {
    std::vector<std::string> all;
    for (const Site site : call_sites()) all.emplace_back(to_string(site));
    return all;
  }();
  return words;
}

const char* value_word(Purpose purpose) {
  switch (purpose) {
    case Purpose::duplicate:
      return "after";
    case Purpose::request_delay:
    case Purpose::answer_delay:
    case Purpose::late:
      return "by";
    default:
      return nullptr;
  }
}

ValueKind kind_of(Purpose purpose) {
  switch (purpose) {
    case Purpose::request_delay:
    case Purpose::answer_delay:
    case Purpose::duplicate:
    case Purpose::late:
      return ValueKind::duration;
    case Purpose::request_loss:
    case Purpose::answer_loss:
    case Purpose::error_before_effect:
    case Purpose::error_after_effect:
      return ValueKind::flag;
    case Purpose::value:
    case Purpose::request_tie:
    case Purpose::answer_tie:
    case Purpose::wake_tie:
      return ValueKind::number;
  }
  return ValueKind::number;
}

std::string write_choice_key(const ChoiceKey& key, const Scenario& scenario) {
  return scenario.processes.at(key.process).name + "/" + to_string(key.site) + "/" +
         std::to_string(key.ordinal) + "/" + to_string(key.purpose);
}

std::optional<ChoiceKey> read_choice_key(const std::string& text, const Scenario& scenario) {
  const std::vector<std::string> parts = split(text);
  if (parts.size() != 4) return std::nullopt;
  const auto process = process_named(parts[0], scenario);
  const auto site = word_of(parts[1], all_sites);
  const auto purpose = word_of(parts[3], all_purposes);
  std::uint32_t ordinal = 0;
  const std::string& digits = parts[2];
  const auto [rest, error] = std::from_chars(digits.data(), digits.data() + digits.size(), ordinal);
  // Counts from 1; a leading zero would give one choice two spellings.
  const bool whole =
      error == std::errc() && rest == digits.data() + digits.size() && digits.front() != '0';
  if (!process || !site || !purpose || !whole || !fits(*site, *purpose)) return std::nullopt;
  return ChoiceKey{*process, *site, ordinal, *purpose};
}

}  // namespace leasehold::sim
