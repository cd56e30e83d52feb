"""A service review: what one customer was promised and what was kept, and nothing else; shared by a link."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client

from cases.engine.due import tick
from cases.models import Case, CaseMilestone, ReviewLink, ServiceReview
from cases.operations import (
    Refused,
    add_note,
    change_case,
    extend_milestone,
    reply_to_case,
    resume_case,
    stop_case,
    waive_milestone,
)
from cases.operations.review_links import LinkOver, WrongLink, address_of, follow_link, revoke_link
from cases.operations.service_reviews import (
    delete_review,
    prepare_review,
    share_review,
    take_figures_anew,
    word_review,
)
from cases.queries.service_reviews import document
from cases.reports.service_review.document import Document, Line, period_in_words
from cases.reports.tally import Tally
from entitlements.models import Account, Queue
from tests.factory import NOON, first_response, make_case, make_customer, make_hours, make_process, make_user

MARCH = {"first_day": date(2026, 3, 1), "last_day": date(2026, 3, 31)}
APRIL_1 = datetime(2026, 4, 1, 12, tzinfo=NOON.tzinfo)

Opened = Callable[..., Case]


@pytest.fixture
def acme(desk: None) -> Account:
    return make_customer(make_process("Gold", first_response(60)), name="Acme")


@pytest.fixture
def opened(acme: Account, agent: User) -> Opened:
    """A case of Acme's, answered after so many minutes if at all."""

    def opened(answered_after: int | None = None, at: datetime = NOON, subject: str = "Pipe") -> Case:
        case = make_case(subject, account=acme, now=at)
        if answered_after is not None:
            reply_to_case(case.pk, body="Yes", by=agent, now=at + timedelta(minutes=answered_after))
        return case

    return opened


def reviewed(account: Account, now: datetime = APRIL_1) -> ServiceReview:
    return prepare_review(account, **MARCH, by=None, now=now)


def read(account: Account, now: datetime = APRIL_1) -> Document:
    return document(reviewed(account, now))


def sums(kept: Document) -> tuple[int, int, int]:
    total = kept.total.kept
    return (total.met, total.missed, total.open_late)


