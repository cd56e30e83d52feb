"""Home: my cases, tasks, notifications, my week."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from cases.models import Case, CaseMilestone, Notification, Task
from cases.operations import change_case, reply_to_case
from cases.queries.my_work import Score, read_my_work
from tests.factory import first_response, make_case, make_customer, make_process, make_user, resolution
from tests.pages.conftest import logged_in
from tests.worklist.test_list_filters import found, shown

WEDNESDAY = datetime(2026, 3, 4, 12, tzinfo=UTC)


@pytest.fixture
def mine(agent: User, ago: Any) -> list[Case]:
    customer = make_customer(make_process("", first_response(60)))
    make_case("Another’s", account=customer, owner=make_user("bob"), now=ago(59))
    return [
        make_case(name, account=customer, owner=agent, now=ago(age)) for name, age in (("B", 20), ("A", 50))
    ]


def test_my_open_cases_by_urgency(client: Client, agent: User, mine: list[Case], ago: Any) -> None:
    lines = client.get("/").context["work"].lines
    assert [line.case.subject for line in lines] == ["A", "B"]
    change_case(mine[1].pk, fields={"status": "Closed"}, by=agent, now=ago(0))
    assert [line.case.subject for line in client.get("/").context["work"].lines] == ["B"]


def test_a_task_is_finished_from_there(client: Client, agent: User, mine: list[Case], ago: Any) -> None:
    late = Task.objects.create(
        case=mine[0], subject="Call", assigned_to=agent, due_at=ago(5), created_at=ago(9)
    )
    Task.objects.create(case=mine[0], subject="Whenever", assigned_to=agent, created_at=ago(9))
    Task.objects.create(
        case=mine[0], subject="Bob’s", assigned_to=User.objects.get(username="bob"), created_at=ago(9)
    )
    page = client.get("/")
    assert [task.subject for task in page.context["work"].tasks] == ["Call", "Whenever"]
    assert "overdue since" in page.content.decode()
    assert "Done: Call" in client.post(f"/tasks/{late.pk}/done/", follow=True).content.decode()
    late.refresh_from_db()
    assert late.done_at is not None
    assert client.post(f"/tasks/{late.pk}/done/").status_code == 404


def test_anothers_task_is_not_mine_to_finish(client: Client, mine: list[Case], ago: Any) -> None:
    bobs = Task.objects.create(
        case=mine[0], subject="x", assigned_to=User.objects.get(username="bob"), created_at=ago(1)
    )
    assert client.post(f"/tasks/{bobs.pk}/done/").status_code == 404


def test_unread_notifications(client: Client, agent: User, mine: list[Case], ago: Any) -> None:
    read = Notification.objects.create(
        user=agent, case=mine[0], text="Read", created_at=ago(2), read_at=ago(1)
    )
    Notification.objects.create(user=agent, case=mine[0], text="Fresh", created_at=ago(1))
    page = client.get("/").content.decode()
    assert "Fresh" in page
    assert read.text not in page


class TestMyWeek:
    """§10: met ÷ (met + missed); open and late is missed, cancelled only if it was late before."""

    @pytest.fixture
    def week(self, agent: User) -> None:
        process = make_process("", first_response(60), resolution(480))
        account = make_customer(process)

        def case(name: str, hours_ago: float) -> Case:
            return make_case(name, account=account, owner=agent, now=WEDNESDAY - timedelta(hours=hours_ago))

        def reply(one: Case, hours_ago: float) -> None:
            reply_to_case(one.pk, body="Yes", by=agent, now=WEDNESDAY - timedelta(hours=hours_ago))

        reply(case("Met", 5), 4.5)
        reply(case("Missed", 6), 2)
        reply(case("Met last week", 24 * 6), 24 * 6 - 0.5)
        case("Open and late", 3)
        case("Open and well", 0.5)
        closed = case("Cancelled in time", 1.5)
        change_case(closed.pk, fields={"status": "Closed"}, by=agent, now=WEDNESDAY - timedelta(hours=1))
        late = case("Cancelled late", 9)
        change_case(late.pk, fields={"status": "Closed"}, by=agent, now=WEDNESDAY - timedelta(hours=7))
        make_case("Nobody’s", account=account, now=WEDNESDAY - timedelta(hours=9))

    def test_counts(self, week: None, agent: User) -> None:
        scores = read_my_work(agent, WEDNESDAY).week
        first, resolved = scores.milestones
        assert (first.name, first.met, first.missed) == ("First Response", 1, 3)
        assert (resolved.name, resolved.met, resolved.missed) == ("Resolution", 2, 1)
        assert (scores.all.met, scores.all.missed, scores.all.compliance) == (3, 4, 42)
        assert scores.since == datetime(2026, 3, 2, tzinfo=UTC)

    def test_each_number_opens_its_cases(self, week: None, agent: User) -> None:
        query = "show=everything&owner=%40me&since=2026-03-02&milestone=First+Response&result="
        assert found(agent, query + "met", WEDNESDAY) == ["Met"]
        assert sorted(found(agent, query + "missed", WEDNESDAY)) == [
            "Cancelled late",
            "Missed",
            "Open and late",
        ]

    def test_a_waived_one_counts_neither_way(self, week: None, agent: User) -> None:
        missed = CaseMilestone.objects.filter(case__subject="Missed", milestone__name="First Response")
        missed.update(waived_at=WEDNESDAY)
        assert read_my_work(agent, WEDNESDAY).week.milestones[0] == Score("First Response", 1, 2)

    def test_nothing_is_no_percentage(self, agent: User) -> None:
        assert read_my_work(agent, WEDNESDAY).week.all == Score("", 0, 0)
        assert Score("", 0, 0).compliance is None
        assert Score("", 199, 1).compliance == 99


def test_its_links_lead_to_the_numbers(client: Client, agent: User, mine: list[Case], ago: Any) -> None:
    reply_to_case(mine[0].pk, body="Yes", by=agent, now=ago(0))
    page = client.get("/").content.decode()
    address = re.search(r'href="/cases/(\?[^"]*result=met[^"]*)">1</a>', page)
    assert address
    assert shown(client, address[1].replace("&amp;", "&")) == ["B"]


@pytest.mark.parametrize("count", [1, 30])
def test_its_queries_do_not_grow(
    client: Client, agent: User, mine: list[Case], ago: Any, count: int, django_assert_max_num_queries: Any
) -> None:
    for _ in range(count):
        make_case(account=mine[0].account, owner=agent, now=ago(5))
        Task.objects.create(case=mine[0], subject="x", assigned_to=agent, created_at=ago(1))
        Notification.objects.create(user=agent, case=mine[0], text="x", created_at=ago(1))
    client.get("/")
    with django_assert_max_num_queries(11):
        client.get("/")


@pytest.fixture
def notification(agent: User, ago: Any) -> Notification:
    return Notification.objects.create(user=agent, case=make_case(), text="C-1 is late", created_at=ago(1))


def test_the_badge_asks_for_nothing_while_nothing_is_new(client: Client, notification: Notification) -> None:
    page = client.get("/cases/").content.decode()
    found = re.search(r'id="badge" hx-get="([^"]+)"', page)
    assert found
    assert client.get(found[1]).status_code == 204
    again = Notification.objects.create(
        user=notification.user, case=notification.case, text="News", created_at=notification.created_at
    )
    badge = client.get(found[1]).content.decode()
    assert '<span class="count">2<' in badge
    assert f'data-latest="{again.pk}"' in badge
    assert 'data-text="News"' in badge


def test_one_is_marked_read_alone(client: Client, notification: Notification) -> None:
    client.post(f"/notifications/{notification.pk}/read/")
    notification.refresh_from_db()
    assert notification.read_at is not None
    stranger = logged_in(make_user("eve"))
    assert stranger.post(f"/notifications/{notification.pk}/read/").status_code == 404
