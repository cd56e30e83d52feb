"""Setup's Configuration File, and a version tried and replayed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from cases.admin import version_pages
from cases.admin.configuration_forms import LARGEST
from cases.models import Case
from cases.operations import reply_to_case
from cases.operations.one_apply import begin_apply
from entitlements.as_code.export import export
from entitlements.models import EntitlementProcess, Milestone, ProcessVersion
from tests.factory import (
    first_response,
    make_case,
    make_customer,
    make_process,
    make_user,
    resolution,
    violation,
    warning,
)
from tests.setup.administrator import Setup

PLAN = "/setup/configuration/plan/"
APPLY = "/setup/configuration/apply/"
HOUR = timedelta(hours=1)


@pytest.fixture
def process(desk: None) -> EntitlementProcess:
    late = violation(0, {"kind": "notify", "to": ["owner"]})
    return make_process("Premium", first_response(60, triggers=[warning(75), late]), resolution(480))


@pytest.fixture
def case(process: EntitlementProcess) -> Case:
    """Created two hours ago, answered after forty minutes."""
    created = timezone.now() - 2 * HOUR
    made = make_case(now=created, account=make_customer(process))
    reply_to_case(made.pk, body="Yes.", by=make_user(), now=created + timedelta(minutes=40))
    return made


def faster() -> str:
    return export().replace("minutes: 480", "minutes: 90")


def form_of(answer: Any, **given: str) -> dict[str, str]:
    """The form of the plan's page, filled in."""
    hidden = {name: str(answer.context["form"].initial[name]) for name in ("text", "planned")}
    return {**hidden, "reason": "Agreed", "scope": "new", **given}


class TestTheFile:
    def test_is_exported_as_the_command_does(self, setup: Setup, case: Case) -> None:
        answer = setup.client.get("/setup/configuration/export/")
        assert answer.content.decode() == export()
        assert "attachment" in answer["Content-Disposition"]

    def test_is_found_in_the_tree(self, setup: Setup) -> None:
        assert setup.get("/setup/find/", q="import").request["PATH_INFO"] == "/setup/configuration/"

    def test_that_says_the_same_changes_nothing(self, setup: Setup, case: Case) -> None:
        answer = setup.post(PLAN, text=export())
        assert "the desk is as the file says" in answer.content.decode()
        assert 'name="reason"' not in answer.content.decode()

    def test_with_mistakes_is_shown_with_its_lines(self, setup: Setup, case: Case) -> None:
        text = faster().replace("minutes: 60", "minuts: 60").replace("agent_reply", "agent_replies")
        answer = setup.post(PLAN, text=text)
        assert answer.status_code == 422
        for line, message, stands in answer.context["mistakes"]:
            assert text.split("\n")[line - 1].startswith(stands)
            assert message in answer.content.decode().replace("&#x27;", "'")
        said = [message for _, message, _ in answer.context["mistakes"]]
        assert "unknown key “minuts”; did you mean “minutes”?" in said
        assert len(said) == 3

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("", "Choose a file"),
            ("a: [", "not YAML"),
            ("- a", "a configuration is wanted"),
            ("a" * (LARGEST + 1), "more than 1 MB"),
            ("a: \x00", "Null characters"),
            ("settings: {}\n---\nsettings: {}", "a second begins"),
        ],
    )
    def test_that_is_none_is_refused(self, setup: Setup, text: str, said: str) -> None:
        answer = setup.post(PLAN, text=text)
        assert (answer.status_code, said in answer.content.decode()) == (422, True)

    def test_may_be_uploaded(self, setup: Setup, case: Case) -> None:
        file = SimpleUploadedFile("x.yaml", b"\xef\xbb\xbf" + faster().encode())
        assert setup.post(PLAN, file=file).context["plan"].changed_processes == {"Premium"}
        for data, said in ((b"\xff\xfe", "no text in UTF-8"), (b"a" * (LARGEST + 1), "more than 1 MB")):
            answer = setup.post(PLAN, file=SimpleUploadedFile("x.yaml", data))
            assert (answer.status_code, said in answer.content.decode()) == (422, True)


