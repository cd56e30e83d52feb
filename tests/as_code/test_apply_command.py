"""manage.py sla export and apply: asked before it does, resumed where it broke off, one at a time."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from cases.models import CaseMilestone
from cases.operations.move_to_version import cases_behind, move_batch
from entitlements.models import Account, ConfigurationRevision, CustomField, ProcessVersion, Queue
from tests.as_code.command import Write, sla
from tests.as_code.desks import FIRST, RESOLUTION, process
from tests.factory import (
    NOON,
    make_case,
    make_customer,
    make_desk,
    make_hours,
    make_process,
    resolution,
)

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(minutes=30)


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
    whole, calls = move_batch, []

    def dying(*args: Any, **options: Any) -> Any:
        calls.append(args)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return whole(*args, **options)

    monkeypatch.setattr("cases.operations.apply_file.move_batch", dying)
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
