"""The live example beside a milestone's form: it says what the desk then does, as the form stands."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest

from cases.engine.due import tick
from cases.models import CaseMilestone, FiredTrigger
from entitlements.core.foresight import Foreseen
from entitlements.models import CustomField, Holiday, Milestone, ProcessMilestone, ProcessVersion
from entitlements.models.settings import CustomFieldType
from entitlements.queries.live_example import LiveExample, live_example
from tests.factory import (
    make_account,
    make_case,
    make_customer,
    make_desk,
    make_entitlement,
    make_hours,
    make_process,
    make_user,
    violation,
    warning,
)
from tests.setup.administrator import Setup, page, page_of
from tests.setup.steps import PLAIN_ROW, new_process, new_row

NOW = datetime(2026, 3, 4, 12, 0, 30, tzinfo=UTC)
TIERS = ('case.priority == "High"', 'account.tier in ["Gold", "Silver"]', "!case.is_escalated", "")
FORMULA = 'case.priority == "High" ? 45 : account.tier == "Gold" ? 90 : 200'


def example(row: ProcessMilestone, now: datetime = NOW, **given: str) -> LiveExample:
    return live_example(row, row.version, given, now)


def steps(found: LiveExample, number: int = 0) -> list[tuple[str, str]]:
    return [(step.words, step.at) for step in found.examples[number].steps]


@pytest.mark.usefixtures("desk")
class TestTheExample:
    @pytest.fixture
    def row(self, desk: None) -> ProcessMilestone:
        hours = make_hours("Office", time_zone="Europe/Berlin")
        hours.holidays.add(Holiday.objects.create(name="Good Friday", start_date=date(2026, 4, 3)))
        milestone = {"milestone": "First Response", "minutes": 240, "completed_by": "agent_reply"}
        milestone["triggers"] = [warning(75), violation(60)]
        return make_process("Premium", milestone, hours=hours, published=False).versions.get().rows.get()

    def test_is_for_now_friday_and_the_evening_before_a_holiday(self, row: ProcessMilestone) -> None:
        found = example(row)
        assert [(one.words, one.created) for one in found.examples] == [
            ("Created now", "Wed 4 Mar 13:00"),
            ("Friday 16:45", "Fri 6 Mar 16:45"),
            ("The evening before Good Friday", "Thu 2 Apr 18:00"),
        ]
        assert steps(found, 1) == [
            ("starts", "Fri 6 Mar 16:45"),
            ("warning 75\u00a0%", "Mon 9 Mar 11:45"),
            ("due", "Mon 9 Mar 12:45"),
            ("violation 1h", "Mon 9 Mar 13:45"),
        ]
        assert steps(found, 2)[2] == ("due", "Mon 6 Apr 13:00")
        assert (found.hours, found.zone) == ("Office", "Europe/Berlin")

    def test_says_what_a_day_means(self, row: ProcessMilestone) -> None:
        row.minutes = 28 * 60
        assert example(row).day == "1d 4h of Office: a usual day there has 8h, so this is 3.5 of them."
        row.hours_from = "always"
        assert example(row).day == "1d 4h on the clock on the wall: nights and weekends count."

    def test_of_round_the_clock_has_no_holiday(self, row: ProcessMilestone) -> None:
        row.hours_from = "always"
        assert example(row).examples[2].words == "The evening before a holiday: 24/7 knows none"

    def test_is_of_a_case_that_fits_the_criteria(self, row: ProcessMilestone) -> None:
        row.when = 'case.priority == "High" && account.tier in ["Gold", "Silver"]'
        found = example(row)
        assert [(one.field.label, one.value) for one in found.sample] == [
            ("Priority", "High"),
            ("Account tier", "Gold"),
        ]
        assert steps(found)

    def test_takes_the_case_that_is_chosen(self, row: ProcessMilestone) -> None:
        row.when = 'case.priority == "High"'
        found = live_example(row, row.version, {"case.priority": "Low"}, NOW)
        assert found.examples[0].remark == "Its criteria do not hold for such a case."
        row.when, row.minutes, row.formula = "", None, FORMULA
        assert steps(live_example(row, row.version, {"case.priority": "High"}, NOW))[2] == (
            "due",
            "Wed 4 Mar 13:45",
        )

    def test_asks_for_the_status_where_it_matters_whether_the_case_is_closed(
        self, row: ProcessMilestone
    ) -> None:
        CustomField.objects.create(key="amount", label="Claimed", type=CustomFieldType.NUMBER)
        row.when = "!case.is_closed && case.custom.amount > 10.0"
        found = example(row)
        assert [(one.field.label, one.value) for one in found.sample] == [
            ("Claimed", "11.0"),
            ("Status", "New"),
        ]
        assert steps(found)
        closed = live_example(row, row.version, {"case.status": "Closed"}, NOW)
        assert closed.examples[0].remark == "Such a case does not enter the process: its exit criteria hold."

    def test_says_which_tier_comes_first(self, row: ProcessMilestone) -> None:
        second = ProcessMilestone(version=row.version, milestone=row.milestone, minutes=5)
        assert example(second).examples[0].remark.startswith("Tier 1 of this milestone comes first")

    def test_takes_its_own_date_fields_as_filled(self, row: ProcessMilestone) -> None:
        CustomField.objects.create(key="due", label="Due", type=CustomFieldType.DATE)
        row.start = "custom.due"
        assert steps(example(row))[0] == ("starts", "Wed 4 Mar 13:00")

    def test_says_why_a_formula_gives_no_target(self, row: ProcessMilestone) -> None:
        row.minutes, row.formula = None, "1 / case.reopen_count"
        assert "divide by zero" in example(row).examples[0].remark


def random_process(chance: Random) -> ProcessVersion:
    """Three tiers or milestones with what they may have, in random hours."""
    hours = [None, make_hours("Office"), make_hours("Late", opens=datetime(1, 1, 1, 13).time())]
    milestones = []
    for number in range(3):
        target: dict[str, Any] = {"minutes": chance.choice([7, 60, 500])}
        if chance.random() < 0.3:
            target = {"minutes": None, "formula": FORMULA}
        triggers = [warning(chance.choice([10, 50, 75])), warning(minutes=20)]
        triggers += [violation(0, {"kind": "set", "priority": "High"}), violation(45)]
        milestones.append(
            {
                "milestone": chance.choice(["First Response", "Resolution"]),
                "completed_by": "manual",
                "when": chance.choice(TIERS),
                "start": chance.choice(["entry", "criteria"]),
                "triggers": chance.sample(triggers, chance.randint(0, 4)),
                "position": number,
                **target,
                **({"hours": own} if (own := chance.choice(hours)) else {}),
            }
        )
    for position, one in enumerate(milestones):
        one["position"] = position
    placed = [{name: value for name, value in one.items() if name != "position"} for one in milestones]
    return make_process("", *placed, hours=chance.choice(hours)).versions.get()


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(12))
def test_what_the_example_says_is_what_the_desk_does(seed: int) -> None:
    make_desk()
    chance = Random(seed)
    version = random_process(chance)
    given = {"case.priority": chance.choice(["High", "Low"]), "account.tier": chance.choice(["Gold", "Tin"])}
    account = make_account(tier=given["account.tier"])
    make_entitlement(account, version.process)
    for row in version.rows.all():
        for one in live_example(row, version, given, NOW).examples:
            if one.foreseen is not None:
                assert at_the_desk(row, one.foreseen, given["case.priority"], account) == told(one.foreseen)


def told(seen: Foreseen) -> Any:
    """Start, target, and each trigger's kind and due time."""
    if seen.start is None:
        return None
    return seen.start, seen.target, [(str(one.trigger.kind), one.due) for one in seen.firings]


