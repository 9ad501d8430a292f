#include "sim/world/resource.h"

namespace leasehold::sim {

Event Resource::event_of(const Write& write, Event::Kind kind) {
  return {.kind = kind,
          .process = write.process,
          .ordinal = write.ordinal,
          .term = write.tenure.term,
          .owner = write.tenure.owner};
}

void Resource::send(std::uint32_t process, const core::TenureId& tenure, std::uint64_t digest) {
  const Write write{process, ++sent_[process], tenure, digest};
  const auto choose = [&](Purpose purpose) {
    return kernel_.chooser.choose({process, Site::write, write.ordinal, purpose});
  };
  kernel_.record(event_of(write, Event::Kind::write_sent));
  const TrueTime at_best = kernel_.now + on<TrueClock>(kernel_.scenario.request_way);
  const TrueTime comes =
      kernel_.put_off(at_best, at_best + Span<TrueClock>::ns(choose(Purpose::request_delay)),
                      FaultKind::request_delay);
  const std::int64_t copy_after = choose(Purpose::duplicate);
  if (copy_after > 0) {
    kernel_.record(event_of(write, Event::Kind::write_doubled));
    plan(write,
         kernel_.put_off(at_best, comes + Span<TrueClock>::ns(copy_after), FaultKind::duplicate));
  }
  if (choose(Purpose::request_loss) != 0) {
    kernel_.record(event_of(write, Event::Kind::write_lost));
  } else {
    plan(write, comes);
  }
}

void Resource::plan(const Write& write, TrueTime at) {
  const auto tie =
      kernel_.chooser.choose({write.process, Site::write, write.ordinal, Purpose::request_tie});
  writes_.push_back(write);
  kernel_.plan(at,
               {.kind = Task::Kind::write_comes,
                .process = write.process,
                .index = static_cast<std::uint32_t>(writes_.size() - 1)},
               static_cast<std::uint32_t>(tie));
}

void Resource::on_write(std::uint32_t index) {
  const Write& write = writes_[index];
  Event came = event_of(write, Event::Kind::write_came);
  FenceRule& fence = fences_[kernel_.keys.of[write.process]];
  came.detail = fence.admit(write.tenure.term, write.digest) ? 1 : 0;
  kernel_.record(came);
}

}  // namespace leasehold::sim
