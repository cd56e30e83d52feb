"""The statements that write the large desk: a step's cases are drawn first, and all rows come of that."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from cases.models import Case, CaseMilestone
from tests.bench.crowd import columns_of

FIRST_NUMBER = 1_000_000

FUNCTIONS = """
CREATE FUNCTION pg_temp.worked(minutes float8) RETURNS interval LANGUAGE sql IMMUTABLE AS
  $$ SELECT (minutes + 960 * floor(minutes / 480)) * interval '1 minute' $$;
CREATE FUNCTION pg_temp.said(words text[], how_many int, n bigint) RETURNS text LANGUAGE sql VOLATILE AS
  $$ SELECT string_agg(words[1 + floor(cardinality(words) * power(random(), 3))::int], ' ')
     FROM generate_series(1, how_many) WHERE n IS NOT NULL $$;
"""
"""`worked`: days of eight hours, so that sixteen lie outside after each."""

DRAW = """
CREATE TEMP TABLE drawn AS
WITH chosen AS (
  SELECT n, random() AS fate, random() AS luck, random_normal() AS answering, random_normal() AS solving,
    1 + floor(power(random(), 1.5) * cardinality(%(people)s::int[]))::int AS person,
    1 + floor(random() * cardinality(%(people)s::int[]))::int AS taker,
    1 + floor(power(random(), 1.3) * cardinality(%(queues)s::text[]))::int AS place,
    1 + floor(power(random(), 2) * cardinality(%(accounts)s::int[]))::int AS customer,
    (ARRAY['High', 'Medium', 'Medium', 'Low', 'Low'])[1 + floor(random() * 5)::int] AS priority,
    random() AS age
  FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS n
), timed AS (
  SELECT *, CASE priority WHEN 'High' THEN 480 WHEN 'Medium' THEN 1440 ELSE 2880 END AS promised,
    exp(-0.8 + 0.55 * answering + 0.03 * (person %% 9) - 0.2 * (priority = 'High')::int) AS first_share,
    exp(-0.7 + 0.5 * solving + 0.05 * (place %% 5) + 0.02 * (person %% 7)) AS share,
    CASE WHEN luck < 0.2 THEN 30 + 3000 * power(luck * 5, 3) ELSE 0 END AS stopped_minutes
  FROM chosen
), lasting AS (
  SELECT *, greatest(promised * share, 61 * first_share) AS solve_minutes,
    pg_temp.worked(greatest(promised * share, 61 * first_share)) + stopped_minutes * interval '1 minute'
      AS took
  FROM timed
), dated AS (
  SELECT *, date_trunc('day', %(now)s - took - interval '1 day' * (1 + 1064 * age)) AS day FROM lasting
), born AS (
  SELECT *, CASE
    WHEN %(is_open)s THEN %(now)s - 1.08 * age * pg_temp.worked(promised)
    WHEN extract(isodow FROM day) > 5 AND fate < 0.7 THEN day - interval '2 days' + opens
    ELSE day + opens END AS created_at
  FROM dated, LATERAL (SELECT interval '1 hour' * (8 + 10 * ((luck * 37)::numeric %% 1)) AS opens) AS o
)
SELECT n, nextval(pg_get_serial_sequence('cases_case', 'id')) AS id,
  nextval(pg_get_serial_sequence('cases_casemilestone', 'id')) AS first_id,
  nextval(pg_get_serial_sequence('cases_casemilestone', 'id')) AS solve_id,
  created_at, priority, promised, fate, luck, age, stopped_minutes,
  solve_minutes, 60 * first_share AS first_minutes,
  created_at + pg_temp.worked(60 * first_share) AS first_done,
  created_at + pg_temp.worked(60) AS first_target,
  created_at + took AS solve_done,
  created_at + pg_temp.worked(promised) + stopped_minutes * interval '1 minute' AS solve_target,
  stopped_minutes > 0 AND (NOT %(is_open)s OR luck < 0.08) AS stops,
  pg_temp.said(%(words)s, 5, n) AS subject,
  CASE WHEN fate < 0.9 OR NOT %(is_open)s THEN (%(people)s::int[])[person] END AS owner_id,
  (%(names)s::text[])[person] AS owner, (%(names)s::text[])[taker] AS taker,
  (%(queues)s::text[])[place] AS queue, (%(accounts)s::int[])[customer] AS account_id,
  (%(contacts)s::int[])[customer] AS contact_id, (%(entitlements)s::int[])[customer] AS entitlement_id,
  (%(versions)s::int[])[version] AS version_id, (%(firsts)s::int[])[version] AS first_row,
  (%(solves)s::int[])[version] AS solve_row, %(now)s::timestamptz AS now, %(is_open)s AS is_open,
  CASE WHEN random() < 0.7 THEN 'hand' ELSE 'status' END AS stop_kind,
  (ARRAY['Waiting for the customer', 'Waiting for the customer', 'A part is on order',
    'The surveyor is coming', 'Waiting for the bank', 'Access to the house'])[1 + floor(random() * 6)::int]
    AS stop_reason
