"""manage.py sla export and apply: asked before it does, resumed where it broke off, one at a time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection

from cases.models import Case, CaseMilestone, ConfigurationApply
from cases.operations import apply_file, reply_to_case
from cases.operations.apply_file import DeskHasChanged, turn
from cases.operations.move_to_version import cases_behind
from cases.operations.one_apply import LEASE, AnotherApplies, begin_apply, end_apply, still_applying
from cases.queries.plan import Plan
from entitlements.as_code.emit import as_yaml
from entitlements.as_code.normal import normal
from entitlements.models import Account, ConfigurationRevision, CustomField, ProcessVersion, Queue
from tests.factory import (
    NOON,
    make_case,
    make_customer,
    make_desk,
    make_hours,
    make_process,
    make_user,
    resolution,
)

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(minutes=30)
FIRST = {"milestone": "First Response", "minutes": 60, "complete_on": "agent_reply"}
RESOLUTION = {"milestone": "Resolution", "minutes": 480, "complete_on": "case_closed"}


@pytest.fixture
def account() -> Account:
    make_desk()
    return make_customer(make_process("P"))


def process(*milestones: dict[str, Any]) -> dict[str, Any]:
    names = dict.fromkeys(one["milestone"] for one in milestones)
    return {
        "milestones": [{"name": name} for name in names],
        "entitlement_processes": [{"name": "P", "milestones": list(milestones)}],
    }


@pytest.fixture
def write(tmp_path: Path) -> Callable[[dict[str, Any] | str], str]:
    def written(document: dict[str, Any] | str) -> str:
        path = tmp_path / "desk.yaml"
        path.write_text(document if isinstance(document, str) else as_yaml(document), encoding="utf-8")
        return str(path)

    return written


Write = Callable[[dict[str, Any] | str], str]


def sla(*words: str, now: datetime = LATER) -> tuple[int, str, str]:
    """Exit status, standard output, standard error."""
    out, err, status = StringIO(), StringIO(), 0
    with time_machine.travel(now, tick=False):
        try:
            call_command("sla", *words, stdout=out, stderr=err)
        except SystemExit as end:
            status = int(end.code or 0)
    return status, out.getvalue(), err.getvalue()


def versions() -> list[tuple[int, str]]:
    return list(ProcessVersion.objects.order_by("number").values_list("number", "state"))


def test_nobody_to_ask(account: Account, write: Write) -> None:
    status, _, err = sla("apply", write(process(FIRST)))
    assert (status, err) == (
        2,
        "Nobody can be asked here: say --yes to apply it. Nothing has been changed.\n",
    )
    assert versions() == [(1, "published")]


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("answer", "status", "count"), [("y\n", 0, 2), ("n\n", 1, 1), ("\n", 1, 1), ("", 1, 1)]
)
def test_it_asks(
    account: Account, write: Write, monkeypatch: pytest.MonkeyPatch, answer: str, status: int, count: int
) -> None:
    monkeypatch.setattr("sys.stdin", Terminal(answer))
    assert sla("apply", write(process(FIRST)))[0] == status
    assert len(versions()) == count


def test_yes(account: Account, write: Write) -> None:
    status, out, _ = sla("apply", write(process(FIRST | {"minutes": 30}, RESOLUTION)), "--yes")
    assert (status, out.splitlines()[-2:]) == (0, ["Applied: 1 object changed.", "  P v2 is published."])
    assert versions() == [(1, "retired"), (2, "published")]


def test_again(account: Account, write: Write) -> None:
    path = write(process(FIRST | {"minutes": 30}, RESOLUTION))
    sla("apply", path, "--yes")
    before = ConfigurationRevision.current()
    assert sla("apply", path) == (0, "The desk is as the file says: nothing to change.\n", "")
    assert ConfigurationRevision.current() == before


def test_open_cases_stay_unless_it_is_asked_for(account: Account, write: Write) -> None:
    make_case(account=account, now=NOON)
    path = write(process(FIRST | {"minutes": 120}, RESOLUTION))
    sla("apply", path, "--yes")
    assert cases_behind().count() == 1
    _, out, _ = sla("apply", path, "--yes", "--open-cases")
    assert out.endswith("1 open cases moved to the published versions; 1 targets moved.\n")
    assert cases_behind().count() == 0


def test_a_move_that_broke_off_goes_on(
    account: Account, write: Write, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.ENGINE_BATCH_SIZE = 2
    for _ in range(5):
        make_case(account=account, now=NOON)
    path = write(process(FIRST | {"minutes": 120}, RESOLUTION))
    whole, calls = apply_file.move_batch, []

    def dying(*args: Any, **options: Any) -> Any:
        calls.append(args)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return whole(*args, **options)

    monkeypatch.setattr(apply_file, "move_batch", dying)
    with pytest.raises(KeyboardInterrupt):
        sla("apply", path, "--yes", "--open-cases")
    assert (versions()[-1], cases_behind().count()) == ((2, "published"), 3)
    assert sla("apply", "--yes", "--open-cases")[0] == 0
    assert cases_behind().count() == 0
    assert set(CaseMilestone.objects.values_list("process_milestone__version__number", flat=True)) == {2}


def test_hours_move_targets_without_being_asked(write: Write) -> None:
    make_desk()
    make_case(account=make_customer(make_process("P", resolution(), hours=make_hours())), now=NOON)
    path = write({"business_hours": [{"name": "Office", "open": {"mon-fri": "09:00-15:00"}}]})
    _, out, _ = sla("apply", path, "--yes")
    assert out.endswith("Office: 1 targets in 1 cases moved.\n")
    assert CaseMilestone.objects.get().target_date == NOON + timedelta(hours=26)


def test_what_it_is_to_do_must_be_said() -> None:
    assert sla("apply") == (2, "", "Say which file, or --open-cases.\n")


def test_export_to_a_file(account: Account, tmp_path: Path) -> None:
    path = tmp_path / "out.yaml"
    assert sla("export", "-o", str(path)) == (0, "", "")
    assert path.read_text() == sla("export")[1]
    assert sla("check", str(path))[0] == 0
    assert sla("apply", str(path))[:2] == (0, "The desk is as the file says: nothing to change.\n")


def test_export_to_where_nothing_can_be_written(tmp_path: Path) -> None:
    status, _, err = sla("export", "-o", str(tmp_path / "none" / "out.yaml"))
    assert (status, "cannot be written" in err) == (2, True)


# --- Bad files ------------------------------------------------------------------------------------

GOOD = "queues:\n  - name: New\n"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("queues: [", 1, "YAML"),
        (f"{GOOD}mileston:\n  - name: A\n", 3, "did you mean “milestones”"),
        (f"{GOOD}milestones:\n  - name: A\n    recurrence: twice\n", 5, "“twice” is not one of"),
        (f"{GOOD}settings:\n  priorities: [Low]\n", 4, "“High” is not in the list, but in use (1 case)"),
        (f"{GOOD}queues:\n  - name: B\n", 3, "twice"),
        (f"{GOOD}---\nqueues: []\n", 4, "a second begins"),
        ("scenario: One\nconfig: {}\n", 1, "a configuration is wanted here"),
        ("- a\n- b\n", 1, "a configuration is wanted here"),
        ("", 1, "empty"),
        (
            f"{GOOD}custom_fields:\n  - {{key: visit, type: text}}\n",
            4,
            "the type of a custom field stays “date”",
        ),
    ],
)
@pytest.mark.parametrize("command", ["plan", "apply"])
def test_a_bad_file(account: Account, write: Write, command: str, text: str, line: int, words: str) -> None:
    make_case(account=account, now=NOON, priority="High")
    CustomField.objects.create(key="visit", label="Visit", type="date")
    before = ConfigurationRevision.current()
    path = write(text)
    options = ["--yes"] if command == "apply" else []
    status, _, err = sla(command, path, *options)
    last = err.splitlines()[-1]
    assert (status, last.startswith(f"{path}:{line}: "), words in last) == (2, True, True), err
    assert (ConfigurationRevision.current(), Queue.objects.filter(name="New").exists()) == (before, False)


def test_a_file_that_is_not_there() -> None:
    status, _, err = sla("plan", "none.yaml")
    assert (status, err.startswith("none.yaml:1: the file cannot be read")) == (2, True)


# --- At once --------------------------------------------------------------------------------------


def test_one_at_a_time(account: Account, write: Write) -> None:
    path = write(process(FIRST))
    token = begin_apply(make_user("ada"), LATER - timedelta(seconds=10))
    status, _, err = sla("apply", path, "--yes")
    assert (status, err) == (
        2,
        "Another apply by ada is at work since 2026-03-04 12:29. If it has died, its turn ends by itself in "
        "110 s. Nothing has been changed.\n",
    )
    end_apply(token)
    assert sla("apply", path, "--yes")[0] == 0


def test_one_that_died_loses_its_turn(account: Account, write: Write) -> None:
    dead = begin_apply(None, LATER - LEASE)
    assert sla("apply", write(process(FIRST)), "--yes")[0] == 0
    with pytest.raises(AnotherApplies):
        still_applying(dead, LATER)


def test_the_turn_ends_whatever_happens(account: Account) -> None:
    with pytest.raises(ZeroDivisionError), turn(None, lambda: LATER):
        raise ZeroDivisionError
    assert ConfigurationApply.objects.get().token is None


def test_setup_was_changed_after_the_plan(account: Account) -> None:
    document = normal(process(FIRST))
    planned = Plan(document).changes
    Queue.objects.create(name="Motor")
    document = normal({**process(FIRST), "queues": [{"name": "Motor"}, {"name": "Boats"}]})
    with pytest.raises(DeskHasChanged), turn(None, lambda: LATER) as ours:
        ours.objects(document, planned)
    assert versions() == [(1, "published")]


def side_by_side(*doings: Callable[[], Any]) -> list[Any]:
    """All at once, each with its own connection; what each came to."""
    barrier, results = Barrier(len(doings)), {}

    def do(place: int, doing: Callable[[], Any]) -> None:
        barrier.wait()
        try:
            results[place] = doing()
        except Exception as fault:
            results[place] = fault
        finally:
            connection.close()

    threads = [Thread(target=do, args=pair) for pair in enumerate(doings)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return [results.get(place) for place in range(len(doings))]


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_begin_at_once() -> None:
    found = side_by_side(*[lambda: begin_apply(None, LATER)] * 4)
    assert sum(isinstance(one, AnotherApplies) for one in found) == 3


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_cases_are_worked_on_meanwhile(write: Write) -> None:
    make_desk()
    account = make_customer(make_process("P"))
    keys = [make_case(account=account, now=NOON).pk for _ in range(20)]
    agent = make_user()
    path = write(process(FIRST | {"minutes": 120}, RESOLUTION))

    def reply() -> None:
        for key in keys:
            reply_to_case(key, body="Yes.", by=agent, now=NOON + timedelta(minutes=20))

    def apply() -> None:
        call_command("sla", "apply", path, "--yes", "--open-cases", stdout=StringIO(), stderr=StringIO())

    assert side_by_side(reply, apply) == [None, None]
    assert set(Case.objects.values_list("process_version__number", flat=True)) == {2}
    firsts = CaseMilestone.objects.filter(milestone__name="First Response")
    assert set(firsts.values_list("state", "completion_date")) == {
        ("completed", NOON + timedelta(minutes=20))
    }
