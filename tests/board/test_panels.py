"""Below the lanes: load against people, what stands still, what nobody watches, escalations, the engine."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cases.engine.load import READABLE, load
from cases.models import Case, Escalation
from cases.operations import change_case, create_case, receive_customer_message, reply_to_case, stop_case
from cases.queries.why_none import why_no_milestones
from entitlements.models import Queue, Rota, RotaShift
from tests.board.boards import board_at, counts, listed_at
from tests.factory import (
    first_response,
    make_account,
    make_case,
    make_customer,
    make_entitlement,
    make_process,
    make_user,
    resolution,
)

WEDNESDAY = datetime(2026, 3, 4, 13, tzinfo=UTC)


def before(minutes: float) -> datetime:
    return WEDNESDAY - timedelta(minutes=minutes)


@pytest.fixture
def work(agent: User) -> User:
    """Two of Claims late, one of them nobody's; one of Motor due. Amy is on duty for Claims alone."""
    customer = make_customer(make_process("", first_response(60)))
    Queue.objects.create(name="Motor")
    for queue, hours in (("Claims", ("12:00", "14:00")), ("Motor", ("14:00", "18:00"))):
        rota = Rota.objects.create(queue_id=queue)
        for weekday in range(7):
            RotaShift.objects.create(
                rota=rota, person="amy", weekday=weekday, starts_at=hours[0], ends_at=hours[1]
            )
    make_case("Late, Amy's", account=customer, queue="Claims", owner=agent, now=before(70))
    make_case("Late, nobody's", account=customer, queue="Claims", now=before(65))
    make_case("Due", account=customer, queue="Motor", owner=make_user("bob"), now=before(30))
    return agent


def test_the_load_of_queues_stands_against_people_on_duty(work: User) -> None:
    lines = {one.queue: one for one in board_at(WEDNESDAY).load.queues}
    claims, motor = lines["Claims"], lines["Motor"]
    assert (claims.work.late, claims.work.due, claims.work.unassigned) == (2, 0, 1)
    assert (claims.on_duty, claims.each, claims.is_left_alone) == (["amy"], 2.0, False)
    assert (motor.work.late, motor.work.due, motor.on_duty) == (0, 1, [])
    assert (motor.each, motor.is_left_alone) == (None, True)
    assert board_at(WEDNESDAY).load.queues[0].queue == "Motor"


def test_the_load_by_a_milestone_counts_its_own_targets(work: User) -> None:
    customer = make_customer(make_process("", first_response(600), resolution(60)))
    make_case("Late elsewhere", account=customer, queue="Claims", owner=work, now=before(70))

    def loads(query: str) -> dict[str, tuple[int, int, int]]:
        lines = board_at(WEDNESDAY, query).load.queues
        return {one.queue: (one.work.late, one.work.due, one.work.unassigned) for one in lines}

    assert loads("") == {"Claims": (3, 0, 1), "Motor": (0, 1, 0)}
    assert loads("milestone=First+Response") == {"Claims": (2, 1, 1), "Motor": (0, 1, 0)}
    assert loads("milestone=Resolution") == {"Claims": (1, 0, 0), "Motor": (0, 0, 0)}


def test_a_queue_without_a_rota_has_its_members(work: User) -> None:
    Rota.objects.all().delete()
    Queue.objects.get(name="Claims").members.set([work, make_user("cy"), make_user("gone", is_active=False)])
    claims = next(one for one in board_at(WEDNESDAY).load.queues if one.queue == "Claims")
    assert (claims.on_duty, claims.members, claims.each) == (None, 2, 1.0)


def test_the_load_of_agents_shows_who_is_free_too(work: User) -> None:
    RotaShift.objects.filter(rota__queue="Motor").update(person="cy", starts_at="10:00")
    make_user("cy")
    lines = [
        (one.name, one.work.late, one.work.due, one.is_on_duty) for one in board_at(WEDNESDAY).load.agents
    ]
    assert lines == [("amy", 1, 0, True), ("bob", 0, 1, False), ("cy", 0, 0, True)]


