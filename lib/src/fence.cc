#include <leasehold/fence.h>

namespace leasehold {
namespace {

std::uint64_t mixed(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15U;
  x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27U)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31U);
}

}  // namespace

std::uint64_t digest_of(const OwnerId& owner) { return mixed(mixed(owner.high) ^ owner.low); }

const char* to_string(FenceVerdict verdict) {
  switch (verdict) {
    case FenceVerdict::accepted:
      return "accepted";
    case FenceVerdict::refused:
      return "refused";
    case FenceVerdict::other_incarnation:
      return "other_incarnation";
  }
  return "?";
}

}  // namespace leasehold
