#include "lib/src/stores/postgres/functions.h"

namespace leasehold::stores {
namespace {

// Functions rather than statements, because a request is a few conditions in a row and must be one
// round trip; and because a statement can't read the time after it has waited for a row.
//
// The rule to know: each answers as the function of its name in record.h, and `now` is read after
// the row was locked (or, for an answer that changes nothing, after it was read). So no other step
// comes between the time and what is decided by it; where nothing is, see `acquire`. Times are
// whole microseconds of the server's clock, which is its resolution; lengths come rounded up to
// such.
//
// Names end in the layout's number, so that programs of two versions can share a database.

// Replaced by tests, to move time by hand.
constexpr const char* now = R"sql(
CREATE OR REPLACE FUNCTION @S@.now_us_1() RETURNS bigint LANGUAGE sql VOLATILE AS $body$
  SELECT (extract(epoch FROM pg_catalog.clock_timestamp()) * 1000000)::bigint
$body$;
)sql";

// What `over` in record.h says: null if the expiry is further ahead than a lease reaches.
constexpr const char* over = R"sql(
CREATE OR REPLACE FUNCTION @S@.over_1(expires_at_us bigint, lease_us bigint, now_us bigint)
RETURNS boolean LANGUAGE sql IMMUTABLE AS $body$
  SELECT CASE WHEN expires_at_us <= now_us + lease_us + 1 THEN now_us > expires_at_us END
$body$;
)sql";

// Wake-ups. Whoever waits for a key holds a shared advisory lock of that number and listens to the
// channel that is named by it. To notify serializes commits in the whole database, so it is done
// only if somebody does wait: then the exclusive lock can't be had.
constexpr const char* bells = R"sql(
CREATE OR REPLACE FUNCTION @S@.bell_1(a_key bytea) RETURNS bigint LANGUAGE sql IMMUTABLE AS $body$
  SELECT pg_catalog.hashtextextended('@S@ ' || pg_catalog.encode(a_key, 'hex'), 0)
$body$;
CREATE OR REPLACE FUNCTION @S@.ring_1(a_key bytea) RETURNS void LANGUAGE plpgsql VOLATILE AS $body$
BEGIN
  PERFORM pg_catalog.pg_notify('leasehold_' || pg_catalog.to_hex(@S@.bell_1(a_key)), '');
END
$body$;
)sql";

// A key that is free is asked for and taken by one update, without a look before: whoever waits for
// its row reads the time before that wait, but no answer hangs on it but the expiry, which is
// counted from a moment after the request was sent, as always, and at worst is early.
//
// Else the first look locks nothing: most tries of those that wait are answered by it, and disturb
// no writer. Each expression of a function is set up anew in each transaction, so there are few on
// the way of the first.
constexpr const char* acquire = R"sql(
CREATE OR REPLACE FUNCTION @S@.acquire_1(
  a_key bytea, a_owner uuid, a_term bigint, a_lease_us bigint, a_info bytea, a_unchanged bigint,
  a_delay_us bigint,
  OUT kind text, OUT incarnation uuid, OUT term bigint, OUT version bigint, OUT expires_at_us bigint,
  OUT previous text, OUT previous_owner uuid, OUT lease_us bigint, OUT info bytea
) LANGUAGE plpgsql VOLATILE AS $body$
DECLARE
  r @S@.record%ROWTYPE;
  now_us bigint;
  is_over boolean;
  fresh bigint;
