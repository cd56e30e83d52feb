"""Views of the list: saved, shared, begun with; and the columns that a user chose."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from cases.models import ListPreference, SavedView
from entitlements.models import Queue
from tests.factory import make_case, make_user
from tests.pages.conftest import logged_in

HIGH = {"query": "show=open&priority=High&after=x", "name": "Urgent"}


def names_for(client: Client) -> list[str]:
    return [view.name for view in client.get("/cases/?show=open").context["around"].views]


@pytest.fixture
def other(desk: None) -> Client:
    return logged_in(make_user("bob"))


@pytest.fixture
def view(client: Client) -> SavedView:
    client.post("/cases/views/", HIGH)
    return SavedView.objects.get()


def test_it_keeps_what_stood_in_the_address_and_not_the_page(view: SavedView) -> None:
    assert view.query == "show=open&priority=High"


def test_it_opens_by_its_key(client: Client, view: SavedView) -> None:
    answer = client.get(f"/cases/?view={view.pk}")
    assert answer["Location"] == f"/cases/?show=open&priority=High&view={view.pk}"
    page = client.get(answer["Location"])
    assert "<h1>Urgent</h1>" in page.content.decode()


def test_it_is_only_for_whoever_saved_it(client: Client, other: Client, view: SavedView) -> None:
    assert names_for(client) == ["Urgent"]
    assert names_for(other) == []
    page = other.get(f"/cases/?view={view.pk}").content.decode()
    assert "is not a view of yours" in page


def test_a_supervisor_shares_with_everyone(client: Client, supervisor: Client) -> None:
    supervisor.post("/cases/views/", HIGH | {"audience": "everyone"})
    assert names_for(client) == ["Urgent"]


def test_an_agent_does_not(client: Client, other: Client) -> None:
    page = client.post("/cases/views/", HIGH | {"audience": "everyone"}, follow=True).content.decode()
    assert "Only supervisors share views with everyone." in page
    assert names_for(client) == names_for(other) == []


def test_the_members_of_a_queue_see_what_is_shared_with_it(
    client: Client, agent: User, other: Client
) -> None:
    page = client.post("/cases/views/", HIGH | {"audience": "queue:Claims"}, follow=True).content.decode()
    assert "You cannot share a view with the queue “Claims”." in page
    Queue.objects.get(name="Claims").members.add(agent, User.objects.get(username="bob"))
    client.post("/cases/views/", HIGH | {"audience": "queue:Claims"})
    assert names_for(other) == ["Urgent"]
    Queue.objects.get(name="Claims").members.remove(User.objects.get(username="bob"))
    assert names_for(other) == []


CANNOT_BE: list[tuple[dict[str, str], str]] = [
    ({"name": " "}, "A view needs a name."),
    ({"name": "x" * 61}, "at most 60 characters"),
    ({"query": "q=" + "x" * 2000}, "at most 2,000 characters"),
    ({"audience": "the world"}, "Say for whom the view is."),
    ({"audience": "queue"}, "Say for whom the view is."),
    ({"audience": "queue:Nowhere"}, "You cannot share"),
    ({"name": "a\x00b"}, "cannot be kept"),
    ({}, "You have a view “Urgent” already."),
]


def test_a_view_that_cannot_be(client: Client, view: SavedView) -> None:
    for form, why in CANNOT_BE:
        assert why in client.post("/cases/views/", HIGH | form, follow=True).content.decode(), form
    assert SavedView.objects.count() == 1


def test_it_can_be_changed_and_deleted_by_its_owner(client: Client, view: SavedView) -> None:
    client.post(f"/cases/views/{view.pk}/", {"do": "update", "query": "priority=Low"})
    view.refresh_from_db()
    assert view.query == "priority=Low"
    client.post(f"/cases/views/{view.pk}/", {"do": "delete"})
    assert not SavedView.objects.exists()


def test_another_changes_only_a_copy(client: Client, supervisor: Client, other: Client) -> None:
    supervisor.post("/cases/views/", HIGH | {"audience": "everyone"})
    address = f"/cases/views/{SavedView.objects.get().pk}/"
    for verb in ("update", "delete"):
        page = client.post(address, {"do": verb, "query": "priority=Low"}, follow=True).content.decode()
        assert "This view is not yours" in page
    assert SavedView.objects.get().query == "show=open&priority=High"
    assert client.post(address, {"do": "steal"}).status_code == 404


def test_one_that_is_not_shared_does_not_exist_for_others(
    view: SavedView, other: Client, supervisor: Client
) -> None:
    for stranger in (other, supervisor):
        for verb in ("update", "delete", "default"):
            assert stranger.post(f"/cases/views/{view.pk}/", {"do": verb}).status_code == 404


def test_a_bare_list_begins_with_it(client: Client, view: SavedView) -> None:
    client.post(f"/cases/views/{view.pk}/", {"do": "default"})
    assert client.get("/cases/")["Location"].startswith("/cases/?show=open&priority=High")
    assert client.get("/cases/?show=open").status_code == 200
    client.post(f"/cases/views/{view.pk}/", {"do": "no-default"})
    assert client.get("/cases/").status_code == 200


def test_a_deleted_one_is_begun_with_no_more(client: Client, view: SavedView) -> None:
    client.post(f"/cases/views/{view.pk}/", {"do": "default"})
    client.post(f"/cases/views/{view.pk}/", {"do": "delete"})
    assert client.get("/cases/").status_code == 200


def heads(client: Client) -> list[str]:
    return [column.label for column in client.get("/cases/").context["list"].columns]


def test_columns_are_kept_for_the_user(client: Client, other: Client) -> None:
    make_case()
    client.post("/cases/columns/", {"column": ["stage", "due", "nonsense", "queue"], "list": "priority=High"})
    assert heads(client) == ["Case", "Subject", "Due", "Queue", "Stage"]
    assert "Owner" in heads(other)
    assert ListPreference.objects.get().columns == "stage,due,queue"
    client.post("/cases/columns/", {"do": "usual"})
    assert heads(client) == heads(other)


def test_every_column_can_be_shown(client: Client) -> None:
    make_case("Leak")
    columns = [column.key for column in client.get("/cases/").context["every_column"]]
    client.post("/cases/columns/", {"column": columns})
    page = client.get("/cases/").content.decode()
    assert page.count('<th scope="col"') == len(columns) + 3
    assert page.count("<td") == len(columns) + 3


def test_the_account_filter_offers_names(client: Client) -> None:
    make_case()
    assert '<option value="Account' in client.get("/cases/accounts/?account=acc").content.decode()
    assert client.get("/cases/accounts/?account=%00").status_code == 200
