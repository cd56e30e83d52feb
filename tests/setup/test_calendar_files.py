"""Holidays from calendar files (.ics), and out to them again."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from cases.models import CaseMilestone, Recalculation
from entitlements.core.hours import Holiday as HolidayValue
from entitlements.models import BusinessHours, Holiday, SetupChange
from entitlements.queries.calendar_file import CalendarFileError, Reading, read_calendar
from entitlements.queries.calendar_lines import event_lines
from entitlements.queries.new_holidays import offered
from tests.factory import first_response, make_case, make_customer, make_hours, make_process, make_user
from tests.setup.administrator import Setup

BERLIN = ZoneInfo("Europe/Berlin")
IMPORT = "/setup/entitlements/holiday/import/"


def calendar(*events: str) -> str:
    """Each event as its lines."""
    inner = "".join(f"BEGIN:VEVENT\r\n{event}\r\nEND:VEVENT\r\n" for event in events)
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//\r\n{inner}END:VCALENDAR\r\n"


def event(name: str, starts: str, *more: str) -> str:
    return "\r\n".join([f"SUMMARY:{name}", f"DTSTART{starts}", *more])


def read(*events: str) -> Reading:
    return read_calendar(calendar(*events), BERLIN, lambda: True)


def only(*events: str) -> HolidayValue:
    (found,) = read(*events).found
    return found


def why_left_out(*events: str) -> str:
    reading = read(*events)
    assert reading.found == ()
    return reading.left_out[0].why


class TestReading:
    def test_an_all_day_date_stays_a_date(self) -> None:
        found = only(event("Closing", ";VALUE=DATE:20261224", "DTEND;VALUE=DATE:20261227"))
        assert found == HolidayValue("Closing", datetime(2026, 12, 24), datetime(2026, 12, 27))

    @pytest.mark.parametrize("end", [[], ["DTEND;VALUE=DATE:20261224"], ["DURATION:P1D"]])
    def test_one_day_is_written_in_several_ways(self, end: list[str]) -> None:
        assert only(event("X", ";VALUE=DATE:20261224", *end)) == HolidayValue.whole_day(
            "X", date(2026, 12, 24)
        )

    @pytest.mark.parametrize(
        ("starts", "ends"),
        [
            (":20261231T120000", "DTEND:20261231T180000"),
            (";TZID=America/New_York:20261231T120000", "DTEND;TZID=America/New_York:20261231T180000"),
            (";TZID=Made Up:20261231T120000", "DURATION:PT6H"),
            (":20261231T110000Z", "DTEND:20261231T170000Z"),
        ],
    )
    def test_a_time_is_that_of_the_wall_clock_and_utc_that_of_the_desk(self, starts: str, ends: str) -> None:
        found = only(event("Half", starts, ends))
        assert (found.starts, found.ends) == (datetime(2026, 12, 31, 12), datetime(2026, 12, 31, 18))

    def test_a_rule_is_kept(self) -> None:
        found = only(event("New Year", ";VALUE=DATE:20260101", "RRULE:FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=1"))
        assert found.rule == "FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=1"

    def test_folded_lines_and_escapes_are_undone(self) -> None:
        assert (
            only("SUMMARY:Founders\\, and\r\n  friends\r\nDTSTART;VALUE=DATE:20260501").name
            == "Founders, and friends"
        )

    def test_the_same_twice_counts_once(self) -> None:
        one = event("X", ";VALUE=DATE:20260501")
        assert len(read(one, one).found) == 1

    def test_what_stands_inside_an_event_is_no_matter(self) -> None:
        alarm = "BEGIN:VALARM\r\nTRIGGER:-PT15M\r\nDURATION:PT5M\r\nEND:VALARM"
        assert only(event("X", ";VALUE=DATE:20260501", alarm)).ends == datetime(2026, 5, 2)

    @pytest.mark.parametrize(
        ("lines", "why"),
        [
            (["DTEND;VALUE=DATE:20261223"], "ends before it has begun"),
            (["DTEND:20261225T100000"], "begins with a date and ends with a time"),
            (["RRULE:FREQ=SECONDLY"], "FREQ is DAILY, WEEKLY, MONTHLY or YEARLY"),
            (["RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"], "never falls"),
            (["RRULE:FREQ=YEARLY", "EXDATE;VALUE=DATE:20271224"], "exceptions or further dates (EXDATE)"),
            (["RDATE;VALUE=DATE:20271224"], "(RDATE)"),
            (["RECURRENCE-ID;VALUE=DATE:20261224"], "changes one occurrence"),
            (["STATUS:CANCELLED"], "cancelled"),
            (["DTSTART;VALUE=DATE:20261225"], "DTSTART is there twice"),
            (["RRULE:FREQ=YEARLY;BYYEARDAY=" + ",".join(["1"] * 999)], "RRULE is too long"),
        ],
    )
    def test_what_does_not_fit_is_left_out_with_the_reason(self, lines: list[str], why: str) -> None:
        assert why in why_left_out(event("X", ";VALUE=DATE:20261224", *lines))

    @pytest.mark.parametrize(
        "starts", [":tomorrow", ";VALUE=DATE:20261399", ";VALUE=DATE:00010101", ":20261231T120000", ""]
    )
    def test_a_wrong_date_is_left_out(self, starts: str) -> None:
        assert why_left_out(event("X", starts))

    def test_an_event_without_a_date_is_left_out(self) -> None:
        assert "no date" in why_left_out("SUMMARY:X")

    @pytest.mark.parametrize("text", ["", "hello", "PK\x03\x04", "BEGIN:VEVENT\r\nEND:VEVENT", "<html>"])
    def test_what_is_no_calendar_is_refused(self, text: str) -> None:
        with pytest.raises(CalendarFileError):
            read_calendar(text, BERLIN, lambda: True)

    def test_rules_that_take_too_long_are_refused(self) -> None:
        asked = iter([True, True, False])
        with pytest.raises(CalendarFileError, match="take too long"):
            read_calendar(calendar(*[event("X", ";VALUE=DATE:20260101")] * 9), BERLIN, lambda: next(asked))


def given(content: str | bytes, name: str = "days.ics") -> SimpleUploadedFile:
    return SimpleUploadedFile(
        name, content.encode() if isinstance(content, str) else content, "text/calendar"
    )


def upload(setup: Setup, content: str | bytes) -> Any:
    return setup.post(IMPORT, file=given(content))


def wrong(answer: Any) -> str:
    assert answer.status_code == 422
    return " ".join(answer.context["form"].errors["file"])


def take(setup: Setup, text: str, *numbers: int, **more: Any) -> Any:
    return setup.post(IMPORT, text=text, take=list(numbers), **more)


TWO = calendar(
    event("Storm", ";VALUE=DATE:20270305"), event("New Year", ";VALUE=DATE:20270101", "RRULE:FREQ=YEARLY")
)


class TestTheUpload:
    def test_shows_what_it_would_add_and_adds_nothing(self, setup: Setup) -> None:
        text = upload(setup, TWO).content.decode()
        assert "Storm" in text and "FREQ=YEARLY" in text
        assert not Holiday.objects.exists()

    def test_adds_what_was_ticked(self, setup: Setup) -> None:
        take(setup, TWO, 0)
        assert [str(one) for one in Holiday.objects.all()] == ["New Year (01 Jan 2027, repeats)"]

    def test_is_written_into_the_audit(self, setup: Setup) -> None:
        hours = make_hours()
        take(setup, TWO, 0, 1, hours=[hours.pk])
        found = SetupChange.objects.order_by("pk").values_list("verb", "name", "by_name", "remark")
        assert list(found) == [
            ("added", "2 holidays", "ada", ""),
            ("did", "Office", "ada", "Holidays attached: New Year, Storm."),
        ]

    def test_recognises_what_is_here_already(self, setup: Setup) -> None:
        take(setup, TWO, 0, 1)
        answer = upload(setup, TWO)
        assert [offer.known for offer, _ in answer.context["offers"]] == ["New Year", "Storm"]
        assert not any(ticked for _, ticked in answer.context["offers"])

    def test_recognises_a_day_on_which_a_repeating_one_falls(self, setup: Setup) -> None:
        Holiday.objects.create(name="Christmas", start_date=date(2020, 12, 25), rule="FREQ=YEARLY")
        answer = upload(setup, calendar(event("Xmas", ";VALUE=DATE:20291225")))
        assert answer.context["offers"][0][0].known == "Christmas (repeats)"

    def test_gives_the_same_name_in_other_years_a_name_of_its_own(self, setup: Setup) -> None:
        days = [event("Easter", f";VALUE=DATE:{day}") for day in ("20260405", "20270328", "20270329")]
        take(setup, calendar(*days), 0, 1, 2)
        names = list(Holiday.objects.values_list("name", flat=True))
        assert names == ["Easter", "Easter 2027", "Easter 29 Mar 2027"]

    def test_says_what_is_left_out_and_why(self, setup: Setup) -> None:
        answer = upload(setup, calendar(event("Odd", ";VALUE=DATE:20260101", "RRULE:FREQ=HOURLY")))
        assert "Odd: The rule" in answer.content.decode()

    def test_with_hostile_names_shows_them_as_text(self, setup: Setup) -> None:
        text = upload(setup, calendar(event("<img src=x>", ";VALUE=DATE:20260101"))).content.decode()
        assert "<img src=x>" not in text

    def test_wants_at_least_one_ticked(self, setup: Setup) -> None:
        assert take(setup, TWO).status_code == 422
        for numbers in (["7"], ["x"], ["0", "-1"]):
            assert setup.post(IMPORT, text=TWO, take=numbers).status_code == 422
        assert not Holiday.objects.exists()

    @pytest.mark.parametrize(
        ("content", "why"),
        [
            (b"", "empty"),
            (b"hello", "no calendar file"),
            (TWO.encode("utf-16"), "no text in UTF-8"),
            (calendar(event("Frühling", ";VALUE=DATE:20260101")).encode("latin-1"), "no text in UTF-8"),
            (b"BEGIN:VCALENDAR\x00", "zero bytes"),
            (b"PK\x03\x04" + bytes(range(128, 256)), "no text in UTF-8"),
            (calendar(*["DTSTART:1"] * 501), "It has 501 events; at most 500"),
            (b"x" * 600_000, "larger than 500 kB"),
        ],
    )
    def test_of_something_else_is_refused_at_its_field(
        self, setup: Setup, content: str | bytes, why: str
    ) -> None:
        assert why in wrong(upload(setup, content))
        assert not Holiday.objects.exists()

    def test_without_a_file_is_refused(self, setup: Setup) -> None:
        assert "Choose a file" in wrong(setup.post(IMPORT))

    def test_is_for_administrators(self, desk: None) -> None:
        assert upload(Setup(make_user("bob")), TWO).status_code == 403


HOSTILE: dict[str, str | bytes] = {
    "50 MB": b"BEGIN:VCALENDAR\r\n" + b"x" * 50_000_000,
    "100,000 events": calendar(*["SUMMARY:x"] * 100_000),
    "rules that never fall": calendar(
        *[
            event("X", ";VALUE=DATE:20260101", f"RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;INTERVAL={n + 1}")
            for n in range(500)
        ]
    ),
}


class TestAHostileFile:
    @pytest.mark.parametrize("name", HOSTILE)
    def test_is_refused_and_nothing_saved(self, setup: Setup, name: str) -> None:
        assert wrong(upload(setup, HOSTILE[name]))
        assert not Holiday.objects.exists()

    def test_of_too_many_events_is_counted_and_not_read(
        self, setup: Setup, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("entitlements.queries.calendar_file.event_lines", None)
        assert "501 events" in wrong(upload(setup, calendar(*["SUMMARY:x"] * 501)))

    def test_of_much_that_is_no_holiday_costs_the_reading_of_its_lines(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A library that makes objects of all of it would be at it for half a minute."""
        monkeypatch.setattr("entitlements.queries.calendar_file.Event", None)
        zones = "BEGIN:VTIMEZONE\r\nTZID:x\r\nEND:VTIMEZONE\r\n" * 5_000
        text = calendar().replace("END:VCALENDAR", f"{zones}END:VCALENDAR")
        assert read_calendar(text, BERLIN, lambda: True) == Reading()
        (lines,) = event_lines(calendar(event("X", ";VALUE=DATE:20260101", "ATTENDEE:x\r\n" * 5_000)))
        assert len(lines.lines) == 2

    def test_of_50_mb_is_not_even_read(self, setup: Setup, monkeypatch: pytest.MonkeyPatch) -> None:
        def parse(*_: Any) -> None:
            raise AssertionError("It was read.")

        monkeypatch.setattr("django.http.request.HttpRequest.parse_file_upload", parse)
        assert "larger than 500 kB" in wrong(upload(setup, HOSTILE["50 MB"]))

    def test_that_is_small_enough_is_checked_for_forgery(self, setup: Setup) -> None:
        setup.client.handler.enforce_csrf_checks = True
        assert setup.post(IMPORT, text=TWO, take=["0"]).status_code == 403
        assert not Holiday.objects.exists()


