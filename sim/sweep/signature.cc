#include "sim/sweep/signature.h"

#include <algorithm>
#include <cctype>
#include <cstddef>

namespace leasehold::sim {
namespace {

bool is_digit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }
// What names are made of.
bool is_of_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-';
}

/// Reads a sentence word by word and writes it anew.
class Normalizer {
 public:
  Normalizer(const std::string& text, const std::vector<std::string>& processes,
             const std::vector<std::string>& keys)
      : text_(text), processes_(processes), keys_(keys) {}

  std::string normalized() {
    while (at_ < text_.size()) {
      if (is_digit(text_[at_])) {
        number();
      } else if (is_of_word(text_[at_])) {
        word();
      } else {
        out_ += text_[at_++];
      }
    }
    // Which of several keys it was about is added to a sentence, and is no kind of failure.
    const std::string about_key = " (key K)";
    const bool is_added =
        out_.size() >= about_key.size() &&
        out_.compare(out_.size() - about_key.size(), about_key.size(), about_key) == 0;
    if (is_added) out_.resize(out_.size() - about_key.size());
    return out_;
  }

 private:
  // Moments are printed in seconds: "0.560000001 s".
  void number() {
    while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
    const bool fraction = at_ + 1 < text_.size() && text_[at_] == '.' && is_digit(text_[at_ + 1]);
    if (!fraction) {
      out_ += 'N';
      return;
    }
    for (++at_; at_ < text_.size() && is_digit(text_[at_]);) ++at_;
    const bool seconds = text_.compare(at_, 2, " s") == 0 &&
                         (at_ + 2 == text_.size() || !is_of_word(text_[at_ + 2]));
    if (seconds) at_ += 2;
    out_ += seconds ? 'T' : 'N';
  }

  void word() {
    const std::size_t from = at_;
    while (at_ < text_.size() && is_of_word(text_[at_])) ++at_;
    const std::string found = text_.substr(from, at_ - from);
    // A key may be called as any word; only after "key" is it one.
    const bool is_key =
        last_ == "key" && std::find(keys_.begin(), keys_.end(), found) != keys_.end();
    const bool is_process =
        std::find(processes_.begin(), processes_.end(), found) != processes_.end();
    if (is_key) {
      out_ += 'K';
    } else {
      out_ += is_process ? role_of(found) : found;
    }
    last_ = found;
  }

  std::string role_of(const std::string& process) {
    const auto known = std::find(met_.begin(), met_.end(), process);
    const auto role = known - met_.begin() + 1;
    if (known == met_.end()) met_.push_back(process);
    return "P" + std::to_string(role);
  }

  const std::string& text_;
  const std::vector<std::string>& processes_;
  const std::vector<std::string>& keys_;
  std::size_t at_ = 0;
  std::string out_;
  std::string last_;
  std::vector<std::string> met_;
};

}  // namespace

std::string kind_of_failure(const std::string& sentence, const std::vector<std::string>& processes,
                            const std::vector<std::string>& keys) {
  return Normalizer(sentence, processes, keys).normalized();
}

std::string signature(Invariant invariant, const std::string& sentence, const Scenario& scenario) {
  return to_string(invariant) + ": " +
         kind_of_failure(sentence, names_of(scenario), Keys(scenario).names);
}

}  // namespace leasehold::sim
