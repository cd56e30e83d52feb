"""`manage.py sla simulate`: what it prints, and with which status it leaves."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from entitlements.as_code.places import Mistake
from entitlements.as_code.scenario_file import run_file

ROOT = Path(__file__).resolve().parent.parent.parent
CONFORMANCE = [str(file) for file in sorted((ROOT / "tests" / "data" / "scenarios").glob("*.yaml"))]

SOUND = """scenario: Answered in time
config:
  milestones: [{name: Answer}]
  entitlement_processes:
    - name: Gold
      milestones:
        - {milestone: Answer, minutes: 60, complete_on: agent_reply, triggers: [{success: }]}
process: Gold
case: {priority: High}
timeline:
  - {at: "2026-03-02T09:00Z", do: create}
  - {at: "2026-03-02T09:30Z", do: agent_reply}
expect:
  - {milestone: Answer, occurrence: 1, state: completed, violated: false, elapsed: 30m}
"""


class Left:
    """What a run of the command printed, and how it left."""

    def __init__(self, capsys: pytest.CaptureFixture[str], *arguments: str) -> None:
        self.status: Any = 0
        try:
            call_command("sla", "simulate", *arguments)
        except SystemExit as left:
            self.status = left.code
        self.out, self.err = capsys.readouterr()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "scenario.yaml"


class TestTheConformanceScenarios:
    def test_are_met(self, capsys: pytest.CaptureFixture[str]) -> None:
        left = Left(capsys, "--json", *CONFORMANCE)
        printed = [json.loads(line) for line in left.out.splitlines()]
        assert (left.status, left.err) == (0, "")
        assert len(printed) > 30
        assert [one["scenario"] for one in printed if not one["ok"]] == []

    def test_are_met_in_a_process_of_its_own_without_a_database(self) -> None:
        arguments = [sys.executable, str(ROOT / "manage.py"), "sla", "simulate", "--json", *CONFORMANCE]
        environment = {"VAR_DIR": "/proc/nowhere", "LC_ALL": "C", "PATH": os.environ["PATH"]}
        done = subprocess.run(arguments, capture_output=True, text=True, env=environment, check=False)
        assert (done.returncode, done.stderr) == (0, "")
        assert all(json.loads(line)["ok"] for line in done.stdout.splitlines())


class TestAnExpectation:
    def test_that_is_met_is_ticked(self, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
        file.write_text(SOUND)
        left = Left(capsys, str(file))
        assert (left.status, left.err) == (0, "1 scenario, all as expected.\n")
        assert left.out.startswith("✔ Answered in time\n")

    def test_that_is_not_met_is_status_1_and_says_what_differs(
        self, file: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        file.write_text(SOUND.replace("completed, violated: false, elapsed: 30m", "running, elapsed: 1h"))
        left = Left(capsys, str(file))
        assert (left.status, left.err) == (1, "1 scenario, 1 not as expected.\n")
        assert left.out.startswith("✘ Answered in time: 1 expectation not met\n")
        what = "Answer 1: expected state running, found completed; expected elapsed 1h, found 30m"
        assert f"  ✘ {what}\n" in left.out

    def test_that_is_not_met_stands_among_the_mismatches(
        self, file: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        file.write_text(SOUND.replace("occurrence: 1", "occurrence: 2"))
        left = Left(capsys, "--json", str(file))
        printed = json.loads(left.out)
        assert (left.status, printed["ok"], left.err) == (1, False, "")
        assert printed["mismatches"] == [
            "expected a milestone {milestone: Answer, occurrence: 2, state: completed, violated: false, "
            "elapsed: 30m}; there is none"
        ]


class TestABadFile:
    @pytest.mark.parametrize(
        ("good", "bad", "message"),
        [
            ("violated: false", "late: false", "14: unknown key “late”; did you mean “violated”?"),
            ("09:30Z", "half past nine", "12: “at”: “2026-03-02Thalf past nine” is not an instant such as"),
            ("minutes: 60", "formula: case.hours", "7: “formula”: unknown name “case.hours”"),
            ("process: Gold", "process: Silver", "8: there is no process “Silver”"),
            ("do: agent_reply", "do: nothing", "12: “do”: “nothing” is not one of create, agent_reply,"),
            ("case: {priority: High}", "case: {wheels: 4}", "9: a case has no such field"),
            ("elapsed: 30m", "elapsed: long", "14: “elapsed”: “long” is not a duration"),
            (SOUND, "milestones: []", "1: this is no scenario"),
            ("scenario:", "\tscenario:", "1: a tab stands here"),
        ],
    )
    def test_is_status_2_and_one_clear_message(
        self, file: Path, capsys: pytest.CaptureFixture[str], good: str, bad: str, message: str
    ) -> None:
        file.write_text(SOUND.replace(good, bad))
        left = Left(capsys, "--json", str(file))
        assert (left.status, left.out, left.err.count("\n")) == (2, "", 1)
        assert left.err.startswith(f"{file}:{message}")

    def test_does_not_keep_the_others_from_running(
        self, file: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        file.write_text(SOUND.replace("do: create", "do: dance") + "---\n" + SOUND)
        left = Left(capsys, "--json", str(file))
        assert (left.status, len(left.out.splitlines()), len(left.err.splitlines())) == (2, 1, 1)


class TestAConfigurationInAnotherFile:
    SCENARIO = "scenario: A\nconfig: desk/a.yaml\n" + SOUND[SOUND.index("process: Gold") :]
    CONFIGURATION = """milestones: [{name: Answer}]
entitlement_processes:
  - name: Gold
    milestones:
      - {milestone: Answer, minutes: 60, complete_on: agent_reply}
"""

    def test_is_found_from_the_scenario_s_folder(
        self, file: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (file.parent / "desk").mkdir()
        (file.parent / "desk" / "a.yaml").write_text(self.CONFIGURATION)
        file.write_text(self.SCENARIO)
        assert Left(capsys, "--json", str(file)).status == 0

    def test_is_missed_at_the_line_that_names_it(self, file: Path) -> None:
        file.write_text(self.SCENARIO)
        (found,) = run_file(str(file))
        assert isinstance(found, Mistake)
        assert (found.place.line, "No such file" in found.message) == (2, True)

    def test_is_wrong_at_its_own_line(self, file: Path) -> None:
        (file.parent / "desk").mkdir()
        (file.parent / "desk" / "a.yaml").write_text(self.CONFIGURATION.replace("60", "0"))
        file.write_text(self.SCENARIO)
        (found,) = run_file(str(file))
        assert str(found).startswith(f"{file.parent}/desk/a.yaml:5: “minutes”: 0 is not")


def test_the_text_tells_what_happened_when(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.write_text(SOUND)
    assert Left(capsys, str(file)).out.splitlines() == [
        "✔ Answered in time",
        "    Mon 2026-03-02",
        "      09:00            the case is created",
        "                       the case enters Gold",
        "                       Answer 1 starts; target Mon 2026-03-02 10:00",
        "      09:30            an agent replies",
        "                       Answer 1 is completed",
        "                       Answer 1: success fires",
        "",
        "    milestone  tier  state           start                 target                elapsed  stopped",
        "    Answer 1   1     completed  met  Mon 2026-03-02 09:00  Mon 2026-03-02 10:00  30m      0m",
    ]
