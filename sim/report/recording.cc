#include "sim/report/recording.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <tuple>
#include <utility>

#include <nlohmann/json.hpp>

#include "sim/scenario/json_reader.h"
#include "sim/scenario/names.h"
#include "sim/trace/hash.h"

namespace leasehold::sim {
namespace {

using Json = nlohmann::ordered_json;
using Call = core::Request::Kind;

constexpr std::int64_t format = 1;

// The calls of the store stand first among the sites, in the order of Request::Kind.
const std::vector<std::string>& store_call_words() {
  static const std::vector<std::string> words{to_string(Site::acquire), to_string(Site::renew),
                                              to_string(Site::release), to_string(Site::abandon)};
  return words;
}

// A path may be no UTF-8: what can't be said in JSON is replaced.
void line(std::ostream& out, const Json& json) {
  out << json.dump(-1, ' ', false, Json::error_handler_t::replace) << "\n";
}

std::int64_t number(Object& object, const char* key) {
  if (!object.has(key)) return 0;
  return object.required(key).integer(std::numeric_limits<std::int64_t>::min(),
                                      std::numeric_limits<std::int64_t>::max());
}

std::uint64_t word(Object& object, const char* key) {
  return static_cast<std::uint64_t>(number(object, key));
}

std::uint8_t small(Object& object, const char* key) {
  if (!object.has(key)) return 0;
  return static_cast<std::uint8_t>(object.required(key).integer(0, 255));
}

Event read_event(const Value& value, const Cast& cast) {
  Object object(value);
  Event event;
  event.at = TrueTime::at_ns(object.required("at_ns").integer(0, INT64_MAX));
  event.kind = static_cast<Event::Kind>(object.required("kind").one_of(event_words()));
  if (object.has("process")) {
    event.process = static_cast<std::uint32_t>(object.required("process").one_of(cast.processes));
  }
  event.key = static_cast<std::uint32_t>(object.required("key").one_of(cast.keys));
  if (object.has("call")) {
    event.call = static_cast<Call>(object.required("call").one_of(store_call_words()));
  }
  event.ordinal = word(object, "ordinal");
  event.term = word(object, "term");
  event.value = word(object, "value");
  if (event.kind == Event::Kind::cloned && event.value >= cast.processes.size()) {
    object.required("value").refuse("the index of the process that is cloned");
  }
  event.detail = small(object, "detail");
  event.other = small(object, "other");
  if (object.has("owner")) {
    std::tie(event.owner.high, event.owner.low) = object.required("owner").halves();
  }
  event.until = TrueTime::at_ns(number(object, "until_ns"));
  object.done();
  return event;
}

Cast read_cast(Object& head) {
  Cast cast;
  for (const Value& item : head.required("processes").items()) {
    Object process(item);
    cast.processes.push_back(process.required("name").text());
    const std::size_t body = process.has("part_of")
                                 ? process.required("part_of").one_of(cast.processes)
                                 : cast.processes.size() - 1;
    cast.bodies.push_back(static_cast<std::uint32_t>(body));
    process.done();
  }
  for (const Value& item : head.required("keys").items()) cast.keys.push_back(item.text());
  return cast;
}

/// Takes lines one by one.
class Reader {
 public:
  void take(const std::string& text) {
    const nlohmann::json json = parse_strictly(text);
    const Value value(json, "");
    if (!value.is_object()) value.refuse("an object");
    if (!open_) return begin(value);
    if (json.contains("end")) return end(value);
    add(read_event(value, now_.cast));
  }

  std::vector<Recording> done() {
    if (open_) throw BadInput("", "the run has no end; the file is cut off, record it anew");
    return std::move(all_);
  }

 private:
  void begin(const Value& value) {
    Object head(value);
    head.required("leasehold_trace").integer(format, format);
    now_ = {};
    now_.file = head.required("file").text();
    now_.algorithm = head.required("algorithm").text();
    now_.cast = read_cast(head);
    head.done();
    hash_ = {};
    open_ = true;
  }

  void add(const Event& event) {
    feed(hash_, event);
    now_.events.push_back(event);
  }

  void end(const Value& value) {
    Object line(value);
    Object end(line.required("end"));
    const auto count = static_cast<std::int64_t>(now_.events.size());
    end.required("events").integer(count, count);
    const Value hash = end.required("hash");
    std::tie(now_.hash.high, now_.hash.low) = hash.halves();
    end.done();
    line.done();
    if (now_.hash != hash_.digest()) {
      hash.refuse("the hash of the events above, \"" + to_string(hash_.digest()) +
                  "\"; the file was changed");
    }
    all_.push_back(std::move(now_));
    open_ = false;
  }

  std::vector<Recording> all_;
  Recording now_;
  Hash128 hash_;
  bool open_ = false;
};

}  // namespace

Recording recording_of(const Scenario& scenario, const std::string& file,
                       const std::string& algorithm, Run run) {
  return {file, algorithm, Cast(scenario), std::move(run.trace), run.hash};
}

const std::vector<std::string>& event_fields() {
  static const std::vector<std::string> fields{"at_ns",  "kind",    "process", "key",
                                               "call",   "ordinal", "term",    "value",
                                               "detail", "other",   "owner",   "until_ns"};
  return fields;
}

Json json_of(const Event& event, const Cast& cast) {
  Json json{{"at_ns", event.at.ns()}, {"kind", to_string(event.kind)}};
  if (event.process != nobody) json["process"] = cast.processes.at(event.process);
  json["key"] = cast.keys.at(event.key);
  const auto call = static_cast<std::size_t>(event.call);
  if (event.kind == Event::Kind::applied || event.call != Call::acquire || event.ordinal != 0) {
    json["call"] = store_call_words().at(call);
  }
  const auto put = [&json](const char* key, std::int64_t value) {
    if (value != 0) json[key] = value;
  };
  put("ordinal", static_cast<std::int64_t>(event.ordinal));
  put("term", static_cast<std::int64_t>(event.term));
  put("value", static_cast<std::int64_t>(event.value));
  put("detail", event.detail);
  put("other", event.other);
  if (event.owner) json["owner"] = to_string(event.owner);
  put("until_ns", event.until.ns());
  return json;
}

void write_recording(std::ostream& out, const Recording& recording) {
  const Cast& cast = recording.cast;
  Json processes = Json::array();
  for (std::size_t process = 0; process < cast.processes.size(); ++process) {
    Json entry{{"name", cast.processes[process]}};
    const std::uint32_t body = cast.bodies.at(process);
    if (body != process) entry["part_of"] = cast.processes.at(body);
    processes.push_back(std::move(entry));
  }
  line(out, {{"leasehold_trace", format},
             {"file", recording.file},
             {"algorithm", recording.algorithm},
             {"processes", processes},
             {"keys", cast.keys}});
  for (const Event& event : recording.events) line(out, json_of(event, cast));
  line(out, {{"end", {{"events", recording.events.size()}, {"hash", to_string(recording.hash)}}}});
}

Result<std::vector<Recording>> read_recordings(const std::string& head, std::istream& rest,
                                               const std::string& where) {
  std::size_t number_of_line = 0;
  try {
    Reader reader;
    std::string text;
    while (std::getline(rest, text)) {
      ++number_of_line;
      if (number_of_line == 1) text.insert(0, head);
      reader.take(text);
    }
    return reader.done();
  } catch (const BadInput& bad) {
    return Error{Errc::misuse, where + ":" + std::to_string(number_of_line) + ": " + bad.what()};
  }
}

}  // namespace leasehold::sim
