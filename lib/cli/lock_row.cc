#include "lib/cli/lock_row.h"

#include <array>
#include <chrono>
#include <cstdio>
#include <utility>

#include <leasehold/timing.h>
#include "lib/src/text/json_text.h"

namespace leasehold::cli {
namespace {

using namespace std::chrono_literals;

std::int64_t whole_ms(Length length) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(length).count();
}

LockRow::State state_of(const RecordView& record) {
  if (!record.owner || record.over.value_or(false)) return LockRow::State::free;
  return record.over ? LockRow::State::held : LockRow::State::unclear;
}

}  // namespace

const char* to_string(LockRow::State state) {
  switch (state) {
    case LockRow::State::free:
      return "free";
    case LockRow::State::held:
      return "held";
    case LockRow::State::unclear:
      return "unclear";
  }
  return "?";
}

Result<LockRow> look_at(Store& store, const std::string& key) {
  auto answered = store.inspect(key);
  if (!answered) return answered.error();
  LockRow row{.key = key, .incarnation = answered->incarnation, .record = {}, .holder = {}};
  if (!answered->answer) return row;
  row.record = *std::move(answered->answer);
  row.state = state_of(row.record);
  row.holder = holder_of(row.record.info);
  return row;
}

std::string json(const LockRow& row) {
  const RecordView& record = row.record;
  const auto pid = row.holder.pid ? std::optional<std::int64_t>(*row.holder.pid) : std::nullopt;
  const auto left = record.left ? std::optional(whole_ms(*record.left)) : std::nullopt;
  return JsonObject()
      .add("key", row.key)
      .add("state", to_string(row.state))
      .add("term", record.term)
      .add("holder", row.holder.name)
      .add("host", row.holder.host)
      .add("pid", pid)
      .add("since", row.holder.since)
      .add("left_ms", left)
      .add("lease_ms", std::optional(whole_ms(record.lease)))
      .add("version", record.version)
      .add("renewals", record.seq)
      .add("authority", leasehold::to_string(record.authority))
      .add("domain", record.domain)
      .add("incarnation", leasehold::to_string(row.incarnation))
      .text();
}

std::string readable(Length length) {
  std::array<char, 32> text{};
  const std::int64_t tenths = length / 100ms;
  if (length >= 1min) {
    std::snprintf(text.data(), text.size(), "%lds", static_cast<long>(length / 1s));
  } else {
    std::snprintf(text.data(), text.size(), "%ld.%lds", static_cast<long>(tenths / 10),
                  static_cast<long>(tenths % 10));
  }
  return text.data();
}

}  // namespace leasehold::cli
