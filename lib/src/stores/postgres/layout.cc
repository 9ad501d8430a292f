#include "lib/src/stores/postgres/layout.h"

#include "lib/src/stores/postgres/failure.h"
#include "lib/src/stores/postgres/functions.h"

namespace leasehold::stores {
namespace {

// Every row keeps its key for ever. Only the key is indexed and pages are left half empty, so that
// renewals are heap-only updates, whose old versions go when the page is next read.
constexpr const char* tables = R"sql(
CREATE TABLE @S@.meta(
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  layout integer NOT NULL,
  incarnation uuid NOT NULL
);
CREATE TABLE @S@.record(
  key bytea PRIMARY KEY,
  version bigint NOT NULL,
  term bigint NOT NULL,
  owner uuid,
  last_owner uuid,
  lease_us bigint NOT NULL,
  expires_at_us bigint,
  seq bigint NOT NULL,
  renew_id uuid,
  info bytea NOT NULL
) WITH (fillfactor = 50);
COMMENT ON TABLE @S@.record IS 'Leases of Leasehold: written by its functions alone';
)sql";

// The functions are dropped with what they are made of, in whatever version they are.
constexpr const char* drop = R"sql(
DROP TABLE IF EXISTS @S@.meta CASCADE;
DROP TABLE IF EXISTS @S@.record CASCADE;
)sql";

constexpr const char* functions[] = {"acquire_1", "renew_1", "release_1", "abandon_1",
                                     "now_us_1",  "over_1",  "bell_1",    "ring_1"};

std::string filled(std::string text, const std::string& schema, const Incarnation& incarnation) {
  const auto replace = [&text](const std::string& what, const std::string& by) {
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
      text.replace(at, what.size(), by);
    }
  };
  replace("@S@", schema);
  replace("@I@", to_string(incarnation));
  return text;
}

struct Found {
  bool schema = false;
  bool tables = false;
  bool functions = false;
};

Found look(Session& session, const std::string& schema, const Patience& patience) {
  std::string names;
  for (const char* const one : functions)
    names += std::string(names.empty() ? "'" : ", '") + one + "'";
  // By the catalogue: a name is looked up there without any right to what it names.
  const Rows rows = session.run_text(
      "SELECT EXISTS (SELECT FROM pg_namespace WHERE nspname = '" + schema +
          "'), (SELECT count(*) FROM pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace "
          "WHERE s.nspname = '" +
          schema +
          "' AND c.relname IN ('meta', 'record') AND c.relkind = 'r') = 2, "
          "(SELECT count(DISTINCT p.proname) FROM pg_proc p JOIN pg_namespace s ON s.oid = "
          "p.pronamespace WHERE s.nspname = '" +
          schema + "' AND p.proname IN (" + names + ")) = " + std::to_string(std::size(functions)),
      patience);
  return {rows.boolean(0, 0), rows.boolean(0, 1), rows.boolean(0, 2)};
}

struct Meta {
  std::int64_t layout = 0;
  Incarnation incarnation;
};

Meta meta_of(Session& session, const std::string& schema, const Patience& patience) {
  const Rows rows =
      session.run_text("SELECT layout, incarnation FROM " + schema + ".meta", patience);
  if (rows.size() != 1) {
    throw PostgresUnusable("the table " + schema +
                           ".meta is empty; restore it from a backup, or drop the schema " +
                           schema + " once nobody uses its locks");
  }
  const Meta meta{rows.integer(0, 0), rows.id<Incarnation>(0, 1)};
  if (meta.layout > postgres_layout) {
    throw PostgresUnusable("its layout " + std::to_string(meta.layout) + " is newer than the " +
                           std::to_string(postgres_layout) +
                           " that this program knows; update Leasehold here");
  }
  return meta;
}

}  // namespace

bool postgres_layout_is_there(Session& session, const std::string& schema,
                              const Patience& patience) {
  const Found found = look(session, schema, patience);
  if (found.tables) meta_of(session, schema, patience);
  return found.schema && found.tables && found.functions;
}

void make_postgres_layout(Session& session, const std::string& schema,
                          const Incarnation& incarnation, const Patience& patience) {
  session.run_text("BEGIN", patience);
  // Its number is that of the schema's name, and of nothing else in this database but by chance.
  session.run_text(
      "SELECT pg_advisory_xact_lock(hashtextextended('leasehold layout of " + schema + "', 0))",
      patience);
  const Found found = look(session, schema, patience);
  Incarnation made = incarnation;
  std::string sql;
  if (!found.schema) sql += "CREATE SCHEMA @S@;";
  if (found.tables) {
    made = meta_of(session, schema, patience).incarnation;
  } else {
    sql += std::string(drop) + tables + "INSERT INTO @S@.meta(layout, incarnation) VALUES (" +
           std::to_string(postgres_layout) + ", '@I@');";
  }
  if (!found.tables || !found.functions) sql += functions_sql();
  if (!sql.empty()) session.run_text(filled(sql, schema, made), patience);
  session.run_text("COMMIT", patience);
}

}  // namespace leasehold::stores
