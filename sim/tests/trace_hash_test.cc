// The hash of a trace sees every bit of every field of an event.
#include <set>
#include <string>
#include <type_traits>
#include <vector>

#include <gtest/gtest.h>

#include "sim/trace/event.h"
#include "sim/trace/hash.h"

namespace leasehold::sim {
namespace {

Digest hash_of(const std::vector<Event>& events) {
  Hash128 hash;
  for (const Event& event : events) feed(hash, event);
  return hash.digest();
}

template <class Number>
Number flipped(Number number, int bit) {
  using Bits = std::make_unsigned_t<Number>;
  return static_cast<Number>(static_cast<Bits>(number) ^ (Bits{1} << bit));
}

// Changes one bit of a field after another: all the events that differ from `base` in one bit.
class Neighbours {
 public:
  explicit Neighbours(const Event& base) : event_(base) {
    // A field that is added to Event does not compile here until it is named below too.
    auto& [at, kind, process, key, call, detail, other, ordinal, term, value, owner, until] =
        event_;
    instant(at);
    enumeration(kind);
    number(process);
    number(key);
    enumeration(call);
    number(detail);
    number(other);
    number(ordinal);
    number(term);
    number(value);
    number(owner.high);
    number(owner.low);
    instant(until);
  }
  const std::vector<Event>& all() const { return all_; }

 private:
  template <class Field, class Change>
  void each_bit(Field& field, std::size_t bytes, const Change& change) {
    const Field before = field;
    for (int bit = 0; bit < static_cast<int>(8 * bytes); ++bit) {
      field = change(before, bit);
      all_.push_back(event_);
    }
    field = before;
  }
  template <class Number>
  void number(Number& field) {
    each_bit(field, sizeof field, flipped<Number>);
  }
  template <class Enum>
  void enumeration(Enum& field) {
    each_bit(field, sizeof field, [](Enum before, int bit) {
      return static_cast<Enum>(flipped(static_cast<std::underlying_type_t<Enum>>(before), bit));
    });
  }
  void instant(TrueTime& field) {
    each_bit(field, sizeof field,
             [](TrueTime before, int bit) { return TrueTime::at_ns(flipped(before.ns(), bit)); });
  }

  Event event_;
  std::vector<Event> all_;
};

void expect_each_bit_to_show(const Event& base) {
  std::set<Digest> digests{hash_of({base})};
  const Neighbours neighbours(base);
  EXPECT_EQ(neighbours.all().size(), 64U * 7 + 32 * 2 + 8 * 4);
  for (const Event& event : neighbours.all()) digests.insert(hash_of({event}));
  EXPECT_EQ(digests.size(), 1 + neighbours.all().size()) << "two events look alike";
}

TEST(TraceHash, ShowsEveryBitOfEveryFieldOfAnEmptyEvent) {
  expect_each_bit_to_show({.process = 0});
}

// With every bit set nothing could be seen of a field that is packed over another one.
TEST(TraceHash, ShowsEveryBitOfEveryFieldOfAFullEvent) {
  const std::uint64_t ones = ~std::uint64_t{0};
  expect_each_bit_to_show({.at = TrueTime::at_ns(-1),
                           .kind = static_cast<Event::Kind>(0xff),
                           .process = nobody,
                           .call = static_cast<core::Request::Kind>(0xff),
                           .detail = 0xff,
                           .other = 0xff,
                           .ordinal = ones,
                           .term = ones,
                           .value = ones,
                           .owner = {ones, ones},
                           .until = TrueTime::at_ns(-1)});
}

TEST(TraceHash, IsTheSameForTheSameEventsAndNotForAnotherOrderOrNumber) {
  const Event one{.process = 1, .term = 1};
  const Event two{.process = 2, .term = 2};
  const Digest digest = hash_of({one, two});
  EXPECT_EQ(hash_of({one, two}), digest);
  EXPECT_NE(hash_of({two, one}), digest);
  EXPECT_NE(hash_of({one}), digest);
  EXPECT_NE(hash_of({one, two, two}), digest);
}

TEST(EventKind, EveryKindHasANameOfItsOwn) {
  std::set<std::string> names;
  const int last = static_cast<int>(Event::Kind::wake_late);
  for (int kind = 0; kind <= last; ++kind) names.insert(to_string(static_cast<Event::Kind>(kind)));
  EXPECT_EQ(names.size(), static_cast<std::size_t>(last) + 1);
  EXPECT_FALSE(names.contains("?"));
}

}  // namespace
}  // namespace leasehold::sim