def at_the_desk(row: ProcessMilestone, seen: Foreseen, priority: str, account: Any) -> Any:
    """The same, of a real case that is created at that moment and looked at until all has happened."""
    case = make_case(account=account, priority=priority, now=seen.created_at)
    last = max((one.due for one in seen.firings), default=seen.created_at)
    looks = 0
    while looks < 60:
        due = CaseMilestone.objects.filter(
            case=case, due_at__isnull=False, due_at__lte=last + timedelta(seconds=1)
        )
        first = due.order_by("due_at").values_list("due_at", flat=True).first()
        if first is None:
            break
        tick(first, 100)
        looks += 1
    found = CaseMilestone.objects.filter(case=case, process_milestone=row).order_by("number").first()
    if found is None:
        return None
    fired = FiredTrigger.objects.filter(case_milestone=found).order_by("pk")
    return found.start_date, found.original_target, [(one.trigger.kind, one.due) for one in fired]


class TestItsPage:
    def post(self, setup: Setup, address: str, **given: str) -> Any:
        return setup.client.post(address, PLAIN_ROW | given)

    def test_answers_to_the_form_as_it_stands_and_saves_nothing(self, setup: Setup) -> None:
        row = new_row(setup, new_process(setup))
        answer = self.post(setup, page_of(row, "example"), milestone=str(row.milestone_id), minutes="1d 4h")
        assert "1d 4h on the clock on the wall" in answer.content.decode()
        row.refresh_from_db()
        assert row.minutes == 240

    def test_is_there_for_a_milestone_that_is_not_saved_yet(self, setup: Setup) -> None:
        version = new_process(setup)
        milestone = Milestone.objects.create(name="First Response")
        address = f"{page('processmilestone', 'new_example')}?version={version.pk}"
        answer = self.post(setup, address, milestone=str(milestone.pk), minutes="15m")
        assert "Friday 16:45" in answer.content.decode()
        assert not version.rows.exists()

    @pytest.mark.parametrize(
        ("given", "says"),
        [
            ({"minutes": "soon"}, "Time trigger: “soon” is not a duration"),
            ({"minutes": "", "formula": "case.prority"}, "Formula: unknown name “case.prority”"),
            ({"when": "().__class__"}, "Criteria: "),
            ({"milestone": ""}, "Milestone: "),
            ({"hours_from": "named"}, "Business hours: Choose the business hours"),
        ],
    )
    def test_says_what_is_still_missing(self, setup: Setup, given: dict[str, str], says: str) -> None:
        row = new_row(setup, new_process(setup))
        answer = self.post(setup, page_of(row, "example"), **{"milestone": str(row.milestone_id)} | given)
        assert says in answer.content.decode()

    def test_survives_a_hostile_sample(self, setup: Setup) -> None:
        row = new_row(setup, new_process(setup), when='case.priority == "High"')
        sample = {"sample:case.priority": "<script>", "sample:case.is_closed": "x", "sample:": "y"}
        answer = self.post(setup, page_of(row, "example"), milestone=str(row.milestone_id), **sample)
        assert answer.status_code == 200
        assert "<script>" not in answer.content.decode()

    def test_is_for_administrators_and_for_what_there_is(self, setup: Setup) -> None:
        row = new_row(setup, new_process(setup))
        address = page_of(row, "example")
        assert Setup(make_user("bob")).post(address).status_code == 403
        assert setup.get(address).status_code == 405
        assert setup.post(address.replace(f"/{row.pk}/", "/999/")).status_code == 404
        assert setup.post(page("processmilestone", "new_example")).status_code == 404

    def test_stands_on_the_page_of_a_milestone_from_the_beginning(self, setup: Setup) -> None:
        process = make_process("Standard")
        make_customer(process, name="Aurora")
        row = process.versions.get().rows.all()[0]
        assert "Friday 16:45" in setup.get(page_of(row)).content.decode()