FROM born, LATERAL (
  SELECT CASE WHEN created_at < %(now)s - interval '1 year' THEN 1 ELSE 2 END AS version) AS v;
ANALYZE drawn
"""

_OF_CASE = {
    "id": "d.id",
    "number": f"'C-' || d.n + {FIRST_NUMBER}",
    "subject": "d.subject",
    "priority": "d.priority",
    "queue": "d.queue",
    "owner_id": "d.owner_id",
    "account_id": "d.account_id",
    "contact_id": "d.contact_id",
    "entitlement_id": "d.entitlement_id",
    "process_version_id": "d.version_id",
    "created_at": "d.created_at",
    "entry_date": "d.created_at",
    "first_response_at": "CASE WHEN d.first_done < d.now THEN d.first_done END",
    "last_agent_reply_at": "CASE WHEN d.first_done < d.now THEN d.first_done END",
    "last_customer_message_at": "d.created_at + d.age * (least(d.solve_done, d.now) - d.created_at)",
}
_OF_CLOSED_CASE = _OF_CASE | {
    "closed_at": "d.solve_done",
    "milestone_status": (
        "CASE WHEN d.first_done > d.first_target OR d.solve_done > d.solve_target "
        "THEN 'closed_violation' ELSE 'compliant' END"
    ),
}
_IS_UNWATCHED = "d.fate BETWEEN 0.5 AND 0.53"
_FIRST_IS_OPEN = "d.first_done >= d.now"
_OF_OPEN_CASE = _OF_CASE | {
    "closed_at": "NULL",
    "status": "CASE WHEN d.stops AND d.stop_kind = 'status' THEN 'Waiting on Customer' ELSE 'Working' END",
    "is_stopped": "d.stops",
    "has_open_milestones": f"NOT {_IS_UNWATCHED}",
    "next_target": (
        f"CASE WHEN NOT d.stops AND NOT {_IS_UNWATCHED} THEN "
        f"least(CASE WHEN {_FIRST_IS_OPEN} THEN d.first_target END, d.solve_target) END"
    ),
    "milestone_status": (
        f"CASE WHEN NOT d.stops AND NOT {_IS_UNWATCHED} AND (d.solve_target < d.now "
        f"OR {_FIRST_IS_OPEN} AND d.first_target < d.now) THEN 'open_violation' "
        "WHEN d.first_done > d.first_target AND d.first_done < d.now THEN 'closed_violation' "
        "ELSE 'compliant' END"
    ),
}


def _ended(
    which: str, row: str, minutes: str, target: str, done: str, stopped: str, dead: str
) -> dict[str, str]:
    """The columns of one that has ended; `dead` tells which are cancelled."""
    return {
        "id": f"d.{which}_id",
        "case_id": "d.id",
        "process_milestone_id": f"d.{row}",
        "minutes": minutes,
        "priority_at_start": "d.priority",
        "queue_at_start": "d.queue",
        "came_at": "d.created_at",
        "start_date": "d.created_at",
        "target_date": target,
        "original_target": target,
        "violated_at": f"CASE WHEN {done} > {target} THEN {target} END",
        "state": f"CASE WHEN {dead} THEN 'cancelled' ELSE 'completed' END",
        "completion_date": f"CASE WHEN NOT ({dead}) THEN {done} END",
        "cancelled_at": f"CASE WHEN {dead} THEN {done} END",
        "waived_at": f"CASE WHEN {done} > {target} AND d.age < 0.05 THEN {done} + interval '1 day' END",
        "reason": f"CASE WHEN {dead} THEN 'left the process' ELSE '' END",
        "elapsed_seconds": f"60 * (d.{which}_minutes + {stopped})",
        "stopped_seconds": f"60 * {stopped}",
        "due_at": "NULL",
    }


_FIRST = _ended(
    "first", "first_row", "60", "d.first_target", "d.first_done", "0", "d.fate BETWEEN 0.3 AND 0.34"
)
_SOLVE = _ended(
    "solve",
    "solve_row",
    "d.promised",
    "d.solve_target",
    "d.solve_done",
    "d.stopped_minutes",
    "d.fate BETWEEN 0.36 AND 0.38",
)


def _open(ended: Mapping[str, str], target: str, stops: str) -> dict[str, str]:
    of_running = f"CASE WHEN NOT ({stops}) THEN {target} END"
    return {
        **ended,
        "target_date": of_running,
        "violated_at": f"CASE WHEN NOT ({stops}) AND {target} < d.now THEN {target} END",
        "state": f"CASE WHEN {stops} THEN 'stopped' ELSE 'running' END",
        "due_at": f"CASE WHEN NOT ({stops}) AND {target} > d.now THEN {target} END",
        **dict.fromkeys(
            ("completion_date", "cancelled_at", "waived_at", "elapsed_seconds", "stopped_seconds"), "NULL"
        ),
        "reason": "''",
    }


def insert_cases(cursor: Any, template: Case) -> None:
    """The drawn cases with their two milestones each, in all else like those of the template."""
    first, solve = template.milestones.order_by("process_milestone__position")
    _insert(cursor, Case, template.pk, _OF_CASE_AS[template.is_closed], "")
    if template.is_closed:
        _insert(cursor, CaseMilestone, first.pk, _FIRST, "")
        _insert(cursor, CaseMilestone, solve.pk, _SOLVE, "")
        return
    watched = f"NOT ({_IS_UNWATCHED})"
    _insert(cursor, CaseMilestone, first.pk, _FIRST, f"{watched} AND NOT {_FIRST_IS_OPEN}")
    _insert(
        cursor,
        CaseMilestone,
        first.pk,
        _open(_FIRST, "d.first_target", "d.stops"),
        f"{watched} AND {_FIRST_IS_OPEN}",
    )
    _insert(cursor, CaseMilestone, solve.pk, _open(_SOLVE, "d.solve_target", "d.stops"), watched)


_OF_CASE_AS = {True: _OF_CLOSED_CASE, False: _OF_OPEN_CASE}


def _insert(cursor: Any, model: Any, template: int, values: Mapping[str, str], which: str) -> None:
    others = columns_of(model, *values)
    names = ", ".join(f'"{name}"' for name in values)
    like = ", ".join(f"t.{name}" for name in others.split(", "))
    cursor.execute(
        f"INSERT INTO {model._meta.db_table} ({names}, {others}) SELECT {', '.join(values.values())}, {like} "
        f"FROM drawn d, {model._meta.db_table} t WHERE t.id = {template} {which and 'AND ' + which}"
    )


STOPS = """
INSERT INTO cases_stop (case_id, kind, since, until, reason, by, until_customer_answers)
SELECT id, stop_kind, since, CASE WHEN NOT is_open THEN since + stopped_minutes * interval '1 minute' END,
  CASE WHEN stop_kind = 'hand' THEN stop_reason ELSE 'Waiting on Customer' END, owner, age < 0.5