class TestFigures:
    def test_kept_missed_and_still_open(self, acme: Account, opened: Opened) -> None:
        for minutes in (10, 20, 61, None):
            opened(minutes)
        told = read(acme)
        assert sums(told) == (2, 1, 1)
        assert told.total.percent == "50.0 %"
        assert (told.opened, told.closed) == (4, 0)

    def test_the_period_is_when_it_was_due(self, acme: Account, opened: Opened) -> None:
        """The last one is due at 00:30 on 1 April."""
        for at in (
            datetime(2026, 2, 28, 23, 30),
            datetime(2026, 3, 31, 22, 30),
            datetime(2026, 3, 31, 23, 30),
        ):
            opened(5, at.replace(tzinfo=NOON.tzinfo))
        assert sums(read(acme)) == (2, 0, 0)

    def test_days_are_those_of_the_customers_hours(self, acme: Account, opened: Opened) -> None:
        """00:30 on 1 April in UTC is still March in New York."""
        acme.business_hours = make_hours("New York", time_zone="America/New_York", days=range(7))
        acme.save()
        opened(5, datetime(2026, 3, 31, 23, 30, tzinfo=NOON.tzinfo))
        assert sums(read(acme)) == (1, 0, 0)
        assert read(acme).zone == "America/New_York"

    def test_other_customers_do_not_count(self, acme: Account, opened: Opened) -> None:
        make_case(account=make_customer(name="Other"), now=NOON)
        assert sums(read(acme)) == (0, 0, 0)

    def test_imported_cases_are_no_part_of_it(self, acme: Account, opened: Opened) -> None:
        opened(10)
        Case.objects.update(is_imported=True)
        opened(90)
        assert sums(read(acme)) == (0, 1, 0)
        assert read(acme).opened == 1

    @pytest.mark.parametrize(("agreed", "is_below"), [("66.7", True), ("66.6", False)])
    def test_it_is_measured_by_what_the_contract_says(
        self, acme: Account, opened: Opened, agreed: str, is_below: bool
    ) -> None:
        for minutes in (10, 20, 61):
            opened(minutes)
        assert (read(acme).agreed, read(acme).is_below) == ("", False)
        acme.entitlements.update(compliance_percent=agreed)
        assert (read(acme).agreed, read(acme).is_below) == (f"{agreed} %", is_below)

    def test_waived_cancelled_and_extended_are_told_apart(
        self, acme: Account, opened: Opened, agent: User
    ) -> None:
        waived, cancelled, extended = opened(), opened(), opened()
        soon = NOON + timedelta(minutes=10)
        waive_milestone(waived.pk, milestone="First Response", reason="Agreed", by=agent, now=soon)
        change_case(cancelled.pk, fields={"status": "Closed"}, by=agent, now=soon)
        extend_milestone(extended.pk, milestone="First Response", minutes=60, reason="x", by=agent, now=soon)
        reply_to_case(extended.pk, body="Yes", by=agent, now=NOON + timedelta(minutes=90))
        told = read(acme)
        total = told.total.kept
        assert (total.met, total.waived, total.cancelled, told.extended) == (1, 1, 1, 1)
        assert told.total.percent == "100.0 %"

    def test_what_is_not_due_yet_does_not_count(self, acme: Account, opened: Opened) -> None:
        opened()
        total = read(acme, NOON + timedelta(minutes=5)).total
        assert (total.kept.open, total.kept.decided, total.percent) == (1, 0, "–")

    def test_every_month_of_half_a_year_has_its_place(self, acme: Account, opened: Opened) -> None:
        opened(10)
        opened(90, datetime(2025, 12, 10, 12, tzinfo=NOON.tzinfo))
        months = [(month.name, month.kept.met, month.kept.missed) for month in read(acme).months]
        assert [name for name, *_ in months] == [
            *("Oct 2025", "Nov 2025", "Dec 2025", "Jan 2026", "Feb 2026", "Mar 2026"),
        ]
        assert (months[2], months[5]) == (("Dec 2025", 0, 1), ("Mar 2026", 1, 0))

    def test_a_missed_one_says_by_how_much_in_its_own_time(
        self, acme: Account, opened: Opened, agent: User
    ) -> None:
        case = opened()
        stop_case(case.pk, reason="Bob is ill", by=agent, now=NOON + timedelta(minutes=30))
        resume_case(case.pk, by=agent, now=NOON + timedelta(minutes=150))
        reply_to_case(case.pk, body="Yes", by=agent, now=NOON + timedelta(minutes=200))
        (missed,) = read(acme).missed
        assert missed.what_happened == "Done 20 m late, on 4 Mar 2026, 15:20; 2 h of waiting not counted."
        assert (missed.case, missed.within, missed.due) == (case.number, "1 h", "4 Mar 2026, 15:00")

    def test_stopping_what_is_late_does_not_hide_it(self, acme: Account, opened: Opened) -> None:
        case = opened()
        tick(NOON + timedelta(hours=2), 10)
        stop_case(case.pk, reason="Waits", by=make_user("sue"), now=NOON + timedelta(hours=3))
        kept = read(acme)
        assert sums(kept) == (0, 0, 1)
        assert [one.case for one in kept.missed] == [case.number]

    def test_of_many_missed_ones_the_first_are_listed(
        self, acme: Account, opened: Opened, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("cases.reports.service_review.figures.LISTED", 2)
        for _ in range(3):
            opened(90)
        told = read(acme)
        assert (len(told.missed), told.missed_beyond) == (2, 1)

    def test_a_milestone_can_be_left_out(self, acme: Account, opened: Opened) -> None:
        acme.entitlements.update(
            process=make_process("Two", first_response(60), first_response(30, milestone="Triage"))
        )
        opened(90)
        review = reviewed(acme)
        word_review(review.pk, remarks="", explanations={}, hidden=["Triage"], now=APRIL_1)
        told = document(ServiceReview.objects.get())
        assert {one.name for one in told.promises} == {"First Response"}
        assert sums(told) == (0, 1, 0)
        assert [one.milestone for one in told.missed] == ["First Response"]
        assert told.months[-1].kept.missed == 1

    def test_the_figures_stay_until_they_are_taken_anew(self, acme: Account, opened: Opened) -> None:
        review = reviewed(acme)
        opened(10)
        assert sums(document(ServiceReview.objects.get())) == (0, 0, 0)
        take_figures_anew(review.pk, now=APRIL_1 + timedelta(hours=1))
        told = document(ServiceReview.objects.get())
        assert (sums(told), told.as_of) == ((1, 0, 0), "1 Apr 2026, 13:00")

    def test_its_queries_do_not_grow(
        self, acme: Account, opened: Opened, django_assert_max_num_queries: Callable[[int], object]
    ) -> None:
        for minutes in (10, 20, 61, 90, None):
            opened(minutes)
        with django_assert_max_num_queries(9):  # type: ignore[attr-defined]
            reviewed(acme)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2026, 3, 31), date(2026, 3, 1)),
        (date(2025, 3, 1), date(2026, 3, 2)),
        (date(1999, 12, 1), date(1999, 12, 31)),
        (date(2026, 4, 3), date(2026, 4, 30)),
    ],
    ids=["backwards", "longer than a year", "long ago", "not begun"],
)
def test_days_that_cannot_be_reviewed_are_refused(acme: Account, first: date, last: date) -> None:
    with pytest.raises(Refused):
        prepare_review(acme, first_day=first, last_day=last, by=None, now=APRIL_1)
    assert not ServiceReview.objects.exists()


