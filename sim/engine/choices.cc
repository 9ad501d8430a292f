#include "sim/engine/choices.h"

namespace leasehold::sim {

const char* to_string(Site site) {
  switch (site) {
    case Site::acquire:
      return "acquire";
    case Site::renew:
      return "renew";
    case Site::release:
      return "release";
    case Site::abandon:
      return "abandon";
    case Site::wake:
      return "wake";
    case Site::draw:
      return "draw";
    case Site::write:
      return "write";
  }
  return "?";
}

const char* to_string(Purpose purpose) {
  switch (purpose) {
    case Purpose::request_delay:
      return "request_delay";
    case Purpose::answer_delay:
      return "answer_delay";
    case Purpose::request_loss:
      return "request_loss";
    case Purpose::answer_loss:
      return "answer_loss";
    case Purpose::duplicate:
      return "duplicate";
    case Purpose::late:
      return "late";
    case Purpose::value:
      return "value";
    case Purpose::request_tie:
      return "request_tie";
    case Purpose::answer_tie:
      return "answer_tie";
    case Purpose::wake_tie:
      return "wake_tie";
    case Purpose::error_before_effect:
      return "error_before_effect";
    case Purpose::error_after_effect:
      return "error_after_effect";
  }
  return "?";
}

}  // namespace leasehold::sim