class TestClosingHours:
    @pytest.fixture
    def hours(self, desk: None) -> BusinessHours:
        return make_hours("Office", days=range(7))

    def test_attaches_them(self, setup: Setup, hours: BusinessHours) -> None:
        take(setup, TWO, 0, 1, hours=[hours.pk])
        assert hours.holidays.count() == 2

    def test_shows_first_which_targets_move(self, setup: Setup, hours: BusinessHours) -> None:
        process = make_process("Premium", first_response(60, hours=hours))
        case = make_case(account=make_customer(process), now=timezone.now())
        target = CaseMilestone.objects.get(case=case).target_date
        assert target is not None
        text = calendar(event("Storm", f";VALUE=DATE:{target:%Y%m%d}"))
        question = take(setup, text, 0, hours=[hours.pk])
        assert "1 open milestone moves: 1 later." in question.content.decode()
        assert not Holiday.objects.exists()
        name, token = question.context["confirmed"]
        take(setup, text, 0, hours=[hours.pk], **{name: token})
        assert hours.holidays.count() == 1
        assert Recalculation.objects.get().total == 1

    def test_for_ever_is_refused_and_nothing_saved(self, setup: Setup, hours: BusinessHours) -> None:
        every_day = calendar(event("Never", ";VALUE=DATE:20200101", "RRULE:FREQ=DAILY"))
        answer = take(setup, every_day, 0, hours=[hours.pk])
        assert "never open" in answer.context["form"].errors["hours"][0]
        assert not Holiday.objects.exists()


