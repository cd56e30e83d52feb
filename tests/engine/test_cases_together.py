"""Cases that belong together are linked, and what repeats another goes into it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from cases import operations
from cases.models import Case, CaseEvent, CaseLink, Draft, Message, MilestoneState, Task
from cases.operations import Refused
from entitlements.models import Queue
from tests.factory import NOON, make_account, make_case, make_contact, make_customer, make_desk, make_user

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def amy() -> User:
    make_desk()
    return make_user("amy")


@pytest.fixture
def first(amy: User) -> Case:
    return make_case("Burst pipe", account=make_customer(name="Acme"), now=NOON)


@pytest.fixture
def second(amy: User, first: Case) -> Case:
    account = first.account
    assert account is not None
    contact = make_contact(account)
    said = {"contact": contact, "description": "It bursts!"}
    case = make_case("Pipe burst again", now=NOON + HOUR, account=account, **said)
    operations.receive_customer_message(case.pk, body="Hello?", contact=contact, now=NOON + 1.5 * HOUR)
    operations.add_task(case.pk, subject="Call a plumber", by=amy, now=NOON + HOUR)
    return case


def merge(source: Case, target: Case, by: User) -> None:
    operations.merge_case(source.pk, target, by=by, now=NOON + 2 * HOUR)
    source.refresh_from_db()
    target.refresh_from_db()


def kinds(case: Case) -> list[str]:
    return list(CaseEvent.objects.filter(case=case).order_by("pk").values_list("kind", flat=True))


class TestMerging:
    def test_what_was_said_moves_with_the_description_in_front(
        self, amy: User, first: Case, second: Case
    ) -> None:
        merge(second, first, amy)
        bodies = list(Message.objects.filter(case=first).values_list("body", flat=True))
        assert bodies == ["**Pipe burst again**\n\nIt bursts!", "Hello?"]
        assert not Message.objects.filter(case=second).exists()

    def test_open_tasks_move(self, amy: User, first: Case, second: Case) -> None:
        merge(second, first, amy)
        assert Task.objects.get().case == first

    def test_the_duplicate_is_closed_and_leads_to_the_other(
        self, amy: User, first: Case, second: Case
    ) -> None:
        merge(second, first, amy)
        assert second.is_closed and second.merged_into == first
        assert CaseLink.objects.get().kind == "duplicate"
        assert not second.milestones.filter(state__in=[MilestoneState.RUNNING]).exists()

    def test_both_remember_it(self, amy: User, first: Case, second: Case) -> None:
        merge(second, first, amy)
        event = CaseEvent.objects.get(case=first, kind="case_merged_here")
        assert event.details == {"other": second.number, "messages": 1, "tasks": 1} and event.by == "amy"
        assert kinds(second)[-1] == "case_merged_into"

    def test_the_clocks_of_the_other_case_are_not_touched(self, amy: User, first: Case, second: Case) -> None:
        operations.reply_to_case(second.pk, body="Coming", by=amy, now=NOON + HOUR)
        before = list(first.milestones.values())
        merge(second, first, amy)
        assert list(first.milestones.values()) == before and first.first_response_at is None

    def test_a_reply_counts_where_it_was_written(self, amy: User, first: Case, second: Case) -> None:
        reply = operations.reply_to_case(second.pk, body="Coming", by=amy, now=NOON + HOUR)
        merge(second, first, amy)
        reply.refresh_from_db()
        assert reply.moved_from == second
        operations.change_case(second.pk, fields={"status": "Working"}, by=amy, now=NOON + 3 * HOUR)
        assert second.milestones.filter(milestone__name="First Response").count() == 1

    def test_what_the_customer_writes_there_later_comes_here(
        self, amy: User, first: Case, second: Case
    ) -> None:
        merge(second, first, amy)
        message = operations.receive_customer_message(second.pk, body="Well?", now=NOON + 3 * HOUR)
        assert message.case == first

    def test_a_draft_moves_unless_its_writer_has_one_there(
        self, amy: User, first: Case, second: Case
    ) -> None:
        bob = make_user("bob")
        for case, user in ((second, amy), (second, bob), (first, bob)):
            operations.keep_draft(case.pk, kind="reply", body="Dear", by=user, now=NOON)
        merge(second, first, amy)
        assert set(Draft.objects.values_list("case", "user")) == {
            (first.pk, amy.pk),
            (first.pk, bob.pk),
            (second.pk, bob.pk),
        }

    def test_a_case_is_merged_once(self, amy: User, first: Case, second: Case) -> None:
        merge(second, first, amy)
        with pytest.raises(Refused, match="merged already"):
            operations.merge_case(second.pk, first, by=amy, now=NOON + 3 * HOUR)

    def test_not_into_itself(self, amy: User, first: Case) -> None:
        with pytest.raises(Refused, match="itself"):
            operations.merge_case(first.pk, first, by=amy, now=NOON)

    def test_not_into_what_is_closed(self, amy: User, first: Case, second: Case) -> None:
        operations.change_case(first.pk, fields={"status": "Closed"}, by=amy, now=NOON + HOUR)
        first.refresh_from_db()
        with pytest.raises(Refused, match="is closed"):
            operations.merge_case(second.pk, first, by=amy, now=NOON + 2 * HOUR)
        assert Message.objects.filter(case=second).count() == 1

    def test_not_into_another_customers_case(self, amy: User, second: Case) -> None:
        other = make_case(account=make_account("Rival"), now=NOON)
        with pytest.raises(Refused, match="different accounts"):
            operations.merge_case(second.pk, other, by=amy, now=NOON + 2 * HOUR)


class TestLinking:
    def test_a_link_is_remembered_on_both_sides(self, amy: User, first: Case, second: Case) -> None:
        operations.link_cases(first.pk, second, kind="blocks", by=amy, now=NOON)
        told = CaseEvent.objects.filter(kind="case_linked").order_by("pk").values_list("case", "details")
        assert list(told) == [
            (first.pk, {"how": "blocks", "other": second.number}),
            (second.pk, {"how": "blocked by", "other": first.number}),
        ]

    def test_twice_is_refused_from_either_side(self, amy: User, first: Case, second: Case) -> None:
        operations.link_cases(first.pk, second, kind="related", by=amy, now=NOON)
        with pytest.raises(Refused, match="linked already"):
            operations.link_cases(second.pk, first, kind="related", by=amy, now=NOON)

    @pytest.mark.parametrize("kind", ["", "parent", "RELATED"])
    def test_an_unknown_kind_is_refused(self, amy: User, first: Case, second: Case, kind: str) -> None:
        with pytest.raises(Refused, match="related"):
            operations.link_cases(first.pk, second, kind=kind, by=amy, now=NOON)

    def test_not_to_itself(self, amy: User, first: Case) -> None:
        with pytest.raises(Refused, match="itself"):
            operations.link_cases(first.pk, first, kind="related", by=amy, now=NOON)

    def test_a_link_is_taken_away_once(self, amy: User, first: Case, second: Case) -> None:
        link = operations.link_cases(first.pk, second, kind="related", by=amy, now=NOON)
        operations.unlink_cases(second.pk, link.pk, by=amy, now=NOON)
        with pytest.raises(Refused, match="gone already"):
            operations.unlink_cases(second.pk, link.pk, by=amy, now=NOON)

    @pytest.mark.parametrize("said", ["C-000001", "c-000001", " 1 ", "000001"])
    def test_a_case_is_called_by_its_number(self, amy: User, said: str) -> None:
        Case.objects.filter(pk=make_case(now=NOON).pk).update(number="C-000001")
        assert operations.case_called(said, amy).number == "C-000001"

    @pytest.mark.parametrize("said", ["", "x" * 500, "-1", "٣", "C-999999", "1; DROP TABLE"])
    def test_what_is_no_number_of_a_case_is_refused(self, amy: User, said: str) -> None:
        with pytest.raises(Refused, match="There is no case"):
            operations.case_called(said, amy)

    def test_a_case_out_of_sight_cannot_be_called(self, amy: User, first: Case) -> None:
        legal = Queue.objects.create(name="Legal", is_restricted=True)
        Case.objects.filter(pk=first.pk).update(queue=legal)
        with pytest.raises(Refused, match="There is no case"):
            operations.case_called(first.number, amy)
