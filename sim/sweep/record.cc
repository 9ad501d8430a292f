#include "sim/sweep/record.h"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "sim/scenario/json_reader.h"
#include "sim/scenario/names.h"
#include "sim/scenario/read.h"

namespace leasehold::sim {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::int64_t format = 1;

struct CountField {
  const char* key;
  std::uint64_t Counts::*field;
};
constexpr CountField count_fields[] = {
    {"worlds", &Counts::worlds},           {"broken", &Counts::broken},
    {"hand_over", &Counts::hand_over},     {"contended", &Counts::contended},
    {"nobody_held", &Counts::nobody_held}, {"lossy", &Counts::lossy}};

// What never happened is left out.
template <class Kind, std::size_t size>
Json happened(const std::array<std::uint64_t, size>& counts) {
  Json json = Json::object();
  for (std::size_t index = 0; index < size; ++index) {
    if (counts[index] > 0) json[to_string(static_cast<Kind>(index))] = counts[index];
  }
  return json;
}

template <class Kind, std::size_t size>
void read_happened(const Value& value, std::uint64_t worlds,
                   std::array<std::uint64_t, size>& counts) {
  Object object(value);
  for (std::size_t index = 0; index < size; ++index) {
    const std::string key = to_string(static_cast<Kind>(index));
    if (!object.has(key)) continue;
    counts[index] = static_cast<std::uint64_t>(
        object.required(key).integer(1, static_cast<std::int64_t>(worlds)));
  }
  object.done();
}

std::string text_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

Seeds seeds_in(const Value& value) {
  const auto seeds = read_seeds(value.text());
  if (!seeds) value.refuse("\"FIRST..LAST\"");
  return *seeds;
}

Digest digest_in(const Value& value) {
  Digest digest;
  std::tie(digest.high, digest.low) = value.halves();
  return digest;
}

Authority authority_in(const Value& value) {
  return simulated_authorities().at(value.one_of(authority_words()));
}

std::vector<std::string> words_of(const std::vector<Authority>& authorities) {
  std::vector<std::string> words;
  words.reserve(authorities.size());
  for (const Authority authority : authorities) words.emplace_back(to_string(authority));
  return words;
}

Head read_head(const Value& value) {
  Object object(value);
  object.required("leasehold_sweep").integer(format, format);
  Head head;
  head.sweep.seeds = seeds_in(object.required("seeds"));
  head.sweep.profile = profile_words().at(object.required("profile").one_of(profile_words()));
  head.sweep.algorithm =
      algorithm_names().at(object.required("algorithm").one_of(algorithm_names()));
  for (const Value& item : object.required("authorities").items()) {
    head.sweep.authorities.push_back(authority_in(item));
  }
  head.probe = digest_in(object.required("probe"));
  object.done();
  return head;
}

Invariant invariant_in(const Value& value) {
  std::vector<std::string> words;
  for (const Invariant invariant : all_invariants) words.push_back(to_string(invariant));
  return all_invariants[value.one_of(words)];
}

Failure read_failure(const Value& value, const Seeds& seeds) {
  Object object(value);
  Failure failure;
  failure.invariant = invariant_in(object.required("invariant"));
  failure.signature = object.required("signature").text();
  failure.sentence = object.required("sentence").text();
  auto least = static_cast<std::int64_t>(seeds.first);
  const Value all = object.required("seeds");
  for (const Value& item : all.items()) {
    const std::int64_t seed = item.integer(least, static_cast<std::int64_t>(seeds.last));
    failure.seeds.push_back(static_cast<std::uint64_t>(seed));
    least = seed + 1;
  }
  if (failure.seeds.empty()) all.refuse("at least one seed");
  object.done();
  return failure;
}

ChunkRun read_chunk(const Value& value, const Sweep& sweep) {
  Object object(value);
  ChunkRun run;
  run.chunk.authority = authority_in(object.required("authority"));
  run.chunk.seeds = seeds_in(object.required("chunk"));
  if (!belongs(run.chunk, sweep)) {
    object.required("chunk").refuse("a chunk of seeds " + to_string(sweep.seeds) + " of " +
                                    std::to_string(chunk_size(sweep.seeds)) + " worlds");
  }
  const auto worlds = static_cast<std::int64_t>(run.chunk.seeds.count());
  for (const CountField& one : count_fields) {
    const bool all = one.field == &Counts::worlds;
    const std::int64_t count = object.required(one.key).integer(all ? worlds : 0, worlds);
    run.counts.*one.field = static_cast<std::uint64_t>(count);
  }
  run.counts.events = static_cast<std::uint64_t>(object.required("events").integer(0, INT64_MAX));
  run.digest = digest_in(object.required("digest"));
  read_happened<Mark>(object.required("marks"), run.counts.worlds, run.counts.marks);
  read_happened<FaultKind>(object.required("faults"), run.counts.worlds, run.counts.faults);
  if (object.has("failures")) {
    for (const Value& item : object.required("failures").items()) {
      run.failures.push_back(read_failure(item, run.chunk.seeds));
    }
  }
  object.done();
  return run;
}

void take_head(const Head& head, Record& record) {
  if (!record.head) record.head = head;
  const std::string why = difference(head, *record.head);
  if (!why.empty()) throw BadInput("", "of another sweep: " + why);
}

void take_chunk(ChunkRun run, Record& record) {
  const auto known = record.chunks.find(run.chunk);
  if (known == record.chunks.end()) {
    record.chunks.emplace(run.chunk, std::move(run));
  } else if (known->second != run) {
    throw BadInput("", "chunk " + to_string(run.chunk.seeds) + " of " +
                           to_string(run.chunk.authority) +
                           " came out otherwise before; accepted: files of one program");
  }
}

void take_line(const std::string& text, Record& record) {
  const nlohmann::json json = parse_strictly(text);
  const Value value(json, "");
  if (json.is_object() && json.contains("leasehold_sweep")) {
    return take_head(read_head(value), record);
  }
  if (!record.head) throw BadInput("", "the key \"leasehold_sweep\" is missing");
  take_chunk(read_chunk(value, record.head->sweep), record);
}

}  // namespace