def test_percent_never_rounds_a_miss_away() -> None:
    assert Line("", Tally(met=9999, missed=1)).percent == "99.9 %"
    assert Line("", Tally(met=9999)).percent == "100.0 %"
    assert Line("", Tally()).percent == "–"


def test_periods_in_words() -> None:
    assert period_in_words(date(2024, 2, 1), date(2024, 2, 29)) == "February 2024"
    assert period_in_words(date(2026, 1, 1), date(2026, 3, 31)) == "1 January to 31 March 2026"
    assert period_in_words(date(2025, 12, 5), date(2026, 1, 4)) == "5 December 2025 to 4 January 2026"


class TestNothingInternal:
    """Every word of the desk that is not the customer's carries a mark; none of it reaches the link."""

    MARK = "XSECRETX"

    @pytest.fixture
    def shared(self, acme: Account) -> ServiceReview:
        mark = self.MARK
        spy = make_user(
            f"{mark}-login", "Supervisors", first_name=mark, last_name=mark, email=f"{mark}@x.test"
        )
        Queue.objects.create(name=f"{mark} queue")
        acme.tier, acme.region = f"{mark} tier", f"{mark} region"
        acme.save()
        hours = make_hours(f"{mark} hours", days=range(7))
        acme.entitlements.update(
            type=mark, process=make_process(f"{mark} process", first_response(60), hours=hours)
        )
        other = make_case(f"{mark} other", account=make_customer(name=f"{mark} Ltd"), now=NOON)
        reply_to_case(other.pk, body=mark, by=spy, now=NOON + timedelta(hours=2))
        for minutes in (5, 90):
            case = make_case(
                "Pipe", account=acme, owner=spy, queue=f"{mark} queue", description=mark, now=NOON
            )
            add_note(case.pk, body=mark, by=spy, now=NOON)
            stop_case(case.pk, reason=mark, by=spy, now=NOON + timedelta(minutes=1))
            resume_case(case.pk, by=spy, now=NOON + timedelta(minutes=2))
            reply_to_case(case.pk, body=mark, by=spy, now=NOON + timedelta(minutes=minutes))
        waived = make_case("Pipe", account=acme, now=NOON)
        waive_milestone(waived.pk, milestone="First Response", reason=mark, by=spy, now=NOON)
        CaseMilestone.objects.update(reason=mark, error=mark)
        review = prepare_review(acme, **MARCH, by=spy, now=APRIL_1)
        share_review(review.pk, days=30, recipient=f"{mark} Helen", by=spy, now=APRIL_1)
        ReviewLink.objects.update(expires_at=datetime(2999, 1, 1, tzinfo=NOON.tzinfo))
        return review

    def test_on_the_page_behind_the_link(self, shared: ServiceReview) -> None:
        page = Client().get(path_of(shared.links.get()))
        text = page.content.decode()
        assert page.status_code == 200
        assert "Acme" in text and "First Response" in text
        assert self.MARK not in text
        assert self.MARK not in str(page.headers) + str(page.cookies)

    def test_in_the_figures_that_are_kept(self, shared: ServiceReview) -> None:
        assert self.MARK not in str(shared.figures)

    def test_a_supervisor_who_follows_it_sees_the_same(
        self, shared: ServiceReview, supervisor: Client
    ) -> None:
        address = path_of(shared.links.get())
        assert supervisor.get(address).content == Client().get(address).content

    def test_it_leads_nowhere_into_the_desk(self, shared: ServiceReview) -> None:
        text = Client().get(path_of(shared.links.get())).content.decode()
        assert "<a " not in text and "<form" not in text and "<script" not in text

    def test_words_for_the_customer_are_text(self, shared: ServiceReview) -> None:
        ServiceReview.objects.update(remarks="<script>alert(1)</script>")
        text = Client().get(path_of(shared.links.get())).content.decode()
        assert "&lt;script&gt;" in text and "<script" not in text


