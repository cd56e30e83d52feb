"""The pages of reports: who may see them, what their address may say, files, and what numbers open."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from cases.models import Case
from cases.reports.registry import REPORTS
from tests.factory import make_case, make_customer

ADDRESSES = ("", "compliance/", "compliance/export.csv", "compliance/opened/", "compliance/opened.csv")


@pytest.fixture
def late(agent: User, ago: Any) -> Case:
    """A case whose First Response has been late for ten minutes."""
    return make_case("Burst pipe", account=make_customer(name="=Acme"), owner=agent, now=ago(70))


def text_of(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def rows(answer: Any) -> list[list[str]]:
    text = b"".join(answer).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


class TestReports:
    @pytest.mark.parametrize("address", ADDRESSES)
    def test_are_for_supervisors(self, client: Client, address: str) -> None:
        assert client.get(f"/reports/{address}").status_code == 403

    def test_ask_others_to_log_in(self, desk: None) -> None:
        assert Client().get("/reports/")["Location"].startswith("/login/")

    def test_are_listed_with_what_they_say(self, supervisor: Client) -> None:
        shown = text_of(supervisor.get("/reports/"))
        assert all(report.title in shown and report.about in shown for report in REPORTS)

    @pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.key)
    def test_answer_where_there_is_nothing(self, supervisor: Client, report: Any) -> None:
        assert supervisor.get(f"/reports/{report.key}/").status_code == 200
        assert supervisor.get(f"/reports/{report.key}/export.csv").status_code == 200

    @pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.key)
    def test_take_few_queries(
        self, supervisor: Client, late: Case, report: Any, django_assert_max_num_queries: Any
    ) -> None:
        with django_assert_max_num_queries(12):
            assert supervisor.get(f"/reports/{report.key}/").status_code == 200

    def test_that_do_not_exist_are_not_found(self, supervisor: Client) -> None:
        assert supervisor.get("/reports/nothing/").status_code == 404


class TestCompliance:
    def test_prints_its_formula(self, supervisor: Client) -> None:
        shown = text_of(supervisor.get("/reports/compliance/"))
        assert "Compliance = met ÷ (met + missed + open and late)" in shown

    def test_says_what_was_asked(self, supervisor: Client, late: Case) -> None:
        asked = "from=2026-03-01&to=2026-03-31&basis=created&priority=High&queue=-&queue=Claims"
        shown = text_of(supervisor.get(f"/reports/compliance/?{asked}"))
        assert "1 to 31 Mar 2026 , by case created" in shown
        assert "Queue: No queue, Claims · Priority: High" in shown
        assert "compared with 1 to 28 Feb 2026" in shown

    def test_opens_the_milestones_behind_a_number(self, supervisor: Client, late: Case) -> None:
        page = supervisor.get("/reports/compliance/").content.decode()
        address = re.search(r'href="(/reports/compliance/opened/\?[^"]*result=open_late[^"]*)"', page)
        assert address is not None
        shown = text_of(supervisor.get(address[1].replace("&amp;", "&")))
        assert "1 milestone" in shown
        assert f"{late.number} Burst pipe" in shown
        assert "Open, late" in shown

    def test_goes_back_from_there_to_what_was_asked(self, supervisor: Client, late: Case) -> None:
        page = supervisor.get("/reports/compliance/opened/?by=queue&result=missed&priority=High")
        assert 'href="/reports/compliance/?priority=High&amp;by=queue"' in page.content.decode()


class TestTheFile:
    def test_has_the_table(self, supervisor: Client, late: Case) -> None:
        found = rows(supervisor.get("/reports/compliance/export.csv?by=account&compare=no"))
        assert found[0][:5] == ["Account", "Met", "Missed", "Open, late", "Compliance"]
        assert found[1][:5] == ["'=Acme", "0", "0", "1", "0.0"]
        assert found[2][0] == "All"

    def test_of_what_a_number_opens_has_each_row(self, supervisor: Client, late: Case) -> None:
        found = rows(supervisor.get("/reports/compliance/opened.csv?result=open_late"))
        assert found[1][:3] == [late.number, "Burst pipe", "'=Acme"]
        assert found[1][7:9] == ["First Response", "Open, late"]
        assert len(found) == 2


BAD = {
    "from=yesterday": "“yesterday” is not a date such as 2026-03-04.",
    "from=2026-03-04&to=2026-03-01": "The period ends before it begins.",
    "from=0001-01-01": "A period lies in the years 1990 to 2199.",
    "from=9999-12-31&to=9999-12-31": "A period lies in the years 1990 to 2199.",
    "from=2000-01-01&to=2026-01-01": "A period is at most five years long.",
    "period=fortnight": "“fortnight” is not a period.",
    "basis=never": "“never” is not a date that milestones have.",
    "by=colour": "“colour” is not a choice.",
    "queue=Nowhere": "“Nowhere” is not a queue.",
    "owner=nobody": "“nobody” is not a person of the desk.",
    "account=%00Acme": "“Acme” is not an account.",
    "version=1%27%20or%201=1": "is not a version of a process.",
    "priority=" + "x" * 5000: "xxx…” is not a priority.",
    "compare=maybe": "“maybe” is not yes or no.",
}


class TestABadAddress:
    @pytest.mark.parametrize("query", BAD, ids=range(len(BAD)))
    def test_is_told_and_left_out(self, supervisor: Client, query: str) -> None:
        answer = supervisor.get(f"/reports/compliance/?{query}")
        assert answer.status_code == 200
        assert BAD[query] in text_of(answer).replace("&#x27;", "'")

    @pytest.mark.parametrize(
        "query", ["result=lost", "after=x", "after=99999999999999999999", "after=-1", "result=met&result=%00"]
    )
    def test_of_rows_opens_what_is_left(self, supervisor: Client, late: Case, query: str) -> None:
        assert supervisor.get(f"/reports/compliance/opened/?{query}").status_code == 200
