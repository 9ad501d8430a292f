// The words of scenario files that reader and writer share.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/engine/choices.h"
#include "sim/scenario/scenario.h"

namespace leasehold::sim {

/// The authorities that the simulator runs.
const std::vector<Authority>& simulated_authorities();
/// Their words, in the same order.
const std::vector<std::string>& authority_words();
/// In the order of Step::Do.
const std::vector<std::string>& verb_words();
/// The kinds of fault that meet a call: a fault of this kind on a call stands for a choice of this
/// purpose. Purposes that have no such sugar are left out.
const std::vector<Purpose>& call_faults();
/// Their words, in the same order.
const std::vector<std::string>& call_fault_words();
/// "by" or "after": the key under which the value of such a fault stands; null if it has none.
const char* value_word(Purpose purpose);
/// Whether a choice of this purpose is a length, a plain number, or happens or not.
enum class ValueKind { duration, number, flag };
ValueKind kind_of(Purpose purpose);
/// The sites of what goes over a wire: the calls of the store, and the write.
const std::vector<Site>& call_sites();
/// Their words, in the same order.
const std::vector<std::string>& call_words();
/// Whether such a choice is ever made at such a site.
bool fits(Site site, Purpose purpose);

/// "A/renew/2/answer_delay".
std::string write_choice_key(const ChoiceKey& key, const Scenario& scenario);
/// nullopt: not of this form, or no such process.
std::optional<ChoiceKey> read_choice_key(const std::string& text, const Scenario& scenario);

}  // namespace leasehold::sim