def path_of(link: ReviewLink) -> str:
    return "/review/" + address_of(link).split("/review/")[1]


def token_of(link: ReviewLink) -> str:
    return path_of(link).split("/")[2]


class TestLink:
    @pytest.fixture
    def link(self, acme: Account) -> ReviewLink:
        return share_review(reviewed(acme).pk, days=30, recipient="Helen", by=None, now=APRIL_1)

    def test_it_opens_its_review(self, link: ReviewLink) -> None:
        assert follow_link(token_of(link), APRIL_1 + timedelta(days=3)).review_id == link.review_id

    def test_who_opens_it_is_counted_but_not_the_desks_own_people(
        self, link: ReviewLink, supervisor: Client
    ) -> None:
        ReviewLink.objects.update(expires_at=datetime(2999, 1, 1, tzinfo=NOON.tzinfo))
        link.refresh_from_db()
        supervisor.get(path_of(link))
        for _ in range(2):
            Client().get(path_of(link))
        link.refresh_from_db()
        assert (link.opened, link.opened_at is not None) == (2, True)

    def test_it_expires_to_the_second(self, link: ReviewLink) -> None:
        follow_link(token_of(link), APRIL_1 + timedelta(days=30, seconds=-1))
        with pytest.raises(LinkOver, match="time of this link is over"):
            follow_link(token_of(link), APRIL_1 + timedelta(days=30))

    def test_withdrawn_it_opens_nothing(self, link: ReviewLink) -> None:
        revoke_link(link.review_id, link.pk, by="sue", now=APRIL_1)
        with pytest.raises(LinkOver, match="withdrawn"):
            follow_link(token_of(link), APRIL_1)
        with pytest.raises(Refused):
            revoke_link(link.review_id, link.pk, by="sue", now=APRIL_1)

    def test_each_link_by_itself(self, link: ReviewLink) -> None:
        other = share_review(link.review_id, days=1, recipient="", by=None, now=APRIL_1)
        revoke_link(link.review_id, link.pk, by="sue", now=APRIL_1)
        assert follow_link(token_of(other), APRIL_1).review_id == link.review_id

    def test_its_signature_is_asked(self, link: ReviewLink) -> None:
        token = token_of(link)
        for changed in (token[:-1], f"{token}x", token.replace(":", ";"), "x", "x:y", token[5:]):
            with pytest.raises(WrongLink):
                follow_link(changed, APRIL_1)

    def test_a_link_for_something_else_does_not_open_it(self, link: ReviewLink) -> None:
        address = address_of(link)
        assert Client().get(f"/acknowledge/{address.split('/')[-2]}/").status_code == 400

    def test_a_review_that_is_gone(self, link: ReviewLink) -> None:
        token = token_of(link)
        ServiceReview.objects.all().delete()
        with pytest.raises(WrongLink):
            follow_link(token, APRIL_1)

    @pytest.mark.parametrize("days", [0, -1, 366, 10**9])
    def test_days_out_of_bounds_are_refused(self, link: ReviewLink, days: int) -> None:
        with pytest.raises(Refused):
            share_review(link.review_id, days=days, recipient="", by=None, now=APRIL_1)

    def test_pages_say_that_it_is_over_and_of_whom_nothing(self, link: ReviewLink) -> None:
        """Its time was over long before the test runs."""
        answer = Client().get(path_of(link))
        assert (answer.status_code, "Acme" in answer.content.decode()) == (410, False)
        assert Client().get("/review/nonsense/").status_code == 404

    def test_it_is_nobody_elses_business(self, link: ReviewLink) -> None:
        answer = Client().get(path_of(link))
        assert answer["Referrer-Policy"] == "no-referrer"
        assert "noindex" in answer["X-Robots-Tag"]
        assert "no-store" in answer["Cache-Control"]
        assert not answer.cookies

    def test_what_is_shared_stays_as_it_is(self, link: ReviewLink) -> None:
        for change in (
            lambda: word_review(link.review_id, remarks="x", explanations={}, hidden=[], now=APRIL_1),
            lambda: take_figures_anew(link.review_id, now=APRIL_1),
            lambda: delete_review(link.review_id, now=APRIL_1),
        ):
            with pytest.raises(Refused, match="withdraw its links"):
                change()
        revoke_link(link.review_id, link.pk, by="sue", now=APRIL_1)
        delete_review(link.review_id, now=APRIL_1)


