"""`manage.py sla check`: every mistake at its line, with what would be right."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

from entitlements.as_code.check import check_file

ROOT = Path(__file__).resolve().parent.parent.parent
BROKEN = Path(__file__).parent / "broken"
FILES = sorted(file.name for file in BROKEN.glob("*.yaml"))
YEAR = 2026


@pytest.fixture(autouse=True)
def beside_the_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(BROKEN)


def mistakes(file: str) -> list[str]:
    return [str(one) for one in check_file(file, YEAR) if not one.is_warning]


def written(tmp_path: Path, text: str) -> str:
    file = tmp_path / "file.yaml"
    file.write_text(text)
    return str(file)


def found_in(tmp_path: Path, text: str) -> list[str]:
    """Mistakes and warnings of a text, without the name of its file."""
    return [str(one).partition(":")[2] for one in check_file(written(tmp_path, text), YEAR)]


class TestAFileWithOneFault:
    def test_there_are_many(self) -> None:
        assert len(FILES) > 50

    @pytest.mark.parametrize("file", FILES[1:])
    def test_gives_the_one_message_of_its_first_line(self, file: str) -> None:
        expected = Path(file).read_text().partition("\n")[0].removeprefix("# line ")
        assert mistakes(file) == [f"{file}:{expected}"]

    def test_a_sound_one_gives_none(self) -> None:
        assert check_file(FILES[0], YEAR) == []

    def test_none_is_a_traceback(self) -> None:
        """In a real process, all at once, without a database or a folder to write to."""
        arguments = [sys.executable, str(ROOT / "manage.py"), "sla", "check", *FILES]
        environment = {"VAR_DIR": "/proc/nowhere", "PYTHONIOENCODING": "ascii", "LC_ALL": "C"}
        done = subprocess.run(arguments, capture_output=True, text=True, env=environment, check=False)
        assert (done.returncode, "Traceback" in done.stderr + done.stdout) == (2, False)
        assert {line.partition(":")[0] for line in done.stdout.splitlines()} == set(FILES[1:])


class TestAFileWithManyFaults:
    TEXT = """
settings: {allow_pausing: maybe}
milestones: [{name: A}, {name: A}]
entitlement_processes:
  - name: P
    business_hours: Nowhere
    milestones:
      - {milestone: B, minutes: 0, colour: red}
holidays: [{name: Easter, date: soon}]
"""

    def test_gives_every_message_in_order_of_line(self, tmp_path: Path) -> None:
        lines = [int(one.partition(":")[0]) for one in found_in(tmp_path, self.TEXT)]
        assert lines == [2, 3, 6, 8, 8, 8, 9]

    def test_of_several_documents_gives_the_lines_of_the_file(self, tmp_path: Path) -> None:
        found = found_in(tmp_path, "milestones: []\n---\nmilestone: []\n---\nscenario: A\n")
        assert [one.partition(":")[0] for one in found] == ["3", "5", "5", "5"]


class TestTheCommand:
    def test_prints_mistakes_and_says_how_many(self, capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(SystemExit) as left:
            call_command("sla", "check", "01-unknown-key.yaml", "00-sound.yaml")
        out, err = capsys.readouterr()
        assert (left.value.code, err) == (2, "2 files: 1 mistake, no warnings.\n")
        assert out == "01-unknown-key.yaml:33: unknown key “minuts”; did you mean “minutes”?\n"

    def test_leaves_with_0_when_all_is_well(self, capsys: pytest.CaptureFixture[str]) -> None:
        call_command("sla", "check", "00-sound.yaml")
        assert capsys.readouterr().out == ""

    def test_shows_warnings_and_leaves_with_0(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        file = written(tmp_path, "business_hours: [{name: A, open: {mon: '09:00-17:00'}}]")
        call_command("sla", "check", file)
        assert "1: warning: the hours “A” have no holidays in" in capsys.readouterr().out

    def test_is_strict_when_asked(self, tmp_path: Path) -> None:
        file = written(tmp_path, "business_hours: [{name: A, open: {mon: '09:00-17:00'}}]")
        with pytest.raises(SystemExit) as left:
            call_command("sla", "check", "--strict", file)
        assert left.value.code == 2

    def test_counts_what_it_no_longer_shows(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        file = written(tmp_path, "".join(f"key{number}: 1\n" for number in range(300)))
        with pytest.raises(SystemExit):
            call_command("sla", "check", file)
        out, err = capsys.readouterr()
        assert (len(out.splitlines()), "300 mistakes" in err) == (200, True)


class TestAScenario:
    def test_takes_the_names_of_the_configuration_that_it_names(self, tmp_path: Path) -> None:
        (tmp_path / "desk.yaml").write_text(Path("00-sound.yaml").read_text())
        text = """
scenario: A
config: desk.yaml
process: Gold
case: {priority: Urgent, custom.visit: tomorrow}
timeline: [{at: 2026-03-02T09:00Z, do: create}, {at: 2026-03-02T10:00Z, set: {queue: Claims}}]
expect: [{milestone: Anwser}]
"""
        assert found_in(tmp_path, text) == [
            "5: “priority”: there is no “Urgent” in priorities; there are: High, Low",
            "5: “custom.visit”: “tomorrow” is not an instant such as 2026-03-02T09:00+01:00",
            "7: “milestone”: there is no “Anwser” in milestones; did you mean “Answer”?",
        ]

    def test_shows_the_mistakes_of_that_configuration_in_their_own_file(self, tmp_path: Path) -> None:
        (tmp_path / "desk.yaml").write_text("milestones: [{name: A, recurence: none}]\n")
        text = "scenario: A\nconfig: desk.yaml\nprocess: P\ntimeline: [{at: 2026-03-02, do: create}]\n"
        file = written(tmp_path, text)
        assert f"{tmp_path}/desk.yaml:1: unknown key “recurence”; did you mean “recurrence”?" in mistakes(
            file
        )