def test_an_owner_off_duty_is_a_reason_on_the_card(work: User) -> None:
    Case.objects.filter(subject="Late, Amy's").update(owner=make_user("dan"))
    late = {card.case.subject: list(card.why) for card in board_at(WEDNESDAY).lanes[0].cards}
    assert late == {"Late, Amy's": ["its owner is off duty"], "Late, nobody's": []}


@pytest.fixture
def stopped(agent: User) -> list[Case]:
    """Stopped for two days; for an hour; for an hour, and the customer has written since."""
    cases = [make_case(name, now=before(3000)) for name in ("Long", "Short", "Answered", "Answered and told")]
    stop_case(cases[0].pk, reason="Parts", by=agent, now=before(2880))
    for case in cases[1:]:
        stop_case(case.pk, reason="Surveyor", by=agent, now=before(60))
    for case in cases[2:]:
        receive_customer_message(case.pk, body="Here it is", now=before(30))
    reply_to_case(cases[3].pk, body="Thanks, still waiting", by=agent, now=before(20))
    return cases


def test_what_stands_still_too_long_is_shown_with_its_reason(stopped: list[Case]) -> None:
    (line,) = board_at(WEDNESDAY).stopped_long
    assert (line.case.subject, line.why, line.stop.since) == ("Long", "Parts", before(2880))
    assert listed_at(WEDNESDAY, "show=stopped-long") == ["Long"]


def test_what_stands_still_though_the_customer_has_answered(stopped: list[Case]) -> None:
    board = board_at(WEDNESDAY)
    assert [line.case.subject for line in board.answered] == ["Answered"]
    assert counts(board)["answered"] == 1
    assert listed_at(WEDNESDAY, "show=answered") == ["Answered"]


def test_a_day_is_not_too_long(agent: User) -> None:
    case = make_case(now=before(3000))
    stop_case(case.pk, reason="x", by=agent, now=before(24 * 60))
    assert board_at(WEDNESDAY).stopped_long == []
    assert len(board_at(WEDNESDAY + timedelta(seconds=1)).stopped_long) == 1


SENTENCES = {
    "set-aside": "the engine has set this case aside",
    "no-customer": "no account and no contact",
    "no-entitlement": "there is no entitlement for",
    "not-given": "was not given it",
    "not-begun": "starts only on",
    "ended": "no active entitlement for",
    "no-version": "has no published version",
    "enters-later": "the case enters",
    "inactive": "is not active",
    "not-entered": "has not entered",
    "none-fits": "fits this case",
}


@pytest.fixture
def unwatched(agent: User) -> None:
    """One case for each reason, and two for one."""
    now = before(10)
    make_case("set-aside", account=make_account(), now=now)
    Case.objects.filter(subject="set-aside").update(set_aside="An expression failed.")
    create_case(subject="no-customer", by=None, now=now)
    for _ in range(2):
        make_case("no-entitlement", account=make_account(), now=now)
    late_comer = make_account()
    make_case("not-given", account=late_comer, now=now)
    make_entitlement(late_comer, make_process())
    begins, ended = make_account(), make_account()
    make_entitlement(begins, make_process(), date(2026, 4, 1))
    make_entitlement(ended, make_process(), date(2025, 1, 1), end_date=date(2026, 3, 1))
    make_case("not-begun", account=begins, now=now)
    make_case("ended", account=ended, now=now)
    make_case("no-version", account=make_customer(make_process(published=False)), now=now)
    make_case("not-entered", account=make_customer(make_process(enter_at="first_response_at")), now=now)
    make_case("none-fits", account=make_customer(make_process("", first_response(when="false"))), now=now)
    sleeping = make_process("Sleeping", enter_at="first_response_at")
    make_case("inactive", account=make_customer(sleeping), now=now)
    sleeping.is_active = False
    sleeping.save()
    over = make_case("over", account=make_customer(make_process("", first_response())), now=now)
    reply_to_case(over.pk, body="Hello", by=agent, now=now)
    make_case("Watched", now=now)


def test_coverage_counts_the_reasons(unwatched: None) -> None:
    board = board_at(WEDNESDAY)
    told = {reason.key: reason.count for reason in board.coverage.reasons}
    expected = Counter(Case.objects.exclude(subject="Watched").values_list("subject", flat=True))
    assert told == expected
    assert board.coverage.reasons[0].key == "no-entitlement"
    assert counts(board)["unwatched"] == sum(told.values())