class TestPages:
    def test_only_supervisors_prepare_reviews(self, client: Client, acme: Account) -> None:
        review = reviewed(acme)
        for address in ("/reviews/", f"/reviews/{review.pk}/", f"/reviews/{review.pk}/words/"):
            assert client.get(address).status_code == 403
            assert Client().get(address).status_code == 302
        for address in ("links/", "figures/", "delete/", "links/1/revoke/"):
            assert client.post(f"/reviews/{review.pk}/{address}").status_code == 403

    def test_prepared_worded_shared_withdrawn_deleted(
        self, supervisor: Client, acme: Account, opened: Opened
    ) -> None:
        opened(90, subject="Burst pipe")
        days = {"period": "days", "first_day": "2026-03-01", "last_day": "2026-03-31"}
        supervisor.post("/reviews/", {"account": "acme", **days})
        review = ServiceReview.objects.get()
        page = f"/reviews/{review.pk}/"
        missed = review.figures["missed"][0]["key"]
        words = {"remarks": "A hard month.", f"why-{missed}": "A storm.", "shown": ["First Response"]}
        supervisor.post(f"{page}words/", words)
        assert "A storm." in supervisor.get(page).content.decode()
        supervisor.post(f"{page}links/", {"recipient": "Helen", "days": "30"})
        link = ReviewLink.objects.get()
        assert address_of(link) in supervisor.get(page).content.decode()
        text = Client().get(path_of(link)).content.decode()
        assert "A hard month." in text and "A storm." in text and "Burst pipe" in text
        supervisor.post(f"{page}links/{link.pk}/revoke/")
        assert Client().get(path_of(link)).status_code == 410
        supervisor.post(f"{page}delete/")
        assert not ServiceReview.objects.exists()

    @pytest.mark.parametrize(
        "given",
        [
            {"account": "Nobody", "period": "days", "first_day": "2026-03-01", "last_day": "2026-03-31"},
            {"account": "Acme", "period": "days"},
            {"account": "Acme", "period": "days", "first_day": "31.2.2026", "last_day": "x"},
            {"account": "Acme", "period": "days", "first_day": "2026-03-02", "last_day": "2026-03-01"},
            {"account": "Acme", "period": "1066-10-14/1066-10-15"},
            {"account": "A\x00cme", "period": ""},
            {},
        ],
    )
    def test_bad_days_get_a_message_and_change_nothing(
        self, supervisor: Client, acme: Account, given: dict[str, str]
    ) -> None:
        answer = supervisor.post("/reviews/", given)
        assert answer.status_code == 422
        assert 'role="alert"' in answer.content.decode()
        assert not ServiceReview.objects.exists()

    @pytest.mark.parametrize("days", ["", "0", "-3", "x", "1e9", "99999999999999999999"])
    def test_bad_links_get_a_message(self, supervisor: Client, acme: Account, days: str) -> None:
        answer = supervisor.post(f"/reviews/{reviewed(acme).pk}/links/", {"days": days})
        assert answer.status_code == 422
        assert not ReviewLink.objects.exists()

    def test_words_that_are_too_long_get_a_message(self, supervisor: Client, acme: Account) -> None:
        answer = supervisor.post(f"/reviews/{reviewed(acme).pk}/words/", {"remarks": "x" * 5000})
        assert answer.status_code == 422

    def test_no_such_review(self, supervisor: Client) -> None:
        assert supervisor.get("/reviews/99/").status_code == 404
        assert supervisor.post("/reviews/99/delete/").status_code == 302

    def test_the_list(self, supervisor: Client, acme: Account) -> None:
        share_review(reviewed(acme).pk, days=365, recipient="", by=None, now=APRIL_1)
        ReviewLink.objects.update(expires_at=datetime(2999, 1, 1, tzinfo=NOON.tzinfo))
        text = supervisor.get("/reviews/").content.decode()
        assert "<td>March 2026" in text and "1 link" in text
        assert "<td>March 2026" not in supervisor.get("/reviews/?account=Other&page=%00x").content.decode()
