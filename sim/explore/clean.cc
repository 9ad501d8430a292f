#include "sim/explore/clean.h"

#include <algorithm>
#include <span>
#include <utility>

#include "lib/src/plant.h"

namespace leasehold::sim {
namespace {

using core::Answer;
using core::Request;

class Cleaner {
 public:
  Cleaner(const Limits& limits, const Config& config, Situation& situation)
      : limits_(limits), config_(config), s_(situation), shift_(situation.now.at.ns()) {}

  void clean_all() {
    std::erase_if(s_.letters,
                  [this](const Letter& letter) { return is_dead(limits_, s_, letter); });
    part_twins();
    clean_each();
  }

  void clean_each() {
    for (Actor& actor : std::span(s_.actors.data(), limits_.processes)) clean(actor);
    for (Letter& letter : s_.letters) clean(letter);
    clean_store();
    s_.now = LocalTime{};
  }

 private:
  // --- Time. Nothing reads a clock but to compare it with a moment that it wrote down, so only
  // their distance counts; and of a moment that has passed by as much as it is ever compared with,
  // only that it has passed.

  static std::int64_t ns(Length length) { return length.count(); }
  template <class C>
  void shift(Instant<C>& moment, std::int64_t longest_ago) const {
    if (moment == Instant<C>::never()) return;
    const std::int64_t least = limits_.exact ? -longest_remembered() : -longest_ago;
    moment = Instant<C>::at_ns(std::max(moment.ns() - shift_, least));
  }
  // Longer than all that anything is ever compared with.
  std::int64_t longest_remembered() const {
    return 2 * observation_wait(config_.timing.lease, config_.bounds).ns();
  }
  // Read by `timed_out`: sent + Q <= now.
  void shift(std::optional<core::InFlight>& one) const {
    if (one) shift(one->sent.at, ns(config_.timing.request_timeout));
  }

  void clean(Actor& actor) const {
    core::State& state = actor.state;
    // Says whose the tenures before this one were, to caches, and to nobody else.
    if (!planted(Bug::M15)) state.run.reset();
    if (state.tenure) clean(*state.tenure);
    if (state.campaign) clean(*state.campaign);
    for (auto& ending : state.endings) {
      if (!ending) continue;
      shift(ending->next_try, 0);
      shift(ending->give_up_at, 0);
      shift(ending->request);
    }
    if (state.sighting) {
      const Length lease = state.sighting->lease;
      shift(state.sighting->since.at, observation_wait(lease, config_.bounds).ns());
    }
  }

  void clean(core::Tenure& tenure) const {
    // These two tell a sleep of the machine, and nobody sleeps here.
    shift(tenure.anchor.at, 0);
    shift(tenure.last_attempt.at, 0);
    // Read if a tenure may be too old to be joined; here it may not.
    shift(tenure.began, 0);
    shift(tenure.deadline, 0);
    shift(tenure.next_renewal, 0);
    shift(tenure.renewal);
  }

  void clean(core::Campaign& campaign) const {
    shift(campaign.next_try, 0);
    // The next try comes b after the answer at the soonest, and P after this at the latest.
    shift(campaign.last_sent,
          std::max<std::int64_t>(0, ns(config_.timing.longest_wait - config_.timing.retry_pause)));
    shift(campaign.acquire);
  }

  // A receiver reads the moment of sending of acquires and renewals only. It counts the next
  // renewal from there, and its deadline where the answer has none.
  void clean(Letter& letter) const {
    Request& request = letter.request;
    const bool counts =
        request.kind == Request::Kind::acquire || request.kind == Request::Kind::renew;
    const bool host = config_.authority == Authority::host_clock;
    const Length longest = host ? config_.timing.renew_every : config_.timing.lease;
    shift(request.sent.at, counts && !letter.orphan ? ns(longest) : 0);
    if (letter.answer) clean(request, *letter.answer);
  }

  // Of an answer stays what the process that gets it reads.
  void clean(Request& request, Answer& answer) const {
    // The deadline is q before it. One that has passed makes no tenure, and none longer.
    if (answer.expires_at) shift(*answer.expires_at, -ns(config_.bounds.resolution));
    if (limits_.exact) return;
    const Answer whole = std::exchange(answer, Answer{.kind = answer.kind});
    answer.incarnation = whole.incarnation;
    request.unchanged.reset();
    switch (whole.kind) {
      case Answer::Kind::granted:
      case Answer::Kind::renewed:
        if (whole.kind == Answer::Kind::granted) answer.term = whole.term;
        answer.expires_at = whole.expires_at;
        break;
      case Answer::Kind::busy:
        answer.term = whole.term;
        // That the store can tell is read, and not what it tells.
        if (whole.expires_at) answer.expires_at = Instant<StoreClock>{};
        if (!whole.expires_at) answer.version = whole.version;
        if (!whole.expires_at) answer.lease = whole.lease;
        break;
      case Answer::Kind::moved:
        answer.term = whole.term;
        break;
      case Answer::Kind::not_owner:
        answer.term = whole.term;
        answer.why = whole.why;
        break;
      case Answer::Kind::stale:
        answer.seq = whole.seq;
        answer.renew_id = whole.renew_id;
        break;
      default:
        answer.settled = whole.settled;
    }
  }

  void part_twins() {
    for (Letter& letter : s_.letters) {
      const auto of_same = [&letter](const Letter& one) { return one.twin == letter.twin; };
      const bool alone = std::count_if(s_.letters.begin(), s_.letters.end(), of_same) == 1;
      if (letter.twin != 0 && alone) letter.twin = 0;
    }
  }

  void clean_store() {
    // Read by `over`: now > expires_at.
    const std::int64_t passed = ns(config_.bounds.tick);
    if (s_.record.expires_at) shift(*s_.record.expires_at, passed);
    if (s_.model.expires_at) shift(*s_.model.expires_at, passed);
    // Read for a tenure that is believed in, by I13.
    const bool observed = config_.authority == Authority::observation;
    if (observed && s_.model.owner) shift(s_.model.renewed_at, ns(config_.timing.lease));
    if (!observed || !s_.model.owner) s_.model.renewed_at = {};
    if (limits_.exact) return;
    // To be shown to people; and whose the tenure before was, for `run`.
    if (!planted(Bug::M17) && !planted(Bug::M26)) s_.record.info.clear();
    s_.record.last_owner = OwnerId{};
    // A tenure that is over is not renewed, and the next begins anew.
    if (!s_.record.owner) {
      s_.record.seq = 0;
      s_.record.renew_id = RenewId{};
    }
    if (!s_.model.owner) s_.model.seq = 0;
  }

  const Limits& limits_;
  const Config& config_;
  Situation& s_;
  const std::int64_t shift_;
};

}  // namespace

void clean(const Limits& limits, const Config& config, Situation& situation) {
  Cleaner(limits, config, situation).clean_all();
}

void clean_each(const Limits& limits, const Config& config, Situation& situation) {
  Cleaner(limits, config, situation).clean_each();
}

}  // namespace leasehold::sim