def test_each_reason_opens_its_cases(unwatched: None) -> None:
    for key in SENTENCES | {"over": ""}:
        found = set(listed_at(WEDNESDAY, f"show=unwatched&why={key}"))
        assert found == ({key} if Case.objects.filter(subject=key).exists() else set()), key


def test_a_reason_is_what_the_case_itself_says(unwatched: None) -> None:
    works = load(list(READABLE.exclude(subject__in=("Watched", "over")))).values()
    for work in works:
        assert SENTENCES[work.case.subject] in why_no_milestones(work, WEDNESDAY), work.case.subject


def test_escalations_are_acknowledged_on_the_board(supervisor: Client, agent: User, ago: Any) -> None:
    case = make_case("Fire", now=ago(90))
    levels = [{"after": 0, "to": ["owner"]}]
    row = Escalation.objects.create(
        case=case, ladder="Tower", levels=levels, reason="Late", started_at=ago(5)
    )
    page = supervisor.get("/at-risk/?queue=-")
    assert page.context["board"].escalated.count == 1
    assert f'id="acknowledge-{row.pk}"' in page.content.decode()
    back = "/at-risk/?queue=-"
    answer = supervisor.post(f"/escalations/{row.pk}/acknowledge/", {"back": back})
    assert answer["Location"] == back
    assert supervisor.get(back).context["board"].escalated.count == 0


def test_the_engine_is_told_to_be_asleep(supervisor: Client, agent: User, ago: Any) -> None:
    make_case("Late", account=make_customer(make_process("", first_response(60))), now=ago(90))
    page = supervisor.get("/at-risk/").content.decode()
    assert "has not looked yet" in page
    assert "milestone waits for it since" in page


def test_it_is_for_supervisors(client: Client) -> None:
    assert client.get("/at-risk/").status_code == 403
    assert Client().get("/at-risk/").status_code == 302


def test_it_refreshes_as_a_fragment(supervisor: Client) -> None:
    page = supervisor.get("/at-risk/?queue=Claims", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in page
    assert page.startswith('<div id="at_risk"')
    assert 'hx-get="/at-risk/?queue=Claims"' in page


def test_the_wall_screen_offers_nothing_to_press(supervisor: Client, ago: Any) -> None:
    make_case("Late", now=ago(90))
    page = supervisor.get("/at-risk/?wall=1&queue=-").content.decode()
    assert 'name="case"' not in page
    assert 'class="shell-nav"' not in page
    assert "Queue: <b>no queue</b>" in page
    assert 'href="?queue=-"' in page


def test_its_queries_do_not_grow(supervisor: Client, agent: User, ago: Any) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert supervisor.get("/at-risk/").status_code == 200
        return len(asked)

    def fill(number: int) -> None:
        for _ in range(number):
            queue = Queue.objects.create(name=f"Queue {Queue.objects.count()}")
            rota = Rota.objects.create(queue=queue)
            RotaShift.objects.create(rota=rota, person="amy", weekday=2, starts_at="00:00", ends_at="00:00")
            customer = make_customer()
            make_case(account=customer, now=ago(70), queue=queue.name)
            stopped = make_case(account=customer, now=ago(3000), queue=queue.name)
            stop_case(stopped.pk, reason="x", by=agent, now=ago(2990))
            change_case(stopped.pk, fields={"owner": "amy"}, by=agent, now=ago(2980))
            make_case(account=make_account(), now=ago(5))

    fill(1)
    queries()
    few = queries()
    fill(6)
    queries()
    assert queries() == few <= 29


def test_from_a_card_the_way_back_is_the_board_until_a_list_is_looked_at(
    supervisor: Client, agent: User, ago: Any
) -> None:
    case = make_case(now=ago(90))
    supervisor.get("/at-risk/?queue=-")
    back = '<a href="/at-risk/?queue=-">At risk</a>'
    assert back in supervisor.get(f"/cases/{case.number}/").content.decode()
    supervisor.get("/cases/?show=late&queue=-")
    page = supervisor.get(f"/cases/{case.number}/").content.decode()
    assert back not in page
    assert 'href="/cases/?show=late&amp;queue=-">Cases</a>' in page