std::string line_of(const Head& head) {
  return text_of({{"leasehold_sweep", format},
                  {"seeds", to_string(head.sweep.seeds)},
                  {"profile", head.sweep.profile},
                  {"algorithm", head.sweep.algorithm},
                  {"authorities", words_of(head.sweep.authorities)},
                  {"probe", to_string(head.probe)}});
}

std::string line_of(const ChunkRun& run) {
  Json json{{"authority", to_string(run.chunk.authority)}, {"chunk", to_string(run.chunk.seeds)}};
  for (const CountField& one : count_fields) json[one.key] = run.counts.*one.field;
  json["events"] = run.counts.events;
  json["digest"] = to_string(run.digest);
  json["marks"] = happened<Mark>(run.counts.marks);
  json["faults"] = happened<FaultKind>(run.counts.faults);
  for (const Failure& failure : run.failures) {
    json["failures"].push_back({{"invariant", to_string(failure.invariant)},
                                {"signature", failure.signature},
                                {"sentence", failure.sentence},
                                {"seeds", failure.seeds}});
  }
  return text_of(json);
}

Result<Record> read_record(std::istream& in, const std::string& where, Record record) {
  std::size_t number = 0;
  record.whole = 0;
  try {
    std::string text;
    while (std::getline(in, text)) {
      // The end of the file came before that of the line.
      if (in.eof()) break;
      ++number;
      take_line(text, record);
      record.whole += text.size() + 1;
    }
  } catch (const BadInput& bad) {
    return Error{Errc::misuse, where + ":" + std::to_string(number) + ": " +
                                   (record.head ? "" : "no record of a sweep: ") + bad.what()};
  }
  return record;
}

std::string difference(const Head& found, const Head& wanted) {
  const auto differ = [](const std::string& what, const std::string& a, const std::string& b) {
    return what + ": found \"" + a + "\", wanted \"" + b + "\"";
  };
  const auto joined = [](const std::vector<Authority>& authorities) {
    std::string text;
    for (const Authority one : authorities)
      text += (text.empty() ? "" : ",") + std::string(to_string(one));
    return text;
  };
  const Sweep& a = found.sweep;
  const Sweep& b = wanted.sweep;
  if (a.seeds != b.seeds) return differ("seeds", to_string(a.seeds), to_string(b.seeds));
  if (a.profile != b.profile) return differ("profile", a.profile, b.profile);
  if (a.algorithm != b.algorithm) return differ("algorithm", a.algorithm, b.algorithm);
  if (a.authorities != b.authorities) {
    return differ("authority", joined(a.authorities), joined(b.authorities));
  }
  if (found.probe != wanted.probe) return "worlds come out otherwise under another build";
  return {};
}

}  // namespace leasehold::sim