class TestBulkAttaching:
    ADDRESS = "/setup/entitlements/holiday/attach/"

    def test_several_to_several(self, setup: Setup) -> None:
        days = [Holiday.objects.create(name=name, start_date=date(2027, 5, 1)) for name in "ab"]
        hours = [make_hours("One"), make_hours("Two")]
        chosen = {"action": "attach", "_selected_action": [day.pk for day in days]}
        answer = setup.post("/setup/entitlements/holiday/", **chosen)
        address = answer.redirect_chain[-1][0]
        setup.post(address, hours=[one.pk for one in hours])
        assert [one.holidays.count() for one in hours] == [2, 2]

    @pytest.mark.parametrize("keys", ["", "x", "999", "²", "9" * 40])
    def test_of_none_leads_back(self, setup: Setup, keys: str) -> None:
        assert "Tick the holidays" in setup.get(self.ADDRESS, holidays=keys).content.decode()

    def test_to_none_is_refused(self, setup: Setup) -> None:
        day = Holiday.objects.create(name="a", start_date=date(2027, 5, 1))
        assert setup.post(f"{self.ADDRESS}?holidays={day.pk}").status_code == 422


class TestExporting:
    def test_and_reading_it_again_finds_everything_here(self, setup: Setup) -> None:
        Holiday.objects.create(name="Christmas, all", start_date=date(2026, 12, 25), rule="FREQ=YEARLY")
        turn = {"end_date": date(2027, 1, 2), "start_time": "20:00", "end_time": "09:00"}
        Holiday.objects.create(name="Turn", start_date=date(2026, 12, 31), **turn)
        Holiday.objects.create(name="Week", start_date=date(2026, 8, 3), end_date=date(2026, 8, 7))
        rule = "FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=1"
        Holiday.objects.create(name="New Year", start_date=date(2026, 1, 1), rule=rule)
        answer = setup.get("/setup/entitlements/holiday/export/")
        assert answer["Content-Type"].startswith("text/calendar")
        reading = read_calendar(answer.content.decode(), BERLIN, lambda: True)
        assert len(reading.found) == 4
        assert all(offer.known == offer.holiday.name for offer in offered(reading.found))

    def test_of_some_hours_has_their_own_and_the_next_public_ones(self, setup: Setup) -> None:
        hours = make_hours("Office", public_holidays="DE-BY")
        hours.holidays.add(Holiday.objects.create(name="Closing", start_date=date(2026, 12, 24)))
        Holiday.objects.create(name="Elsewhere", start_date=date(2026, 12, 24))
        text = setup.get("/setup/entitlements/holiday/export/", hours=str(hours.pk)).content.decode()
        assert "SUMMARY:Closing" in text and "SUMMARY:Epiphany" in text
        assert "Elsewhere" not in text


