// What the conformance cases are made of: a bench that asks the store, and probes that each watch
// one record over all that is asked about it.
#pragma once

#include <chrono>
#include <exception>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <leasehold/conformance.h>
#include "lib/src/conformance/text.h"

namespace leasehold::conformance {

/// Ends a case whose last finding is recorded. Never leaves `guarded`.
struct CaseEnded {};

/// The lease of cases in which nothing is to run out, however slow the machine is.
inline constexpr Length unhurried = std::chrono::hours(1);

/// One run of one case.
class Bench {
 public:
  Bench(Subject& subject, Findings& findings) : subject_(subject), findings_(findings) {}

  Store& store() { return subject_.store(); }
  Store& another() { return subject_.another(); }
  const Traits& traits() { return store().traits(); }
  bool judges() { return traits().authority != Authority::observation; }
  Length lease() { return subject_.lease(); }
  Length now() { return subject_.now(); }
  void pass(Length length) { subject_.pass(length); }

  OwnerId owner() { return subject_.random().id<OwnerId>(); }
  RenewId renew_id() { return subject_.random().id<RenewId>(); }
  /// A key that nobody ever used.
  std::string key();

  void wrong(std::string sentence) { findings_.add(Findings::Kind::wrong, std::move(sentence)); }
  /// Records the finding and ends the case.
  [[noreturn]] void stop(Findings::Kind kind, std::string sentence);
  /// Ends the case if leases are only observed and never judged, or the other way round.
  void only_if_judged();
  void only_if_observed();

  /// The answer, whose incarnation must be that of all answers; else the case ends.
  template <class Answer>
  Answer answer_of(const std::string& what, Result<Answered<Answer>> result) {
    if (!result) stop_at(what, result.error());
    check_incarnation(what, result->incarnation);
    return std::move(result->answer);
  }
  /// The result of a request that no store may carry out.
  template <class Answer>
  void must_be_misuse(const std::string& what, const Result<Answered<Answer>>& result) {
    if (result) return wrong(what + ": expected a misuse, got an answer");
    if (result.error().kind != Errc::misuse) stop_at(what, result.error());
  }
  void must_be_misuse(const std::string& what, const RenewAnswer& answer);
  /// An error that was not asked for: `misuse` is wrong, the other kinds are inconclusive.
  [[noreturn]] void stop_at(const std::string& what, const Error& error);

 private:
  void check_incarnation(const std::string& what, const Incarnation& incarnation);

  Subject& subject_;
  Findings& findings_;
  Incarnation incarnation_;
};

/// Watches one key. After every request it looks at the record through the other connection: the
/// version must have risen by one if the request was applied, and else nothing may have changed;
/// neither term nor expiry may ever go back.
class Probe {
 public:
  explicit Probe(Bench& bench, Length lease = unhurried) : Probe(bench, lease, bench.key()) {}
  Probe(Bench& bench, Length lease, std::string key)
      : bench_(bench), store_(&bench.store()), lease_(lease), key_(std::move(key)) {}

  AcquireRequest asks(OwnerId owner, Term expected) const;
  RenewRequest renews(OwnerId owner, Term term, Seq seq);
  ReleaseRequest releases(OwnerId owner, Term term) const;

  // Ask, and end the case if the answer is another one than wanted.
  template <class Want>
  Want acquire(const AcquireRequest& request) {
    const Length sent = bench_.now();
    const std::string what = "acquire at term " + text(request.expected_term);
    return concluded<Want>(what, bench_.answer_of(what, store_->acquire(request)), sent);
  }
  /// Of a first grant or any later one, with its term as `seen` has it.
  Granted grant(OwnerId owner) { return acquire<Granted>(asks(owner, seen_ ? seen_->term : 0)); }
  template <class Want>
  Want renew(const RenewRequest& request) {
    const Length sent = bench_.now();
    const std::string what = "renew term " + text(request.term) + " seq " + text(request.seq);
    return concluded<Want>(what, renewed(what, request), sent);
  }
  template <class Want>
  Want release(OwnerId owner, Term term) {
    const Length sent = bench_.now();
    const std::string what = "release term " + text(term);
    return concluded<Want>(what, bench_.answer_of(what, store_->release(releases(owner, term))),
                           sent);
  }
  /// Whether the answer was `settled`.
  bool abandon(OwnerId owner, Term expected);

  /// The record after the last request or `look`.
  const std::optional<RecordView>& seen() const { return seen_; }
  /// The same for a record that must be there; else the case ends.
  const RecordView& record();
  /// Looks anew: nothing but `over` may have changed since.
  void look();
  /// Looks anew after the key was renewed in a batch.
  void look_renewed();
  /// Lets the lease end for certain.
  void run_out();
  /// From now on requests go this way.
  void through(Store& store) { store_ = &store; }

  template <class T>
  void equal(const std::string& what, const std::type_identity_t<T>& want, const T& got) {
    if (!(want == got)) wrong(what + ": expected " + text(want) + ", got " + text(got));
  }
  /// A length that the store may have rounded up to its resolution.
  void same_lease(const std::string& what, Length got);
  /// Wrong, unless the lease may have ended without being told to.
  void wrong(std::string sentence);

  const std::string& key() const { return key_; }
  Length lease() const { return lease_; }

 private:
  /// By its answer; nullopt if the answer does not tell.
  using Applied = std::optional<bool>;

  RenewAnswer renewed(const std::string& what, const RenewRequest& request);
  bool may_have_ended() const;
  void note(const std::string& what, const Granted& granted, Length sent);
  void note(const std::string& what, const Renewed& renewed, Length sent);
  void note(const std::string& /*what*/, const Released& /*released*/, Length /*sent*/) {
    holds_since_.reset();
  }
  template <class Other>
  void note(const std::string& /*what*/, const Other& /*answer*/, Length /*sent*/) {}
  void check_expiry(const std::string& what, const std::optional<Instant<StoreClock>>& expires_at);
  void watch(const std::string& what, Applied applied);

  template <class Want, class Answer>
  Want concluded(const std::string& what, const Answer& answer, Length sent) {
    slow_ = may_have_ended();
    const Want* const wanted = std::get_if<Want>(&answer);
    if (wanted == nullptr) {
      wrong(what + ": expected " + name_of<Want> + ", got " + text(answer));
      throw CaseEnded{};
    }
    note(what, *wanted, sent);
    watch(what, std::is_same_v<Want, Granted> || std::is_same_v<Want, Renewed> ||
                    std::is_same_v<Want, Released>);
    return *wanted;
  }

  Bench& bench_;
  Store* store_;
  const Length lease_;
  const std::string key_;
  std::optional<RecordView> seen_;
  /// When the request was sent that last started or prolonged the lease; absent if there is none or
  /// if it was let end.
  std::optional<Length> holds_since_;
  /// Whether the lease may have ended by itself when the last answer was given.
  bool slow_ = false;
};

/// A case as `Case::run` wants it.
template <void (*body)(Bench&)>
void guarded(Subject& subject, Findings& findings) {
  Bench bench(subject, findings);
  try {
    body(bench);
  } catch (const CaseEnded&) {
    return;
  } catch (const std::exception& thrown) {
    bench.wrong(std::string("the store threw ") + thrown.what());
  } catch (...) {
    bench.wrong("the store threw something");
  }
}

// The cases, by what they are about.
std::vector<Case> acquire_cases();
std::vector<Case> expiry_cases();
std::vector<Case> renew_cases();
std::vector<Case> ending_cases();
std::vector<Case> store_cases();

}  // namespace leasehold::conformance
