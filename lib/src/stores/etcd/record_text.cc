#include "lib/src/stores/etcd/record_text.h"

#include <charconv>
#include <string_view>

#include "lib/src/stores/etcd/failure.h"
#include "lib/src/stores/etcd/json.h"
#include "lib/src/text/json_text.h"
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

Authority authority(const Json& record) {
  if (!record.contains("authority")) return Authority::observation;
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
  JsonObject object;
  object.add("format", format)
      .add("version", std::to_string(record.version))
      .add("term", std::to_string(record.term));
  if (record.owner) object.add("owner", to_string(record.owner));
  if (record.last_owner) object.add("last_owner", to_string(record.last_owner));
  object.add("lease_ns", std::to_string(record.lease.count()));
  if (record.authority != Authority::observation) {
    object.add("authority", to_string(record.authority));
  }
  if (record.domain != etcd_domain) object.add("domain", record.domain);
  if (record.seq != 0) object.add("seq", std::to_string(record.seq));
  if (record.renew_id) object.add("renew_id", to_string(record.renew_id));
  const bool plain = is_utf8(record.info);
  object.add(plain ? "info" : "info_base64", plain ? record.info : base64(record.info));
  return object.text();
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
  record.domain = read.contains("domain") ? text_of(read, "domain") : etcd_domain;
  record.seq = read.contains("seq") ? number(read, "seq") : 0;
  record.renew_id = id<RenewId>(read, "renew_id");
  const bool plain = read.contains("info");
  record.info = plain ? text_of(read, "info") : from_base64(text_of(read, "info_base64"));
  if (record.lease < Length::zero() || record.lease > longest_length) damaged("lease_ns");
  return record;
}

}  // namespace leasehold::stores
