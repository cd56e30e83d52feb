"""On-Duty Rotas in Setup: a line for each person, substitutions, and what comes of them."""

from __future__ import annotations

from typing import Any

import pytest

from entitlements.models import Queue, Rota, RotaShift
from tests.escalation_rows import make_rota
from tests.factory import make_user
from tests.setup.administrator import Setup, errors, page, page_of
from tests.setup.test_escalation import rows


def rota(setup: Setup, shifts: dict[str, str], one: Rota | None = None, **given: Any) -> Any:
    """People by name, as the form lists them."""
    address = page_of(one) if one else page("rota", "add")
    form = setup.get(address).context["adminform"].form
    fields = {f"shift_{form.people.index(person)}": text for person, text in shifts.items()}
    fields |= {"queue": "Claims", "time_zone": "Europe/Berlin", **rows("substitutions"), **given}
    return setup.post(address, **fields)


class TestARota:
    @pytest.fixture(autouse=True)
    def people(self, desk: None) -> None:
        Queue.objects.get(name="Claims").members.set([make_user("amy"), make_user("ben")])

    def test_is_made_of_each_persons_week(self, setup: Setup) -> None:
        rota(setup, {"amy": "mon,tue 08:00-18:00", "ben": "wed 20:00-06:00"})
        found = RotaShift.objects.order_by("person", "weekday")
        assert [str(one) for one in found] == [
            "amy, Monday 08:00–18:00",
            "amy, Tuesday 08:00–18:00",
            "ben, Wednesday 20:00–06:00",
        ]

    def test_is_shown_as_it_was_written(self, setup: Setup) -> None:
        one = make_rota(amy="mon-fri 08:00-12:00, 13:00-18:00")
        form = setup.get(page_of(one)).context["adminform"].form
        assert [field.value() for person, field in form.lines if person == "amy"] == [
            "mon-fri 08:00-12:00, 13:00-18:00"
        ]

    def test_lists_who_works_the_queue(self, setup: Setup) -> None:
        make_user("cem")
        form = setup.get(page_of(make_rota())).context["adminform"].form
        assert form.people == ["amy", "ben"]

    def test_keeps_who_has_gone_in_sight(self, setup: Setup) -> None:
        answer = setup.get(page_of(make_rota(zoe="mon-sun 00:00-24:00")))
        assert "zoe (gone)" in answer.content.decode()

    def test_says_who_is_on_duty_now(self, setup: Setup) -> None:
        answer = setup.get(page_of(make_rota(amy="mon-sun 00:00-24:00"))).content.decode()
        assert "<strong>On duty now:</strong> amy" in answer
        assert "Nobody is on duty in" not in answer

    def test_warns_of_gaps(self, setup: Setup) -> None:
        answer = setup.get(page_of(make_rota(amy="mon-fri 08:00-18:00"))).content.decode()
        assert "of the hours to be covered</strong> in these four weeks" in answer

    def test_without_anybody_says_nobody(self, setup: Setup) -> None:
        assert "nobody</span>" in setup.get(page_of(make_rota())).content.decode()

    @pytest.mark.parametrize("text", ["mondays", "mon 25:00-26:00", "mon 09:00-09:00x", "x" * 500])
    def test_with_a_wrong_week_is_refused_at_the_person(self, setup: Setup, text: str) -> None:
        answer = rota(setup, {"amy": text})
        form = answer.context["adminform"].form
        assert form.errors[f"shift_{form.people.index('amy')}"]
        assert not Rota.objects.exists()

    def test_in_no_time_zone_is_refused(self, setup: Setup) -> None:
        assert "There is no such time zone." in errors(rota(setup, {}, time_zone="Mars/Base"), "time_zone")

    def test_of_a_queue_that_has_one_is_refused(self, setup: Setup) -> None:
        make_rota()
        assert errors(rota(setup, {}), "queue")

    def test_has_substitutions(self, setup: Setup) -> None:
        one = make_rota(ben="mon-sun 00:00-24:00")
        days = {"person": "amy", "instead_of": "ben", "start_date": "2026-12-24", "end_date": "2026-12-26"}
        rota(setup, {"ben": "mon-sun 00:00-24:00"}, one, **rows("substitutions", days))
        assert str(one.substitutions.get()) == "amy instead of ben, from 24 Dec 2026"

    @pytest.mark.parametrize(
        ("given", "said"),
        [
            ({"end_date": "2026-12-20"}, "ends before it has begun"),
            ({"instead_of": "amy"}, "same person"),
            ({"person": "nobody"}, "Select a valid choice"),
        ],
    )
    def test_with_a_wrong_substitution_is_refused(
        self, setup: Setup, given: dict[str, str], said: str
    ) -> None:
        one = make_rota(ben="mon-sun 00:00-24:00")
        days = {"person": "amy", "instead_of": "ben", "start_date": "2026-12-24", **given}
        assert said in rota(setup, {}, one, **rows("substitutions", days)).content.decode()
        assert not one.substitutions.exists()