BEGIN
  UPDATE @S@.record t
    SET version = t.version + 1, term = t.term + 1, owner = a_owner, lease_us = a_lease_us,
        expires_at_us = @S@.now_us_1() + a_lease_us, seq = 0, renew_id = NULL, info = a_info
    WHERE t.key = a_key AND t.owner IS NULL AND t.term = a_term
    RETURNING 'granted', '@I@'::uuid, t.term, t.version, t.expires_at_us,
              CASE WHEN t.last_owner IS NULL THEN 'never' ELSE 'released' END, t.last_owner
    INTO kind, incarnation, term, version, expires_at_us, previous, previous_owner;
  IF kind IS NOT NULL THEN
    RETURN;
  END IF;
  incarnation := '@I@';
  FOR look IN 1..4 LOOP
    IF look = 1 THEN
      SELECT * INTO r FROM @S@.record t WHERE t.key = a_key;
    ELSE
      SELECT * INTO r FROM @S@.record t WHERE t.key = a_key FOR UPDATE;
    END IF;
    now_us := @S@.now_us_1();
    IF r.key IS NULL THEN
      IF a_term <> 0 THEN
        kind := 'moved';
        term := 0;
        RETURN;
      END IF;
      INSERT INTO @S@.record AS t (key, version, term, owner, lease_us, expires_at_us, seq, info)
        VALUES (a_key, 1, 1, a_owner, a_lease_us, now_us + a_lease_us, 0, a_info)
        ON CONFLICT DO NOTHING
        RETURNING 'granted', t.term, t.version, t.expires_at_us, 'never'
        INTO kind, term, version, expires_at_us, previous;
      EXIT WHEN kind IS NOT NULL;
      CONTINUE;
    END IF;
    is_over := @S@.over_1(r.expires_at_us, r.lease_us, now_us);
    IF r.owner = a_owner AND is_over IS NOT TRUE THEN
      CONTINUE WHEN look = 1;
      fresh := now_us + r.lease_us;
      UPDATE @S@.record t
        SET version = t.version + 1,
            expires_at_us = greatest(coalesce(t.expires_at_us, fresh), fresh)
        WHERE t.key = a_key
        RETURNING 'granted', t.term, t.version, t.expires_at_us, 'own', t.last_owner
        INTO kind, term, version, expires_at_us, previous, previous_owner;
      IF is_over IS NULL THEN
        expires_at_us := fresh;
      END IF;
      RETURN;
    END IF;
    IF r.owner IS NOT NULL AND a_unchanged IS DISTINCT FROM r.version
       AND (is_over AND now_us > r.expires_at_us + a_delay_us) IS NOT TRUE THEN
      kind := 'busy';
      version := r.version;
      term := r.term;
      lease_us := r.lease_us;
      info := r.info;
      IF is_over IS NOT NULL THEN
        expires_at_us := r.expires_at_us + a_delay_us;
      END IF;
      RETURN;
    END IF;
    IF r.term <> a_term THEN
      kind := 'moved';
      term := r.term;
      RETURN;
    END IF;
    CONTINUE WHEN look = 1;
    previous := CASE WHEN r.owner IS NOT NULL THEN 'expired'
                     WHEN r.last_owner IS NOT NULL THEN 'released' ELSE 'never' END;
    UPDATE @S@.record t
      SET version = t.version + 1, term = t.term + 1, owner = a_owner,
          last_owner = coalesce(t.owner, t.last_owner), lease_us = a_lease_us,
          expires_at_us = now_us + a_lease_us, seq = 0, renew_id = NULL, info = a_info
      WHERE t.key = a_key
      RETURNING 'granted', t.term, t.version, t.expires_at_us, t.last_owner
      INTO kind, term, version, expires_at_us, previous_owner;
    RETURN;
  END LOOP;
  IF kind IS NULL THEN
    RAISE EXCEPTION 'the row of this key appeared and went, again and again'
      USING ERRCODE = 'serialization_failure';
  END IF;
END
$body$;
)sql";

// A batch is renewed by one statement as far as it is plain: for the rest, row by row as
// `stores::renew` has it. Rows are locked in the order of their keys, so that batches can't wait
// for each other in a circle; one that somebody else has locked is left to the second part, and if
// it stays so, fails alone. Not plain as a whole: a key is there twice.
constexpr const char* renew = R"sql(
CREATE OR REPLACE FUNCTION @S@.renew_1(
  a_keys bytea[], a_owners uuid[], a_terms bigint[], a_seqs bigint[], a_ids uuid[],
  a_leases_us bigint[], a_plain boolean
) RETURNS TABLE(
  n integer, incarnation uuid, kind text, term bigint, seq bigint, renew_id uuid,
  expires_at_us bigint, lease_us bigint, info bytea
) LANGUAGE plpgsql VOLATILE AS $body$
DECLARE
  locked integer[];
  done integer[] := '{}';
  now_us bigint;
  q record;
  r @S@.record%ROWTYPE;
  is_over boolean;
