#include <leasehold/loss.h>

namespace leasehold {

const char* to_string(LossReason reason) {
  switch (reason) {
    case LossReason::deadline:
      return "deadline";
    case LossReason::superseded:
      return "superseded";
    case LossReason::suspended:
      return "suspended";
    case LossReason::forked:
      return "forked";
    case LossReason::cloned:
      return "cloned";
    case LossReason::store_gone:
      return "store_gone";
    case LossReason::forgotten:
      return "forgotten";
    case LossReason::released:
      return "released";
    case LossReason::closed:
      return "closed";
    case LossReason::silent:
      return "silent";
    case LossReason::jeopardy:
      return "jeopardy";
  }
  return "?";
}

const char* to_string(ReleaseOutcome::What what) {
  switch (what) {
    case ReleaseOutcome::What::released:
      return "released";
    case ReleaseOutcome::What::already_lost:
      return "already_lost";
    case ReleaseOutcome::What::unknown:
      return "unknown";
    case ReleaseOutcome::What::kept:
      return "kept";
  }
  return "?";
}

}  // namespace leasehold
