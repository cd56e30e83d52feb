"""Rotas, ladders and rules of a file become rows, and are written as they were."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cases.engine.due import tick
from cases.engine.rule_clock import notice_changed_rule
from cases.models import EscalationStep
from entitlements.as_code.export import export
from entitlements.as_code.keys import ConfigurationError
from entitlements.core.rota import on_duty
from entitlements.models import EscalationLadder, EscalationRule, LadderLevel, Rota, RuleEntry
from tests.as_code.desks import put
from tests.core.office import utc
from tests.factory import NOON, make_case, make_desk, make_user

pytestmark = pytest.mark.django_db

FILE = """\
queues:
  - name: Claims

business_hours:
  - name: Office
    open:
      mon-fri: "09:00-17:00"

rotas:
  - queue: Claims
    time_zone: Europe/Berlin
    covered: Office
    shifts:
      - person: ada
        open:
          mon-wed: "08:00-18:00"
      - person: ben
        open:
          "thu,fri": "08:00-18:00"
    substitutions:
      - person: ada
        instead_of: ben
        from: 2026-12-24
        to: 2026-12-26

escalation_ladders:
  - name: On call
    business_hours: Office
    levels:
      - after: 0m
        to: [on_duty]
      - after: 30m
        to: [supervisors, head@example.com]
    repeat: 2
    repeat_after: 1h

escalation_rules:
  - name: Standard
    active: true
    entries:
      - name: High
        when: case.priority == "High"
        business_hours: case
        since: changed
        until_changed: true
        actions:
          - after: 4h
            escalate:
              level: 2
              ladder: On call
          - after: 1d
            assign:
              queue: Claims
            notify:
              to: [supervisors]
"""


def test_an_export_is_the_file_again() -> None:
    put(FILE)
    assert export().splitlines() == FILE.splitlines()


def test_a_second_time_changes_nothing() -> None:
    put(FILE)
    assert put(FILE).changes == []


def test_a_substitution_is_of_whole_days() -> None:
    put(FILE)
    rota = Rota.objects.get().value()
    assert [on_duty(rota, utc(f"2026-12-{day} 12:00")) for day in (23, 24, 25, 26)] == [
        ("ada",),
        ("ada",),
        ("ada",),
        (),
    ]


def test_levels_are_replaced() -> None:
    put(FILE)
    put({"escalation_ladders": [{"name": "On call", "levels": [{"after": "5m", "to": "owner"}]}]})
    ladder = EscalationLadder.objects.get()
    assert [(one.after, one.to) for one in LadderLevel.objects.all()] == [(5, ["owner"])]
    assert (ladder.repeat, ladder.counts_in) == (0, "always")


def test_another_active_rule_takes_the_place_of_the_first() -> None:
    put(FILE)
    entry = {"name": "Any", "actions": [{"after": "4h", "notify": {"to": "owner"}}]}
    changes = put({"escalation_rules": [{"name": "Another", "active": True, "entries": [entry]}]}).changes
    assert [(change.name, change.kind) for change in changes] == [
        ("Another", "added"),
        ("Standard", "changed"),
    ]
    assert [rule.name for rule in EscalationRule.objects.filter(is_active=True)] == ["Another"]
    assert RuleEntry.objects.count() == 2


def test_what_an_entry_has_done_is_not_done_again_after_an_edit() -> None:
    make_desk()
    make_user("sue", "Supervisors")
    entry = {"name": "Any", "actions": [{"after": "1h", "notify": {"to": "supervisors"}}]}
    put({"escalation_rules": [{"name": "Standard", "active": True, "entries": [entry]}]})
    make_case(now=NOON)
    tick(NOON + timedelta(hours=1), 10)
    entry["when"] = "!case.is_closed"
    put({"escalation_rules": [{"name": "Standard", "active": True, "entries": [entry]}]})
    assert notice_changed_rule(NOON + timedelta(hours=2)) is True
    tick(NOON + timedelta(hours=2), 10)
    assert EscalationStep.objects.count() == 1


def test_hours_that_there_are_not_are_refused_with_their_place() -> None:
    ladder = {"name": "L", "business_hours": "Night", "levels": [{"after": "5m", "to": "owner"}]}
    with pytest.raises(ConfigurationError) as refusal:
        put({"escalation_ladders": [ladder]})
    assert refusal.value.path == "escalation_ladders[0].business_hours"


def test_a_rota_of_no_queue_is_refused_with_its_place() -> None:
    with pytest.raises(ConfigurationError) as refusal:
        put({"rotas": [{"queue": "Gone"}]})
    assert refusal.value.path == "rotas[0].queue"