FROM drawn, LATERAL (SELECT created_at + 0.4 * (least(solve_done, now) - created_at) AS since) AS s
WHERE stops
"""

EVENTS = """
INSERT INTO cases_caseevent (case_id, case_milestone_id, kind, at, recorded_at, by, details)
SELECT id, milestone, kind, at, at, by, details::jsonb
FROM drawn, LATERAL (
  SELECT created_at + 0.1 * (first_done - created_at) AS taken,
    created_at + 0.4 * (solve_done - created_at) AS since
) AS t, LATERAL (VALUES
  ('case_created', NULL, created_at, '', '{}', TRUE),
  ('field_changed', NULL, taken, owner,
    format('{"field": "owner", "old": "", "new": "%%s"}', CASE WHEN age < 0.25 THEN taker ELSE owner END),
    owner_id > 0),
  ('field_changed', NULL, taken, owner, '{"field": "status", "old": "New", "new": "Working"}', TRUE),
  ('agent_reply', NULL, first_done, owner, '{}', TRUE),
  ('milestone_completed', first_id, first_done, '', '{}', fate NOT BETWEEN 0.3 AND 0.34),
  ('field_changed', NULL, first_done, taker,
    format('{"field": "owner", "old": "%%s", "new": "%%s"}', taker, owner), owner_id > 0 AND age < 0.25),
  ('field_changed', NULL, since, owner,
    '{"field": "status", "old": "Working", "new": "Waiting on Customer"}', stops AND stop_kind = 'status'),
  ('field_changed', NULL, since + stopped_minutes * interval '1 minute', owner,
    '{"field": "status", "old": "Waiting on Customer", "new": "Working"}', stops AND stop_kind = 'status'),
  ('milestone_completed', solve_id, solve_done, '', '{}', fate NOT BETWEEN 0.36 AND 0.38),
  ('field_changed', NULL, solve_done, owner, '{"field": "status", "old": "Working", "new": "Closed"}', TRUE),
  ('case_closed', NULL, solve_done, owner, '{}', TRUE)
) AS e (kind, milestone, at, by, details, happens)
WHERE happens AND at < now AND (NOT is_open OR at < solve_done)
  AND (milestone IS NULL OR NOT is_open OR fate NOT BETWEEN 0.5 AND 0.53)
