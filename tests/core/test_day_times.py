"""A day's open times, as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entitlements.core.day_times import read_day, write_day
from entitlements.core.hours import HoursError, Window

NINE_TO_FIVE = [(540, 1020)]


@pytest.mark.parametrize(
    "text",
    [
        "09:00-17:00",
        "9-17",
        " 09:00 – 17:00 ",
        "9 to 17",
        "9.00-17.00",
        "9am-5pm",
        "9:00 AM until 5 p.m.",
        "9h00-17h00",
    ],
)
def test_nine_to_five_is_written_in_many_ways(text: str) -> None:
    assert read_day(text) == NINE_TO_FIVE


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("", []),
        ("closed", []),
        ("all day", [(0, 1440)]),
        ("00:00-24:00", [(0, 1440)]),
        ("0-0", [(0, 1440)]),
        ("22:00-06:00", [(1320, 1800)]),
        ("12am-12pm", [(0, 720)]),
        ("14:00-18:00, 09:00-13:00", [(540, 780), (840, 1080)]),
        ("9-13 and 14-18", [(540, 780), (840, 1080)]),
        ("9-13; 14-18", [(540, 780), (840, 1080)]),
    ],
)
def test_is_read(text: str, times: list[tuple[int, int]]) -> None:
    assert read_day(text) == times


@pytest.mark.parametrize(
    "text",
    [
        "09:00-09:00",
        "9",
        "9-",
        "25-26",
        "9-17:61",
        "13pm-2pm",
        "0am-9am",
        "24:00-6:00",
        "9-12,11-13",
        ",",
        "x",
        "٩-١٧",
    ],
)
def test_is_refused(text: str) -> None:
    with pytest.raises(HoursError):
        read_day(text)


def times_of_a_day() -> st.SearchStrategy[list[tuple[int, int]]]:
    """Up to four windows, apart from one another; the last may run past midnight."""
    edges = st.lists(st.integers(0, 1440), unique=True, min_size=2, max_size=8).map(sorted)
    pairs = edges.map(lambda found: list(zip(found[::2], found[1::2], strict=False)))
    return pairs


@given(times_of_a_day())
def test_what_is_written_is_read_as_it_was(times: list[tuple[int, int]]) -> None:
    assert read_day(write_day(times)) == times
    assert all(Window(0, opens, closes) for opens, closes in times)