BEGIN
  incarnation := '@I@';
  IF a_plain THEN
    SELECT array_agg(l.n) INTO locked FROM (
      SELECT u.n::integer FROM unnest(a_keys) WITH ORDINALITY AS u(key, n)
        JOIN @S@.record t ON t.key = u.key
        ORDER BY t.key FOR UPDATE OF t SKIP LOCKED) AS l;
    now_us := @S@.now_us_1();
    WITH plain AS (
      UPDATE @S@.record t
        SET version = t.version + 1, seq = u.seq, renew_id = u.id,
            expires_at_us = now_us + t.lease_us
        FROM (SELECT i AS n, a_keys[i] AS key, a_owners[i] AS owner, a_terms[i] AS term,
                     a_seqs[i] AS seq, a_ids[i] AS id, a_leases_us[i] AS lease_us
              FROM unnest(locked) AS i) AS u
        WHERE t.key = u.key AND t.owner = u.owner AND t.term = u.term AND t.seq < u.seq
          AND t.lease_us = u.lease_us
          AND t.expires_at_us BETWEEN now_us AND now_us + t.lease_us
        RETURNING u.n)
    SELECT coalesce(array_agg(plain.n), '{}') INTO done FROM plain;
    kind := 'renewed';
    FOREACH n IN ARRAY done LOOP
      seq := a_seqs[n];
      expires_at_us := now_us + a_leases_us[n];
      RETURN NEXT;
    END LOOP;
    IF cardinality(done) = cardinality(a_keys) THEN
      RETURN;
    END IF;
  END IF;
  FOR q IN SELECT * FROM unnest(a_keys, a_owners, a_terms, a_seqs, a_ids, a_leases_us)
      WITH ORDINALITY AS u(key, owner, term, seq, id, lease_us, n)
      WHERE u.n <> ALL (done) ORDER BY u.n LOOP
    n := q.n;
    kind := NULL; term := NULL; seq := NULL; renew_id := NULL; expires_at_us := NULL;
    lease_us := NULL; info := NULL;
    BEGIN
      SELECT * INTO r FROM @S@.record t WHERE t.key = q.key FOR UPDATE;
    EXCEPTION WHEN lock_not_available THEN
      kind := 'locked';
    END;
    IF kind IS NOT NULL THEN
      RETURN NEXT;
      CONTINUE;
    END IF;
    now_us := @S@.now_us_1();
    is_over := @S@.over_1(r.expires_at_us, r.lease_us, now_us);
    term := coalesce(r.term, 0);
    info := coalesce(r.info, '');
    IF r.key IS NULL OR r.owner IS NULL THEN
      kind := 'free';
    ELSIF r.owner <> q.owner OR r.term <> q.term THEN
      kind := 'superseded';
    ELSIF is_over THEN
      kind := 'over';
    ELSIF r.lease_us <> q.lease_us THEN
      kind := 'other_lease';
      lease_us := r.lease_us;
    ELSIF q.seq <= r.seq THEN
      kind := 'stale';
      seq := r.seq;
      renew_id := r.renew_id;
    ELSE
      kind := 'renewed';
      UPDATE @S@.record t
        SET version = t.version + 1, seq = q.seq, renew_id = q.id,
            expires_at_us = greatest(coalesce(t.expires_at_us, now_us + t.lease_us),
                                     now_us + t.lease_us)
        WHERE t.key = q.key
        RETURNING t.seq, t.expires_at_us INTO seq, expires_at_us;
      -- An old expiry that is not believed stays, but is not handed out.
      IF is_over IS NULL THEN
        expires_at_us := now_us + r.lease_us;
      END IF;
    END IF;
    RETURN NEXT;
  END LOOP;
END
$body$;
)sql";

constexpr const char* release = R"sql(
CREATE OR REPLACE FUNCTION @S@.release_1(
  a_key bytea, a_owner uuid, a_term bigint,
  OUT kind text, OUT incarnation uuid, OUT term bigint, OUT info bytea
) LANGUAGE plpgsql VOLATILE AS $body$
BEGIN
  UPDATE @S@.record t
    SET version = t.version + 1, last_owner = t.owner, owner = NULL, expires_at_us = NULL
    WHERE t.key = a_key AND t.owner = a_owner AND t.term = a_term
    RETURNING 'released', '@I@'::uuid INTO kind, incarnation;
  IF kind IS NOT NULL THEN
    IF NOT pg_catalog.pg_try_advisory_xact_lock(@S@.bell_1(a_key)) THEN
      PERFORM @S@.ring_1(a_key);
    END IF;
    RETURN;
  END IF;
  incarnation := '@I@';
  SELECT CASE WHEN t.owner IS NULL THEN 'free' ELSE 'superseded' END, t.term, t.info
    INTO kind, term, info FROM @S@.record t WHERE t.key = a_key;
  IF kind IS NULL THEN
    kind := 'free';
    term := 0;
    info := '';
  END IF;
END
$body$;
)sql";

constexpr const char* abandon = R"sql(
CREATE OR REPLACE FUNCTION @S@.abandon_1(
  a_key bytea, a_owner uuid, a_term bigint, OUT settled boolean, OUT incarnation uuid
) LANGUAGE plpgsql VOLATILE AS $body$
DECLARE
  r @S@.record%ROWTYPE;
BEGIN
  incarnation := '@I@';
  settled := true;
  FOR look IN 1..3 LOOP
    SELECT * INTO r FROM @S@.record t WHERE t.key = a_key FOR UPDATE;
    EXIT WHEN r.key IS NOT NULL;
    -- Never acquired: what expected another term than 0 is dead already.
    IF a_term <> 0 THEN
      RETURN;
    END IF;
    INSERT INTO @S@.record (key, version, term, lease_us, seq, info)
      VALUES (a_key, 1, 1, 0, 0, '') ON CONFLICT DO NOTHING;
    IF FOUND THEN
      RETURN;
    END IF;
  END LOOP;
  IF r.owner = a_owner THEN
    UPDATE @S@.record t
      SET version = t.version + 1, last_owner = t.owner, owner = NULL, expires_at_us = NULL
      WHERE t.key = a_key;
    IF NOT pg_catalog.pg_try_advisory_xact_lock(@S@.bell_1(a_key)) THEN
      PERFORM @S@.ring_1(a_key);
    END IF;
  ELSIF r.term = a_term THEN
    IF r.owner IS NOT NULL THEN
      settled := false;
    ELSE
      UPDATE @S@.record t SET version = t.version + 1, term = t.term + 1 WHERE t.key = a_key;
    END IF;
  END IF;
END
$body$;
)sql";

}  // namespace

std::string functions_sql() {
  std::string sql;
  for (const char* const one : {now, over, bells, acquire, renew, release, abandon}) {
    sql += one;
  }
  return sql;
}

}  // namespace leasehold::stores
