#include "lib/src/conformance/bench.h"

namespace leasehold::conformance {
namespace {

// Everything that a request may change. `over` is left out: time alone changes it.
std::string difference(const RecordView& a, const RecordView& b) {
  std::string all;
  const auto note = [&all](const char* name, const auto& before, const auto& after) {
    if (before == after) return;
    all += std::string(all.empty() ? "" : ", ") + name + " from " + text(before) + " to " +
           text(after);
  };
  note("version", a.version, b.version);
  note("term", a.term, b.term);
  note("owner", a.owner, b.owner);
  note("last owner", a.last_owner, b.last_owner);
  note("lease", a.lease, b.lease);
  note("authority", a.authority, b.authority);
  note("domain", a.domain, b.domain);
  note("expiry", a.expires_at, b.expires_at);
  note("seq", a.seq, b.seq);
  note("renew id", a.renew_id, b.renew_id);
  note("info", a.info, b.info);
  return all;
}

std::string difference(const std::optional<RecordView>& a, const std::optional<RecordView>& b) {
  if (a && b) return difference(*a, *b);
  if (a) return "the record to none";
  return b ? "no record to one" : "";
}

}  // namespace

std::string Bench::key() {
  return "leasehold-conformance/" + to_string(subject_.random().id<OwnerId>());
}

void Bench::stop(Findings::Kind kind, std::string sentence) {
  findings_.add(kind, std::move(sentence));
  throw CaseEnded{};
}

void Bench::only_if_judged() {
  if (!judges()) stop(Findings::Kind::not_applicable, "leases of this store are only observed");
}

void Bench::only_if_observed() {
  if (judges()) stop(Findings::Kind::not_applicable, "leases of this store are judged");
}

void Bench::must_be_misuse(const std::string& what, const RenewAnswer& answer) {
  const Error* const error = std::get_if<Error>(&answer);
  if (error == nullptr) return wrong(what + ": expected a misuse, got " + text(answer));
  if (error->kind != Errc::misuse) stop_at(what, *error);
}

void Bench::stop_at(const std::string& what, const Error& error) {
  const bool refused = error.kind == Errc::misuse;
  stop(refused ? Findings::Kind::wrong : Findings::Kind::inconclusive,
       what + ": expected an answer, got " + text(error));
}

void Bench::check_incarnation(const std::string& what, const Incarnation& incarnation) {
  if (!incarnation) stop(Findings::Kind::wrong, what + ": the incarnation is null");
  if (!incarnation_) incarnation_ = incarnation;
  if (incarnation == incarnation_) return;
  stop(Findings::Kind::wrong, what + ": expected the incarnation " + text(incarnation_) +
                                  " of the answers before, got " + text(incarnation));
}

AcquireRequest Probe::asks(OwnerId owner, Term expected) const {
  return AcquireRequest{.key = key_,
                        .owner = owner,
                        .expected_term = expected,
                        .lease = lease_,
                        .info = "conformance, it's \"" + text(owner) + "\"",
                        .unchanged = {}};
}

RenewRequest Probe::renews(OwnerId owner, Term term, Seq seq) {
  return RenewRequest{.key = key_,
                      .owner = owner,
                      .term = term,
                      .seq = seq,
                      .renew_id = bench_.renew_id(),
                      .lease = lease_};
}

ReleaseRequest Probe::releases(OwnerId owner, Term term) const {
  return ReleaseRequest{.key = key_, .owner = owner, .term = term};
}

RenewAnswer Probe::renewed(const std::string& what, const RenewRequest& request) {
  const auto answers = bench_.answer_of(what, store_->renew(std::span(&request, 1)));
  if (answers.size() != 1) {
    bench_.stop(Findings::Kind::wrong, what + ": expected 1 answer, got " + text(answers.size()));
  }
  const Error* const error = std::get_if<Error>(&answers.front());
  if (error != nullptr && error->kind != Errc::misuse) bench_.stop_at(what, *error);
  return answers.front();
}

bool Probe::abandon(OwnerId owner, Term expected) {
  const std::string what = "abandon at term " + text(expected);
  const AbandonRequest request{.key = key_, .owner = owner, .expected_term = expected};
  const Abandoned abandoned = bench_.answer_of(what, store_->abandon(request));
  slow_ = may_have_ended();
  watch(what, std::nullopt);
  if (seen_ && !seen_->owner) holds_since_.reset();
  return abandoned.settled;
}

const RecordView& Probe::record() {
  if (!seen_) bench_.stop(Findings::Kind::wrong, "expected a record, inspect shows none");
  return *seen_;
}

void Probe::look() {
  slow_ = false;
  watch("nothing but time", false);
}

void Probe::look_renewed() {
  slow_ = false;
  watch("renew in a batch", true);
}

void Probe::run_out() {
  // An expiry is at most a lease after the reading at which it was written, and a reading is behind
  // its moment by less than the resolution.
  bench_.pass(lease_ + 2 * bench_.traits().resolution);
  holds_since_.reset();
}

void Probe::same_lease(const std::string& what, Length got) {
  if (got >= lease_ && got < lease_ + bench_.traits().resolution) return;
  equal(what, lease_, got);
}

void Probe::wrong(std::string sentence) {
  if (!slow_) return bench_.wrong(std::move(sentence));
  bench_.stop(Findings::Kind::inconclusive,
              "too slow, the lease may have ended on the way: " + sentence);
}

// A quarter is left for what the two clocks differ by.
bool Probe::may_have_ended() const {
  return bench_.judges() && holds_since_ && bench_.now() - *holds_since_ >= lease_ / 4 * 3;
}

void Probe::note(const std::string& what, const Granted& granted, Length sent) {
  holds_since_ = sent;
  const Term before = seen_ ? seen_->term : 0;
  equal(what + ": the term", granted.previous == Previous::own ? before : before + 1, granted.term);
  check_expiry(what, granted.expires_at);
}

void Probe::note(const std::string& what, const Renewed& renewed, Length sent) {
  holds_since_ = sent;
  check_expiry(what, renewed.expires_at);
}

// A holder on the domain's clock goes by the expiry and needs it; nobody may believe one of a store
// that can't judge.
void Probe::check_expiry(const std::string& what,
                         const std::optional<Instant<StoreClock>>& expires_at) {
  const Authority authority = bench_.traits().authority;
  if (authority == Authority::observation) {
    equal<bool>(what + ": an expiry is told", false, expires_at.has_value());
  } else if (authority == Authority::host_clock) {
    equal<bool>(what + ": an expiry is told", true, expires_at.has_value());
  }
}

void Probe::watch(const std::string& what, Applied applied) {
  const auto now = bench_.answer_of("inspect", bench_.another().inspect(key_));
  slow_ = slow_ || may_have_ended();
  const std::optional<RecordView> before = std::exchange(seen_, now);
  const std::string changes = difference(before, now);
  if (!applied.value_or(!changes.empty())) {
    if (!changes.empty()) bench_.wrong(what + " applied nothing and yet changed " + changes);
    return;
  }
  if (!now) return bench_.wrong(what + " was applied, and inspect shows no record");
  if (!before) {
    if (now->version == 0) bench_.wrong(what + " was applied, and the version is 0");
    return;
  }
  equal(what + ": the version", before->version + 1, now->version);
  if (now->term < before->term) bench_.wrong(what + ": the term went back, it changed " + changes);
  if (now->term == before->term && now->expires_at && before->expires_at &&
      *now->expires_at < *before->expires_at) {
    bench_.wrong(what + ": the expiry went back, it changed " + changes);
  }
}

}  // namespace leasehold::conformance