ORDER BY id, at
"""

FIRED = """
INSERT INTO cases_firedtrigger (case_milestone_id, trigger_id, kind, outcome, due, at, fired_at, late)
SELECT m.id, t.id, t.kind, CASE WHEN t.kind = 'warning' AND luck > 0.99 THEN 'skipped' ELSE 'fired' END,
  f.due, f.due, f.due + interval '2 seconds', ''
FROM drawn d JOIN cases_casemilestone m ON m.id IN (d.first_id, d.solve_id)
  JOIN entitlements_trigger t ON t.row_id = m.process_milestone_id,
  LATERAL (SELECT m.start_date + coalesce(t.percent, 100) / 100.0 * (m.original_target - m.start_date)
    AS due) AS f
WHERE f.due < coalesce(m.completion_date, m.cancelled_at, d.now)
"""

ESCALATIONS = """
INSERT INTO cases_escalation (case_id, case_milestone_id, ladder, levels, repeat, repeat_after, counts_in,
  reason, started_at, done, due_at, ended_at, ended_as, ended_by, ended_how)
SELECT d.id, solve_id, 'On call',
  '[{"after": 0, "to": ["owner"]}, {"after": 30, "to": ["supervisors"]}]', 0, 0, 'always',
  'Resolution missed its target', solve_target, CASE WHEN luck < 0.6 THEN 1 ELSE 2 END, NULL,
  CASE WHEN NOT is_open OR luck < 0.6
    THEN least(ends, solve_target + (10 + 90 * luck) * interval '1 minute') END,
  CASE WHEN luck < 0.6 THEN 'acknowledged' WHEN NOT is_open THEN 'resolved' ELSE '' END, owner, ''
FROM drawn d, LATERAL (SELECT CASE WHEN is_open THEN now ELSE solve_done END AS ends) AS e
WHERE solve_target < ends AND age < 0.4 AND NOT stops
  AND (NOT is_open OR fate NOT BETWEEN 0.5 AND 0.53)
"""

STEPS = """
INSERT INTO cases_escalationstep (case_id, escalation_id, number, round, level, rule, entry, subject, age,
  due, fired_at, outcome, told, done, note)
SELECT e.case_id, e.id, step, 1, step, '', '', '', 0, e.started_at + (step - 1) * interval '30 minutes',
  e.started_at + (step - 1) * interval '30 minutes' + interval '2 seconds', 'fired', '["somebody"]', '[]', ''
FROM cases_escalation e JOIN drawn ON drawn.id = e.case_id, generate_series(1, e.done) AS step
"""


@contextmanager
def without_indexes(cursor: Any) -> Iterator[None]:
    """Rows go in without the tables' indexes and the checks of keys; the indexes are built at the end."""
    cursor.execute(
        "SELECT schemaname || '.' || indexname, indexdef FROM pg_indexes "
        "WHERE tablename IN ('cases_case', 'cases_casemilestone', 'cases_caseevent', 'cases_stop', "
        "'cases_firedtrigger', 'cases_escalation', 'cases_escalationstep') AND indexname NOT IN "
        "(SELECT conname FROM pg_constraint) AND indexdef NOT LIKE '%%UNIQUE%%'"
    )
    indexes = cursor.fetchall()
    cursor.execute("SET session_replication_role = replica")
    for name, _ in indexes:
        cursor.execute(f"DROP INDEX {name}")
    yield
    cursor.execute("SET session_replication_role = DEFAULT")
    cursor.execute("SET maintenance_work_mem = '512MB'")
    for _, definition in indexes:
        cursor.execute(definition)
