// Feeds a plain value into any hash that takes 64-bit words: `append(sink, state)` is all it takes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <tuple>
#include <type_traits>

#include <leasehold/ids.h>
#include <leasehold/time.h>

namespace leasehold::core {

template <class T>
concept HasFields = requires(const T& value) {
  value.fields();
};

template <class Sink, class T>
requires std::is_integral_v<T> || std::is_enum_v<T>
void append(Sink& sink, T value) { sink.word(static_cast<std::uint64_t>(value)); }

template <class Sink, class C>
void append(Sink& sink, Instant<C> instant) {
  append(sink, instant.ns());
}

template <class Sink, class C>
void append(Sink& sink, Span<C> span) {
  append(sink, span.ns());
}

template <class Sink>
void append(Sink& sink, Length length) {
  append(sink, length.count());
}

template <class Sink, class Purpose>
void append(Sink& sink, const Id<Purpose>& id) {
  append(sink, id.high);
  append(sink, id.low);
}

// Declared here because what it holds may be of another namespace, where no look-up finds it later.
template <class Sink, class T>
void append(Sink& sink, const std::optional<T>& value);

template <class Sink, HasFields T>
void append(Sink& sink, const T& value) {
  std::apply([&sink](const auto&... field) { (append(sink, field), ...); }, value.fields());
}

template <class Sink, class T>
void append(Sink& sink, const std::optional<T>& value) {
  append(sink, value.has_value());
  if (value) append(sink, *value);
}

template <class Sink, class T, std::size_t size>
void append(Sink& sink, const std::array<T, size>& values) {
  for (const T& value : values) append(sink, value);
}

}  // namespace leasehold::core
