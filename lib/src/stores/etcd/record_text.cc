#include "lib/src/stores/etcd/record_text.h"

#include <charconv>
#include <string_view>

#include "lib/src/stores/etcd/failure.h"
#include "lib/src/stores/etcd/json.h"
#include "lib/src/text/utf8.h"

namespace leasehold::stores {
namespace {

constexpr std::uint64_t format = 1;

[[noreturn]] void damaged(const char* name) {
  throw EtcdFailure(Errc::misuse,
                    std::string("the value of the key is no record of leasehold, see \"") + name +
                        "\": somebody else writes under this prefix, give the url another one");
}

std::uint64_t number(const Json& record, const char* name) {
  const std::string digits = text_of(record, name);
  std::uint64_t value = 0;
  const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (problem != std::errc() || end != digits.data() + digits.size()) damaged(name);
  return value;
}

template <class AnyId>
AnyId id(const Json& record, const char* name) {
  const std::string digits = text_of(record, name);
  AnyId value;
  if (digits.empty()) return value;
  const char* const half = digits.data() + digits.size() / 2;
  const char* const end = digits.data() + digits.size();
  const auto high = std::from_chars(digits.data(), half, value.high, 16);
  const auto low = std::from_chars(half, end, value.low, 16);
  if (digits.size() != 32 || high.ptr != half || low.ptr != end) damaged(name);
  return value;
}

template <class AnyId>
std::string text(const AnyId& id) {
  return id ? to_string(id) : std::string();
}

Authority authority(const Json& record) {
  const std::string name = text_of(record, "authority");
  for (const Authority one : {Authority::host_clock, Authority::store_clock, Authority::wall_clock,
                              Authority::observation}) {
    if (name == to_string(one)) return one;
  }
  damaged("authority");
}

bool is_utf8(std::string_view bytes) {
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t length = utf8_sequence(bytes, at);
    if (length == 0) return false;
    at += length;
  }
  return true;
}

}  // namespace

std::string etcd_text_of(const Record& record) {
  Json text_form{{"format", format},
                 {"version", std::to_string(record.version)},
                 {"term", std::to_string(record.term)},
                 {"owner", text(record.owner)},
                 {"last_owner", text(record.last_owner)},
                 {"lease_ns", std::to_string(record.lease.count())},
                 {"authority", to_string(record.authority)},
                 {"domain", record.domain},
                 {"seq", std::to_string(record.seq)},
                 {"renew_id", text(record.renew_id)}};
  const bool plain = is_utf8(record.info);
  text_form[plain ? "info" : "info_base64"] = plain ? record.info : base64(record.info);
  return text_form.dump();
}

Record etcd_record_of(const std::string& text) {
  Record record;
  if (text.empty()) return record;
  const Json read = Json::parse(text, nullptr, false);
  const std::uint64_t found = number_of(read, "format");
  if (found > format) {
    throw EtcdFailure(Errc::misuse, "the record's format " + std::to_string(found) +
                                        " is newer than this program knows: use a newer one");
  }
  if (found == 0) damaged("format");
  record.version = number(read, "version");
  record.term = number(read, "term");
  record.owner = id<OwnerId>(read, "owner");
  record.last_owner = id<OwnerId>(read, "last_owner");
  record.lease = Length(static_cast<std::int64_t>(number(read, "lease_ns")));
  record.authority = authority(read);
  record.domain = text_of(read, "domain");
  record.seq = number(read, "seq");
  record.renew_id = id<RenewId>(read, "renew_id");
  const bool plain = read.contains("info");
  record.info = plain ? text_of(read, "info") : from_base64(text_of(read, "info_base64"));
  if (record.lease < Length::zero() || record.lease > longest_length) damaged("lease_ns");
  return record;
}

}  // namespace leasehold::stores