class TestAHolidayThatIsChanged:
    def test_shows_first_which_targets_move(self, setup: Setup) -> None:
        hours = make_hours("Office", days=range(7))
        day = Holiday.objects.create(name="Storm", start_date=date(2020, 1, 1))
        hours.holidays.add(day)
        case = make_case(
            account=make_customer(make_process("P", first_response(60, hours=hours))), now=timezone.now()
        )
        target = CaseMilestone.objects.get(case=case).target_date
        assert target is not None
        form = {"name": "Storm", "start_date": f"{target:%Y-%m-%d}"}
        question = setup.change(day, **form)
        assert "1 open milestone moves" in question.content.decode()
        day.refresh_from_db()
        assert day.start_date == date(2020, 1, 1)
        name, token = question.context["confirmed"]
        setup.change(day, **form, **{name: token})
        day.refresh_from_db()
        assert day.start_date == target.date()

    def test_says_when_it_comes(self, setup: Setup) -> None:
        soon = timezone.now().date() + timedelta(days=3)
        Holiday.objects.create(name="Soon", start_date=soon)
        Holiday.objects.create(name="Gone", start_date=date(2020, 1, 1))
        text = setup.get("/setup/entitlements/holiday/").content.decode()
        assert f"{soon:%a %d %b %Y}" in text
        assert "Over since Wed 01 Jan 2020" in text
