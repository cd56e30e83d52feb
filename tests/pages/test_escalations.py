"""Escalations on the page of a case, in the list of open ones, and behind the link in the mail."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.models import User
from django.core.signing import Signer
from django.test import Client
from django.utils import timezone

from cases.engine.acknowledge_link import SALT, Invitation, link_for
from cases.engine.due import tick
from cases.models import Case, Escalation
from cases.operations import reply_to_case
from entitlements.models import Queue
from tests.escalation_rows import escalating_case, make_ladder, make_rule, steps_of
from tests.factory import make_case, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(agent: User) -> Case:
    """Late since ten minutes, and its owner told."""
    now = timezone.now()
    make_ladder("On call", (0, ["owner"]), (60, ["supervisors", "lead@example.com"]))
    case = escalating_case(now=now - timedelta(minutes=70), owner=agent)
    tick(now, 10)
    return case


def escalation() -> Escalation:
    return Escalation.objects.get()


def link(address: str = "duty@example.com", user: int | None = None, at: datetime | None = None) -> str:
    made = link_for(Invitation(escalation().pk, address, user), at or timezone.now())
    return urlsplit(made).path


class TestTheCase:
    def test_shows_the_level_and_who_was_told(self, client: Client, case: Case) -> None:
        page = client.get(f"/cases/{case.number}/").content.decode()
        assert "First Response is late" in page
        assert "Level 1: amy" in " ".join(page.split())

    def test_shows_who_comes_next(self, client: Client, case: Case) -> None:
        page = client.get(f"/cases/{case.number}/").content.decode()
        assert "to the supervisors (nobody now), lead@example.com." in page

    def test_shows_nothing_where_nothing_is_escalated(self, client: Client, desk: None) -> None:
        case = make_case(now=timezone.now())
        assert 'class="panel escalations hidden"' in client.get(f"/cases/{case.number}/").content.decode()

    def test_shows_when_the_rule_comes_next(self, client: Client, desk: None) -> None:
        make_rule({"name": "Old ones", "actions": {240: {"notify": {"to": ["owner"]}}}})
        case = make_case(now=timezone.now())
        page = client.get(f"/cases/{case.number}/").content.decode()
        assert "Escalation rule: “Old ones” comes next" in page

    def test_is_acknowledged_by_its_button(self, client: Client, case: Case, agent: User) -> None:
        answer = client.post(f"/escalations/{escalation().pk}/acknowledge/", follow=True)
        assert escalation().ended_by == "amy"
        assert "Acknowledged by amy" in answer.content.decode()

    def test_is_acknowledged_in_place_by_htmx(self, client: Client, case: Case) -> None:
        answer = client.post(
            f"/escalations/{escalation().pk}/acknowledge/", headers={"HX-Request": "true"}
        ).content.decode()
        assert 'id="escalations"' in answer
        assert "Acknowledged by amy" in answer

    def test_says_who_was_first(self, client: Client, case: Case) -> None:
        for _ in range(2):
            answer = client.post(
                f"/escalations/{escalation().pk}/acknowledge/", headers={"HX-Request": "true"}
            )
        assert "It has been acknowledged already, by amy." in answer.content.decode()

    def test_tells_its_story_on_the_timeline(self, client: Client, case: Case) -> None:
        client.post(f"/escalations/{escalation().pk}/acknowledge/")
        page = client.get(f"/cases/{case.number}/").content.decode()
        assert "First Response is late: the escalation “On call” started" in page
        assert "Escalation “On call”, level 1: told amy" in page
        assert "Escalation “On call” acknowledged, in the desk" in page


class TestTheList:
    def test_has_what_nobody_has_acknowledged(self, client: Client, case: Case) -> None:
        assert case.number in client.get("/escalations/").content.decode()

    def test_is_empty_after_that(self, client: Client, case: Case) -> None:
        answer = client.post(
            f"/escalations/{escalation().pk}/acknowledge/", {"back": "/escalations/"}, follow=True
        )
        assert answer.redirect_chain == [("/escalations/", 302)]
        assert "Nothing is escalated." in answer.content.decode()

    def test_leads_nowhere_else(self, client: Client, case: Case) -> None:
        back = {"back": "https://evil.example.com/"}
        answer = client.post(f"/escalations/{escalation().pk}/acknowledge/", back)
        assert answer["Location"] == f"/cases/{case.number}/"

    def test_is_for_agents(self, case: Case, agent: User) -> None:
        agent.groups.clear()
        client = Client()
        client.force_login(agent)
        assert client.get("/escalations/").status_code == 403
        assert client.post(f"/escalations/{escalation().pk}/acknowledge/").status_code == 403

    def test_hides_what_the_agent_may_not_see(self, client: Client, case: Case) -> None:
        Queue.objects.create(name="Board", is_restricted=True)
        Case.objects.update(queue="Board", owner=None)
        assert case.number not in client.get("/escalations/").content.decode()
        assert client.post(f"/escalations/{escalation().pk}/acknowledge/").status_code == 404
        assert escalation().ended_at is None

    def test_takes_no_more_queries_for_many(
        self, client: Client, case: Case, django_assert_max_num_queries: object
    ) -> None:
        now = timezone.now()
        for _ in range(5):
            escalating = make_case(account=case.account, now=now - timedelta(minutes=70), owner=case.owner)
        tick(now, 10)
        with django_assert_max_num_queries(9):  # type: ignore[operator]
            page = client.get("/escalations/").content.decode()
        assert escalating.number in page


class TestTheLink:
    def test_shows_what_would_happen_to_who_is_not_logged_in(self, case: Case) -> None:
        page = Client().get(link()).content.decode()
        assert case.number in page
        assert "<strong>duty@example.com</strong> has taken it up" in page

    def test_does_nothing_when_it_is_looked_at(self, case: Case) -> None:
        for verb in ("get", "head"):
            getattr(Client(), verb)(link())
        assert escalation().ended_at is None

    def test_acknowledges_when_its_form_is_sent(self, case: Case) -> None:
        client = Client(enforce_csrf_checks=True)
        page = client.get(link()).content.decode()
        token = page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
        answer = client.post(link(), {"csrfmiddlewaretoken": token})
        assert answer.status_code == 200
        assert (escalation().ended_by, escalation().ended_how) == (
            "duty@example.com",
            "By the link in the mail",
        )

    def test_is_refused_without_its_form(self, case: Case) -> None:
        assert Client(enforce_csrf_checks=True).post(link()).status_code == 403
        assert escalation().ended_at is None

    def test_names_the_user_whose_mail_it_was_in(self, case: Case, agent: User) -> None:
        Client().post(link("amy@example.com", agent.pk))
        assert escalation().ended_by == "amy"

    def test_works_once(self, case: Case) -> None:
        mine = link()
        Client().post(mine)
        again = Client().post(mine)
        assert again.status_code == 410
        assert "acknowledged already, by duty@example.com" in again.content.decode()

    def test_that_was_used_says_so_when_it_is_looked_at(self, case: Case) -> None:
        mine = link()
        Client().post(mine)
        page = Client().get(mine)
        assert page.status_code == 410
        assert "acknowledged already" in page.content.decode()
        assert "<form" not in page.content.decode()

    def test_after_somebody_else_says_who_it_was(self, client: Client, case: Case) -> None:
        client.post(f"/escalations/{escalation().pk}/acknowledge/")
        assert "acknowledged already, by amy" in Client().post(link()).content.decode()

    def test_of_what_is_resolved_says_how(self, case: Case, agent: User) -> None:
        reply_to_case(case.pk, body="Yes.", by=agent, now=timezone.now())
        assert "First Response was completed" in Client().post(link()).content.decode()

    def test_expires(self, case: Case) -> None:
        old = link(at=timezone.now() - timedelta(hours=73))
        answer = Client().post(old)
        assert answer.status_code == 400
        assert "This link was good until" in answer.content.decode()
        assert escalation().ended_at is None

    @pytest.mark.parametrize(
        "change", [lambda path: path[:-3] + "x/", lambda path: path.replace("acknowledge/W", "acknowledge/X")]
    )
    def test_that_was_changed_is_refused(self, case: Case, change: object) -> None:
        answer = Client().post(change(link()))  # type: ignore[operator]
        assert answer.status_code == 400
        assert "has been changed. Nothing was done." in answer.content.decode()
        assert escalation().ended_at is None

    def test_signed_for_something_else_is_refused(self, case: Case) -> None:
        other = Signer(salt="other").sign_object([escalation().pk, "x", None, 4_000_000_000])
        assert Client().post(f"/acknowledge/{other}/").status_code == 400

    def test_signed_but_of_another_shape_is_refused(self, case: Case) -> None:
        odd = Signer(salt=SALT).sign_object({"e": 1})
        assert Client().post(f"/acknowledge/{odd}/").status_code == 400

    def test_for_somebody_who_has_gone_is_refused(self, case: Case) -> None:
        gone = make_user("gone", is_active=False)
        answer = Client().post(link("gone@example.com", gone.pk))
        assert "no longer works at this desk" in answer.content.decode()
        assert escalation().ended_at is None

    def test_about_what_is_no_more_is_refused(self, case: Case) -> None:
        mine = link()
        Escalation.objects.all().delete()
        assert "no longer exists" in Client().get(mine).content.decode()

    def test_tells_nobody_else_where_it_was_followed(self, case: Case) -> None:
        answer = Client().get(link())
        assert answer["Referrer-Policy"] == "same-origin"
        assert "no-store" in answer["Cache-Control"]

    def test_leaves_the_steps_as_they_are(self, case: Case) -> None:
        Client().post(link())
        assert steps_of(case) == [(1, 1, "fired", ["amy"])]
