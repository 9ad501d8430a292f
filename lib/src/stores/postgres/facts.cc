#include "lib/src/stores/postgres/facts.h"

namespace leasehold::stores {
namespace {

Fact on_or(const std::string& name, const std::string& value, const std::string& wrong) {
  return {name, value, value == "on" ? "" : wrong};
}

// Who confirms a commit besides the primary; without anybody a promoted standby may have missed it.
Fact standbys(const std::string& names, std::int64_t connected) {
  if (!names.empty()) return {"synchronous_standby_names", names};
  if (connected == 0) return {"synchronous_standby_names", ""};
  return {
      "synchronous_standby_names", "",
      "none, and " + std::to_string(connected) +
          " standbys replicate asynchronously: one that is promoted may have forgotten the last "
          "grants; name them in synchronous_standby_names, or see that resources check fences"};
}

}  // namespace

std::vector<Fact> postgres_facts(Session& session, const std::string& schema,
                                 const Patience& patience) {
  // What only a superuser may see is null for others.
  const Rows rows = session.run_text(
      "SELECT current_setting('server_version'), current_setting('fsync'), "
      "current_setting('full_page_writes'), current_setting('synchronous_commit'), "
      "current_setting('synchronous_standby_names'), (SELECT count(*) FROM pg_stat_replication), "
      "m.layout, m.incarnation::text, current_setting('max_connections'), "
      "(SELECT count(*) FROM " +
          schema + ".record) FROM " + schema + ".meta m",
      patience);
  return {{"server", session.host()},
          {"database", session.database()},
          {"user", session.user()},
          {"encrypted", session.is_encrypted() ? "yes" : "no"},
          {"server_version", rows.text(0, 0)},
          on_or("fsync", rows.text(0, 1),
                "a crash of the server's machine forgets grants that were acknowledged: set it on"),
          on_or("full_page_writes", rows.text(0, 2),
                "a crash of the server's machine may damage the tables: set it on"),
          {"synchronous_commit", rows.text(0, 3)},
          standbys(rows.text(0, 4), rows.integer(0, 5)),
          {"max_connections", rows.text(0, 8)},
          {"schema", schema},
          {"layout", rows.text(0, 6)},
          {"incarnation", rows.id<Incarnation>(0, 7) ? to_string(rows.id<Incarnation>(0, 7)) : ""},
          {"records", rows.text(0, 9)}};
}

}  // namespace leasehold::stores