class TestThePlan:
    def test_says_what_changes_and_what_moves(self, setup: Setup, case: Case) -> None:
        answer = setup.post(PLAN, text=faster())
        text = answer.content.decode()
        assert "<del>480</del> → <ins>90</ins>" in text
        moves = answer.context["summary"].by_version
        assert (moves.tally.earlier, moves.tally.late, moves.tally.cases) == (1, 1, 1)
        assert "late at once" in text
        assert case.number in text

    def test_shows_lint(self, setup: Setup, case: Case) -> None:
        text = export().replace("warning: 75%", "warning: 600m")
        assert setup.post(PLAN, text=text).context["warnings"]

    def test_changes_nothing(self, setup: Setup, case: Case) -> None:
        before = export()
        setup.post(PLAN, text=faster())
        assert (export(), ProcessVersion.objects.count()) == (before, 1)

    def test_is_no_page_to_open(self, setup: Setup) -> None:
        for address in (PLAN, APPLY, "/setup/configuration/move-open-cases/"):
            assert setup.client.get(address).status_code == 405


class TestApplying:
    def test_for_new_cases_leaves_those_under_way(self, setup: Setup, case: Case) -> None:
        answer = setup.post(APPLY, **form_of(setup.post(PLAN, text=faster())))
        assert "Premium v2 is published" in answer.content.decode()
        case.refresh_from_db()
        assert case.process_version.number == 1  # type: ignore[union-attr]
        assert "1 open case follows an earlier version" in answer.content.decode()

    def test_for_open_cases_takes_them_over(self, setup: Setup, case: Case) -> None:
        answer = setup.post(APPLY, **form_of(setup.post(PLAN, text=faster()), scope="open"))
        assert "1 open cases moved, 1 targets with them" in answer.content.decode()
        case.refresh_from_db()
        assert case.process_version.number == 2  # type: ignore[union-attr]
        assert case.milestones.get(milestone__name="Resolution").minutes == 90

    def test_is_written_down_with_its_reason(self, setup: Setup, case: Case) -> None:
        setup.post(APPLY, **form_of(setup.post(PLAN, text=faster()), reason="The new contract"))
        entry = LogEntry.objects.get()
        assert (entry.user, entry.object_repr) == (setup.user, "Configuration")
        assert entry.change_message == "Applied a configuration file. The new contract (changed Premium)"

    def test_twice_changes_nothing_more(self, setup: Setup, case: Case) -> None:
        form = form_of(setup.post(PLAN, text=faster()))
        setup.post(APPLY, **form)
        answer = setup.post(APPLY, **form)
        assert "nothing was changed" in answer.content.decode()
        assert (ProcessVersion.objects.count(), LogEntry.objects.count()) == (2, 1)

    def test_what_another_plan_said_shows_the_plan_again(self, setup: Setup, case: Case) -> None:
        form = form_of(setup.post(PLAN, text=faster()))
        Milestone.objects.filter(name="Resolution").update(description="Meanwhile")
        answer = setup.post(APPLY, **form)
        assert "Setup was changed meanwhile" in answer.content.decode()
        assert ProcessVersion.objects.count() == 1

    def test_needs_a_reason(self, setup: Setup, case: Case) -> None:
        answer = setup.post(APPLY, **form_of(setup.post(PLAN, text=faster()), reason=" "))
        assert (answer.status_code, "This field is required" in answer.content.decode()) == (422, True)
        assert ProcessVersion.objects.count() == 1

    def test_waits_for_whoever_is_at_it(self, setup: Setup, case: Case) -> None:
        form = form_of(setup.post(PLAN, text=faster()))
        begin_apply(setup.user, timezone.now())
        assert "Another apply by ada is at work" in setup.post(APPLY, **form).content.decode()
        assert ProcessVersion.objects.count() == 1

    def test_a_text_that_is_none_any_more_is_said(self, setup: Setup, case: Case) -> None:
        form = form_of(setup.post(PLAN, text=faster()), text="a: [")
        assert setup.post(APPLY, **form).status_code == 422
        assert setup.post(APPLY).status_code == 422

    def test_what_was_left_can_be_moved_later(self, setup: Setup, case: Case) -> None:
        setup.post(APPLY, **form_of(setup.post(PLAN, text=faster())))
        answer = setup.post("/setup/configuration/move-open-cases/")
        assert "1 open cases moved" in answer.content.decode()
        assert answer.context["behind"] == 0


