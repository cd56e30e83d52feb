"""The case team: who follows a case, seen and changed on its page; what they are told; where they find it."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from cases import operations
from cases.models import Case, CaseEvent, CaseFollower, Notification
from cases.operations import NoSuchCase, Refused
from entitlements.models import Queue
from tests.factory import make_case, make_contact, make_customer, make_user
from tests.pages.conftest import logged_in
from tests.worklist.test_list_filters import shown


@pytest.fixture
def case(desk: None, ago: Any) -> Case:
    contact = make_contact(make_customer(name="Acme"))
    return make_case("Burst pipe", contact=contact, account=contact.account, queue="Claims", now=ago(30))


@pytest.fixture
def priya(desk: None) -> User:
    return make_user("priya", first_name="Priya", last_name="Nair")


@pytest.fixture
def now(ago: Any) -> datetime:
    moment: datetime = ago(0)
    return moment


def team_on(client: Client, case: Case) -> list[str]:
    """The names in the panel."""
    page = client.get(f"/cases/{case.number}/").content.decode()
    panel = page[page.index('id="team"') : page.index('id="add-follower"')]
    return re.findall(r"<strong>([^<]+)</strong>", panel)


def add(client: Client, case: Case, person: str, role: str = "", **given: Any) -> Any:
    return client.post(f"/cases/{case.number}/team/", {"person": person, "role": role}, **given)


def events(case: Case) -> list[tuple[str, str, str]]:
    rows = CaseEvent.objects.filter(case=case, kind__startswith="team_")
    return [(event.kind, event.by, event.details["who"]) for event in rows]


class TestThePanel:
    def test_a_colleague_is_added_by_name_with_what_they_do_and_taken_out(
        self, client: Client, case: Case, priya: User
    ) -> None:
        page = add(client, case, "  priya   NAIR ", "Loss adjuster", follow=True).content.decode()
        assert "Loss adjuster" in page and "In the team: Priya Nair (Loss adjuster)" in page
        assert team_on(client, case) == ["Priya Nair"]
        client.post(f"/cases/{case.number}/team/remove/", {"person": "priya"})
        assert team_on(client, case) == []
        assert events(case) == [("team_joined", "amy", "Priya Nair"), ("team_left", "amy", "Priya Nair")]

    def test_following_and_stopping_are_one_click_and_twice_is_once(
        self, client: Client, case: Case, agent: User
    ) -> None:
        for given in ({}, {}, {"stop": "1"}, {"stop": "1"}):
            client.post(f"/cases/{case.number}/follow/", given)
        assert [kind for kind, _, _ in events(case)] == ["team_joined", "team_left"]

    def test_the_button_says_what_it_would_do(self, client: Client, case: Case) -> None:
        address = f"/cases/{case.number}/"
        assert ">Follow<" in client.get(address).content.decode()
        client.post(f"{address}follow/")
        assert ">Stop following<" in client.get(address).content.decode()

    def test_a_script_gets_the_panel_and_the_timeline(self, client: Client, case: Case, priya: User) -> None:
        page = add(client, case, "priya", headers={"HX-Request": "true"}).content.decode()
        assert 'id="team"' in page and "Priya Nair" in page and "<html" not in page
        assert "In the team: Priya Nair" in page

    def test_it_offers_who_may_see_the_case_and_is_not_in_it(
        self, client: Client, case: Case, priya: User
    ) -> None:
        make_user("bob", first_name="Bob")
        make_user("customer", "Nobody", first_name="Eve")
        make_user("gone", is_active=False)
        Queue.objects.update(is_restricted=True)
        for user in (priya, User.objects.get(username="amy")):
            Queue.objects.get().members.add(user)
        make_user("sue", "Supervisors", first_name="Sue")
        operations.follow_case(case.pk, priya, by=priya, now=case.created_at)
        page = client.get(f"/cases/{case.number}/")
        assert page.context["page"].team.others == ["amy", "Sue"]

    def test_two_of_one_name_are_told_apart_by_their_user_names(
        self, client: Client, case: Case, priya: User
    ) -> None:
        make_user("priya2", first_name="Priya", last_name="Nair")
        page = client.get(f"/cases/{case.number}/")
        assert page.context["page"].team.others == ["amy", "priya", "priya2"]
        assert "Several people are called Priya Nair" in add(client, case, "Priya Nair").content.decode()
        add(client, case, "priya2")
        assert CaseFollower.objects.get().user.username == "priya2"

    @pytest.mark.parametrize(
        ("person", "role", "why"),
        [
            ("", "", "Say who is to follow"),
            ("Nobody Atall", "", "Nobody at this desk is called “Nobody Atall”"),
            ("<script>alert(1)</script>", "", "Nobody at this desk is called “&lt;script&gt;"),
            ("gone", "", "Nobody at this desk is called “gone”"),
            ("customer", "", "may not see this case"),
            ("outsider", "", "Out Sider may not see this case"),
            ("amy", "x" * 61, "at most 60"),
            ("x" * 400, "", "at most 310"),
            ("amy\x00", "", "Null characters are not allowed"),
        ],
    )
    def test_bad_input_is_said_at_the_panel_and_changes_nothing(
        self, client: Client, agent: User, case: Case, person: str, role: str, why: str
    ) -> None:
        make_user("customer", "Nobody")
        make_user("gone", is_active=False)
        make_user("outsider", first_name="Out", last_name="Sider")
        Queue.objects.update(is_restricted=True)
        Queue.objects.get().members.add(agent)
        answer = add(client, case, person, role)
        assert answer.status_code in (409, 422)
        page = answer.content.decode()
        assert why in page[page.index('id="team"') : page.index('id="tasks"')]
        assert not CaseFollower.objects.exists() and events(case) == []

    def test_who_is_not_in_it_cannot_be_taken_out(self, client: Client, case: Case, priya: User) -> None:
        answer = client.post(f"/cases/{case.number}/team/remove/", {"person": "priya"})
        assert answer.status_code == 409 and "not in the case team any more" in answer.content.decode()

    def test_who_may_not_see_the_case_any_more_is_marked_and_can_be_taken_out(
        self, client: Client, agent: User, case: Case, priya: User
    ) -> None:
        operations.follow_case(case.pk, priya, by=priya, now=case.created_at)
        Queue.objects.update(is_restricted=True)
        Queue.objects.get().members.add(agent)
        assert "may not see this case" in client.get(f"/cases/{case.number}/").content.decode()
        client.post(f"/cases/{case.number}/team/remove/", {"person": "priya"})
        assert not CaseFollower.objects.exists()


class TestTheTeam:
    def test_has_each_person_once_and_keeps_a_role_that_is_not_named(self, case: Case, priya: User) -> None:
        start, later = case.created_at, case.created_at.replace(year=2030)
        for role, at in (("Expert", start), ("Lawyer", later), (None, later), ("Lawyer", later)):
            operations.follow_case(case.pk, priya, by=priya, role=role, now=at)
        assert CaseFollower.objects.values_list("role", "since").get() == ("Lawyer", start)
        assert len(events(case)) == 2

    def test_has_thirty_people_at_most(self, case: Case, priya: User) -> None:
        people = User.objects.bulk_create(User(username=f"u{at}") for at in range(30))
        CaseFollower.objects.bulk_create(
            CaseFollower(case=case, user=user, since=case.created_at) for user in people
        )
        with pytest.raises(Refused, match="at most 30"):
            operations.follow_case(case.pk, priya, by=priya, now=case.created_at)

    def test_of_a_case_that_is_not_there_is_refused(self, priya: User, now: datetime) -> None:
        with pytest.raises(NoSuchCase):
            operations.follow_case(0, priya, by=priya, now=now)

    def test_goes_along_with_a_merge(self, case: Case, agent: User, priya: User, now: datetime) -> None:
        other = make_case(account=case.account, now=case.created_at)
        for one in (case, other):
            operations.follow_case(one.pk, priya, by=priya, now=now)
        operations.follow_case(case.pk, agent, by=agent, role="Lead", now=now)
        operations.merge_case(case.pk, other, by=agent, now=now)
        team = CaseFollower.objects.filter(case=other).values_list("user__username", "role")
        assert list(team) == [("priya", ""), ("amy", "Lead")]


class TestTheNews:
    """What followers are told in the desk."""

    @pytest.fixture
    def told(self, case: Case, priya: User, agent: User, now: datetime) -> Any:
        operations.follow_case(case.pk, priya, by=priya, now=now)
        operations.follow_case(case.pk, agent, by=agent, now=now)
        return lambda user: list(Notification.objects.filter(user=user).values_list("text", flat=True))

    def test_what_the_customer_wrote(self, case: Case, told: Any, priya: User, now: datetime) -> None:
        operations.receive_customer_message(case.pk, body="Well?", contact=case.contact, now=now)
        assert told(priya) == [f"Ada Byron wrote: {case.number} Burst pipe"]

    def test_what_a_colleague_replied_but_not_to_who_did(
        self, case: Case, told: Any, priya: User, agent: User, now: datetime
    ) -> None:
        operations.reply_to_case(case.pk, body="At once", by=priya, now=now)
        assert told(agent) == [f"Priya Nair replied: {case.number} Burst pipe"]
        assert told(priya) == []

    def test_not_of_notes(self, case: Case, told: Any, priya: User, agent: User, now: datetime) -> None:
        operations.add_note(case.pk, body="Secret", by=agent, now=now)
        assert told(priya) == []

    def test_that_somebody_put_them_there(self, case: Case, agent: User, now: datetime) -> None:
        bob = make_user("bob")
        operations.follow_case(case.pk, bob, by=agent, role="Witness", now=now)
        assert Notification.objects.get(user=bob).text.startswith("amy put you into the team as Witness: C-")

    def test_nothing_of_a_case_that_they_may_not_see_any_more(
        self, case: Case, told: Any, priya: User, now: datetime
    ) -> None:
        Queue.objects.update(is_restricted=True)
        operations.receive_customer_message(case.pk, body="Well?", contact=case.contact, now=now)
        assert told(priya) == []

    def test_once_for_a_form_posted_twice(
        self, client: Client, case: Case, told: Any, priya: User, now: datetime
    ) -> None:
        key = "7f9c24e8-3b12-4fef-91e0-55f9a0a2f0aa"
        for _ in range(2):
            client.post(
                f"/cases/{case.number}/messages/", {"kind": "reply", "body": "On it", "form_key": key}
            )
        assert len(told(priya)) == 1


class TestWhereTheyFindIt:
    @pytest.fixture
    def followed(self, case: Case, agent: User, now: datetime) -> Case:
        operations.follow_case(case.pk, agent, by=agent, now=now)
        make_case("Not followed", account=case.account, now=case.created_at)
        return case

    def test_in_the_list_under_i_follow(self, client: Client, followed: Case) -> None:
        assert shown(client, "?show=followed") == ["Burst pipe"]
        chips = {chip.key: chip.count for chip in client.get("/cases/").context["list"].chips}
        assert chips["followed"] == 1
        narrowed = client.get("/cases/?q=pipe").context["list"].chips
        assert {chip.key: chip.count for chip in narrowed}["followed"] == 1

    def test_on_my_work_while_it_is_open_and_anothers(
        self, client: Client, agent: User, followed: Case, now: datetime
    ) -> None:
        assert "Cases that I follow" in client.get("/").content.decode()
        operations.change_case(followed.pk, fields={"owner": "amy"}, by=agent, now=now)
        assert "Cases that I follow" not in client.get("/").content.decode()

    def test_not_once_it_is_out_of_sight(self, client: Client, followed: Case) -> None:
        Queue.objects.update(is_restricted=True)
        assert "Burst pipe" not in client.get("/").content.decode()
        assert shown(client, "?show=followed") == []


def test_no_customer_has_a_way_to_it(case: Case) -> None:
    client = logged_in(make_user("eve", "Nobody"))
    for place in ("team/", "team/remove/", "follow/"):
        assert client.post(f"/cases/{case.number}/{place}", {"person": "eve"}).status_code == 403
