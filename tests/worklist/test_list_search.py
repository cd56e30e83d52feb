"""The search of the list: every word somewhere on the case, whichever database."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from cases.models import Case
from cases.operations import add_note, reply_to_case
from cases.queries.worklist import search
from cases.queries.worklist.search import terms_of
from tests.factory import make_account, make_case, make_contact, make_customer
from tests.worklist.test_list_filters import shown


@pytest.fixture
def cases(agent: User, ago: Any) -> list[Case]:
    acme = make_customer(name="Acme Logistics")
    found = [
        make_case(
            "Burst pipe in cellar", account=acme, contact=make_contact(acme, "Grace Hopper"), now=ago(30)
        ),
        make_case("Roof", account=acme, description="Tiles are missing after the gale", now=ago(20)),
        make_case("Bees", account=make_account("Other"), now=ago(10)),
    ]
    reply_to_case(found[1].pk, body="A surveyor is coming tomorrow.", by=agent, now=ago(5))
    add_note(found[2].pk, body="The beekeeper wants 50% more_money", by=agent, now=ago(5))
    return found


FINDS = {
    "cellar": ["Burst pipe in cellar"],
    "ella": ["Burst pipe in cellar"],
    "CELLAR burst": ["Burst pipe in cellar"],
    "logist": ["Burst pipe in cellar", "Roof"],
    "acme roof": ["Roof"],
    "hopper": ["Burst pipe in cellar"],
    "gale": ["Roof"],
    "surveyor": ["Roof"],
    "survey logistics": ["Roof"],
    "beekeeper": ["Bees"],
    "surveyor beekeeper": [],
    '"burst pipe"': ["Burst pipe in cellar"],
    '"pipe burst"': [],
    '"surveyor is coming"': ["Roof"],
    '"': ["Burst pipe in cellar", "Roof", "Bees"],
    "nothing of the kind": [],
}


def test_words(client: Client, cases: list[Case]) -> None:
    found = {words: set(shown(client, f"?show=everything&q={words}")) for words in FINDS}
    assert found == {words: set(subjects) for words, subjects in FINDS.items()}


def test_words_that_stand_in_very_many_places(
    client: Client, cases: list[Case], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then their cases are not listed beforehand: the same is found."""
    monkeypatch.setattr(search, "FEW", 0)
    found = {words: set(shown(client, f"?show=everything&q={words}")) for words in FINDS}
    assert found == {words: set(subjects) for words, subjects in FINDS.items()}


def test_a_word_of_one_or_two_characters_is_a_whole_word(client: Client, agent: User, ago: Any) -> None:
    account = make_account("A. B. Stone & Co")
    make_case("VPN (HP): no link", now=ago(40))
    make_case("Drucker „HP“–Q3…", now=ago(35))
    make_case("Up", account=account, now=ago(30))
    make_case("Out of order", description="An hp printer of the year 97", now=ago(20))
    reply_to_case(make_case("Hpx", now=ago(10)).pk, body="Type Q, not hpq", by=agent, now=ago(5))
    whole = {
        "hp": {"VPN (HP): no link", "Drucker „HP“–Q3…", "Out of order"},
        "q3": {"Drucker „HP“–Q3…"},
        "up": {"Up"},
        "co": {"Up"},
        "b.": {"Up"},
        "q": {"Hpx"},
        "97": {"Out of order"},
        "vp": set(),
        "x": set(),
    }
    assert {word: set(shown(client, f"?q={word}")) for word in whole} == whole


def test_a_number_of_one_or_two_digits_is_that_case(client: Client, cases: list[Case]) -> None:
    for case in cases:
        assert shown(client, f"?show=everything&q={int(case.number.removeprefix('C-'))}") == [case.subject]


def test_a_number_or_a_part_of_it(client: Client, cases: list[Case]) -> None:
    assert shown(client, f"?q={cases[1].number.lower()}") == ["Roof"]
    assert shown(client, f"?q={cases[1].number[-4:]}") == ["Roof"]


HOSTILE = [
    "a & b | !c",
    "pipe:*",
    "'",
    "\\",
    "'); DROP TABLE cases_case; --",
    "<->",
    "()",
    "%%",
    "…",
    "\x00",
    "*",
]


def test_any_characters(client: Client, cases: list[Case]) -> None:
    for words in HOSTILE:
        assert client.get("/cases/", {"q": words}).status_code == 200, words
    assert Case.objects.count() == 3


def test_wild_cards_mean_themselves(client: Client, cases: list[Case]) -> None:
    assert shown(client, "?q=ro_f") == []
    assert shown(client, "?q=c%25r") == []


def test_no_more_than_six_words_count() -> None:
    assert terms_of('a "b c" d  e f g h') == ["a", "b c", "d", "e", "f", "g"]


def test_what_others_may_not_see_is_not_found(client: Client, cases: list[Case]) -> None:
    Case.objects.filter(pk=cases[1].pk).update(queue=None)
    page = client.get("/cases/?q=surveyor").context["list"]
    assert [chip.count for chip in page.chips if chip.key == "open"] == [1]