class TestTrying:
    @pytest.fixture
    def address(self, process: EntitlementProcess) -> str:
        return reverse("admin:try_version", args=[process.versions.get().pk])

    def test_a_case_shows_it_beside_its_record(self, setup: Setup, case: Case, address: str) -> None:
        case.process_version.rows.filter(milestone__name="First Response").update(minutes=30)  # type: ignore[union-attr]
        answer = setup.get(address, number=case.number.lower())
        first = answer.context["trial"].milestones[0]
        assert (first.milestone, first.result, first.recorded.result) == ("First Response", "missed", "met")
        assert [(one.kind, one.standing) for one in first.moments] == [
            ("warning", "fired"),
            ("violation", "fired"),
        ]
        assert "<svg" in answer.content.decode()
        assert "style=" not in answer.content.decode()

    def test_a_sample_shows_what_is_planned(self, setup: Setup, address: str) -> None:
        given = {"created_at": "2026-03-02T09:00", "fact0-at": "2026-03-02T09:20", "fact0-what": "reply"}
        first, second = setup.get(address, **given).context["trial"].milestones
        assert (first.result, first.left) == ("met", timedelta(minutes=40))
        assert (second.result, f"{second.target:%H:%M}") == ("open", "17:00")

    def test_what_is_refused_is_told(self, setup: Setup, address: str) -> None:
        given = {
            "created_at": "2026-03-02T09:00",
            "fact0-at": "2026-03-02T09:20",
            "fact0-what": "status",
            "fact0-value": "Nonsense",
        }
        assert "Unknown status “Nonsense”" in setup.get(address, **given).context["trial"].errors[0]

    @pytest.mark.parametrize(
        "given",
        [
            {"number": "C-999999"},
            {"number": ""},
            {"created_at": "soon"},
            {"created_at": "2026-03-02T09:00", "priority": "Nonsense"},
            {"created_at": "2026-03-02T09:00", "fact0-what": "reply"},
            {"created_at": "2026-03-02T09:00", "fact0-at": "2026-03-01T09:00", "fact0-what": "reply"},
            {"created_at": "2026-03-02T09:00", "until": "9999-12-31T23:59"},
            {"created_at": "2026-03-02T09:00", "fact0-at": "2026-03-02T09:00", "fact0-what": "complete"},
        ],
    )
    def test_what_cannot_be_tried_is_said_at_its_field(
        self, setup: Setup, address: str, given: dict[str, str]
    ) -> None:
        answer = setup.get(address, **given)
        assert (answer.status_code, answer.context["trial"]) == (200, None)
        assert 'class="bad"' in answer.content.decode()

    def test_there_is_no_other_version(self, setup: Setup) -> None:
        for key in ("99", "x", "9" * 30):
            for page in ("try", "replay"):
                address = f"/setup/entitlements/processversion/{key}/{page}/"
                assert setup.client.get(address).status_code == 404


class TestReplaying:
    @pytest.fixture
    def address(self, process: EntitlementProcess) -> str:
        return reverse("admin:replay_version", args=[process.versions.get().pk])

    def test_sets_the_version_beside_the_record(self, setup: Setup, case: Case, address: str) -> None:
        case.process_version.rows.filter(milestone__name="First Response").update(minutes=30)  # type: ignore[union-attr]
        answer = setup.get(address, days="90")
        report = answer.context["report"]
        assert (report.cases, report.worse, report.better) == (1, 1, 0)
        assert f'href="/cases/{case.number}/"' in answer.content.decode()
        assert "-100.0" in answer.content.decode()

    def test_leaves_out_what_is_older(self, setup: Setup, case: Case, address: str) -> None:
        Case.objects.update(created_at=timezone.now() - timedelta(days=91))
        assert setup.get(address, days="90").context["report"].cases == 0

    def test_says_when_it_stopped_early(
        self, setup: Setup, case: Case, address: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        make_case(now=timezone.now() - HOUR, account=case.account)
        assert "newest" not in setup.get(address, days="90").content.decode()
        monkeypatch.setattr(version_pages, "MOST_CASES", 1)
        assert "Only the 1 newest" in setup.get(address, days="90").content.decode()

    @pytest.mark.parametrize("days", ["", "0", "-1", "many", "99999999999"])
    def test_days_are_a_number(self, setup: Setup, address: str, days: str) -> None:
        answer = setup.get(address, days=days)
        assert (answer.status_code, answer.context["report"]) == (200, None)

    def test_begins_with_the_question_alone(self, setup: Setup, address: str) -> None:
        assert setup.get(address).context["report"] is None
