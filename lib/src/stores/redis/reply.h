// What is said to a Redis server and what it answers, as values.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct redisReader;

namespace leasehold::stores::redis {

/// A command and its arguments, in bytes.
using Words = std::vector<std::string>;

/// The bytes of a command on the wire.
std::string on_the_wire(const Words& words);

struct Reply {
  enum class Kind { nil, text, integer, list, error };
  Kind kind = Kind::nil;
  /// Of a text, a status or an error.
  std::string text;
  std::int64_t integer = 0;
  std::vector<Reply> items;

  /// The item at `index`; nil if there is none.
  const Reply& at(std::size_t index) const;
  /// The text of the item at `index`; empty if it is none.
  const std::string& text_at(std::size_t index) const;
};

/// Puts replies together from the bytes that come.
class ReplyReader {
 public:
  ReplyReader();
  /// More bytes came.
  void feed(std::string_view bytes);
  /// The next reply, if all of it is there. Throws `Failure` (`unknown`) if the bytes are none.
  std::optional<Reply> next();

 private:
  struct Free {
    void operator()(redisReader* reader) const;
  };
  std::unique_ptr<redisReader, Free> reader_;
};

}  // namespace leasehold::stores::redis
