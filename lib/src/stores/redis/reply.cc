#include "lib/src/stores/redis/reply.h"

#include <cstddef>
#include <new>

#include <hiredis/hiredis.h>

#include "lib/src/stores/redis/failure.h"

namespace leasehold::stores::redis {
namespace {

struct FreeReply {
  void operator()(redisReply* reply) const { freeReplyObject(reply); }
};

Reply copied(const redisReply& from) {
  Reply reply;
  switch (from.type) {
    case REDIS_REPLY_STRING:
    case REDIS_REPLY_STATUS:
      reply.kind = Reply::Kind::text;
      reply.text.assign(from.str, static_cast<std::size_t>(from.len));
      return reply;
    case REDIS_REPLY_ERROR:
      reply.kind = Reply::Kind::error;
      reply.text.assign(from.str, static_cast<std::size_t>(from.len));
      return reply;
    case REDIS_REPLY_INTEGER:
      reply.kind = Reply::Kind::integer;
      reply.integer = from.integer;
      return reply;
    case REDIS_REPLY_ARRAY:
      reply.kind = Reply::Kind::list;
      reply.items.reserve(from.elements);
      for (std::size_t i = 0; i < from.elements; ++i) {
        reply.items.push_back(copied(*from.element[i]));
      }
      return reply;
    default:
      return reply;
  }
}

}  // namespace

// Not by hiredis, which prints the length of each word and has it copied once more.
std::string on_the_wire(const Words& words) {
  std::size_t size = 16;
  for (const std::string& word : words) size += word.size() + 16;
  std::string bytes;
  bytes.reserve(size);
  bytes += '*' + std::to_string(words.size()) + "\r\n";
  for (const std::string& word : words) {
    bytes += '$';
    bytes += std::to_string(word.size());
    bytes += "\r\n";
    bytes += word;
    bytes += "\r\n";
  }
  return bytes;
}

const Reply& Reply::at(std::size_t index) const {
  static const Reply none;
  return index < items.size() ? items[index] : none;
}

const std::string& Reply::text_at(std::size_t index) const { return at(index).text; }

void ReplyReader::Free::operator()(redisReader* reader) const { redisReaderFree(reader); }

ReplyReader::ReplyReader() : reader_(redisReaderCreate()) {
  if (!reader_) throw std::bad_alloc();
}

void ReplyReader::feed(std::string_view bytes) {
  redisReaderFeed(reader_.get(), bytes.data(), bytes.size());
}

std::optional<Reply> ReplyReader::next() {
  void* whole = nullptr;
  if (redisReaderGetReply(reader_.get(), &whole) != REDIS_OK) {
    throw Failure(Errc::unknown, std::string("it answers what is no reply of Redis (") +
                                     reader_->errstr +
                                     "); name the host and port of a Redis server without TLS");
  }
  if (whole == nullptr) return std::nullopt;
  const std::unique_ptr<redisReply, FreeReply> reply(static_cast<redisReply*>(whole));
  return copied(*reply);
}

}  // namespace leasehold::stores::redis
