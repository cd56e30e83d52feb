"""Every address asks for a log-in and for the right role."""

import pytest
from django.test import Client
from django.urls import reverse
from django.urls.resolvers import URLPattern

from cases.urls import urlpatterns
from tests.factory import make_case, make_user
from tests.pages.conftest import logged_in

KEYS = (
    *("task_id", "attachment_id", "notification_id", "milestone_id", "view_id", "escalation_id"),
    *("reply_id", "link_id", "review_id", "saved_id"),
)
GIVEN = {"number": "C-000001", "key": "compliance", **dict.fromkeys(KEYS, 1)}
POSTED = {
    *("write-message", "change", "close", "reopen", "stop", "resume", "complete", "finish-task"),
    *("read-all", "open-notification", "read-notification", "finish-my-task"),
    "acknowledge",
    *("views", "view", "columns", "bulk", "take-next", "take"),
    *("preview-message", "keep-draft", "take-over", "take-up"),
    *("add-task", "assign-task", "link", "unlink"),
    *("add-to-team", "remove-from-team", "follow"),
    *("review-figures", "share-review", "revoke-review-link", "delete-review"),
    *("save-report", "stop-report", "delete-report"),
}
FOR_SUPERVISORS = {
    *("at-risk", "relief"),
    *("reports", "report", "report-export", "report-opened", "report-opened-export"),
    *("saved-reports", "saved-report", "save-report", "stop-report", "delete-report"),
    *("flat-export", "flat-file"),
    *("reviews", "review", "review-words", "review-figures", "delete-review"),
    *("share-review", "revoke-review-link"),
}


def address(pattern: URLPattern) -> str:
    given = {name: GIVEN[name] for name in pattern.pattern.converters}
    return reverse(f"cases:{pattern.name}", kwargs=given)


def ask(client: Client, pattern: URLPattern) -> int:
    method = client.post if pattern.name in POSTED else client.get
    return method(address(pattern)).status_code


# Who holds its signed link may use it: tests/pages/test_escalations.py and test_service_review.py.
OPEN_TO_ALL = {"acknowledge-by-link", "shared-review"}
CLOSED = [pattern for pattern in urlpatterns if pattern.name not in OPEN_TO_ALL]
every_page = pytest.mark.parametrize("pattern", CLOSED, ids=lambda pattern: pattern.name)


@every_page
@pytest.mark.django_db
def test_a_stranger_is_asked_to_log_in(pattern: URLPattern) -> None:
    answer = Client().get(address(pattern))
    assert answer.status_code == 302
    assert answer["Location"].startswith("/login/?next=/")


@every_page
@pytest.mark.django_db
def test_a_user_without_a_role_is_refused(pattern: URLPattern) -> None:
    user = make_user()
    user.groups.clear()
    assert ask(logged_in(user), pattern) == 403


@every_page
def test_an_agent_may_do_everything_but_supervise(pattern: URLPattern, client: Client) -> None:
    make_case()
    assert (ask(client, pattern) == 403) == (pattern.name in FOR_SUPERVISORS)


@every_page
def test_only_a_post_changes_anything(pattern: URLPattern, supervisor: Client) -> None:
    make_case()
    assert (supervisor.get(address(pattern)).status_code == 405) == (pattern.name in POSTED)


def test_a_supervisor_sees_what_is_at_risk(supervisor: Client) -> None:
    assert supervisor.get("/at-risk/").status_code == 200


def test_an_administrator_has_the_gear(desk: None) -> None:
    page = logged_in(make_user("ada", "Administrators", is_staff=True)).get("/").content.decode()
    assert 'href="/setup/"' in page
    assert 'href="/at-risk/"' in page


def test_an_agent_has_neither_gear_nor_at_risk(client: Client) -> None:
    page = client.get("/").content.decode()
    assert 'href="/setup/"' not in page
    assert 'href="/at-risk/"' not in page


@pytest.mark.django_db
def test_log_in_goes_nowhere_else() -> None:
    make_user("amy", password="amy")
    answer = Client().post(
        "/login/?next=//evil.example/", {"username": "amy", "password": "amy", "next": "//evil.example/"}
    )
    assert answer["Location"] == "/"


def test_log_out_is_a_post(client: Client) -> None:
    assert client.get("/logout/").status_code == 405
    assert client.post("/logout/")["Location"] == "/login/"
    assert client.get("/").status_code == 302


def test_a_form_without_its_token_is_refused(desk: None) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(make_user())
    case = make_case()
    assert strict.post(f"/cases/{case.number}/close/").status_code == 403


def test_what_is_sent_after_the_log_in_has_ended_is_shown(desk: None) -> None:
    case = make_case()
    form = {"kind": "reply", "body": "It took an hour to write <this>.", "form_key": "x"}
    came_from = f"http://testserver/cases/{case.number}/"
    answer = Client().post(f"/cases/{case.number}/messages/", form, headers={"Referer": came_from})
    page = answer.content.decode()
    assert answer.status_code == 401 and "It took an hour to write &lt;this&gt;." in page
    assert f'href="/login/?next=/cases/{case.number}/"' in page


@pytest.mark.parametrize("came_from", ["https://evil.example/cases/", "javascript:alert(1)", ""])
def test_from_there_a_log_in_leads_nowhere_else(desk: None, came_from: str) -> None:
    answer = Client().post("/cases/C-000001/close/", headers={"Referer": came_from})
    assert answer.status_code == 401 and 'href="/login/"' in answer.content.decode()


def test_a_page_that_is_older_than_the_log_in_says_so(desk: None) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(make_user())
    page = strict.post("/cases/C-000001/close/").content.decode()
    assert "You have logged in or out since this page was loaded" in page
