"""`sla simulate`: what it prints, and what a scenario may say."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entitlements.as_code.keys import ConfigurationError
from entitlements.as_code.scenario import run_scenario

CONFIG: dict[str, Any] = {
    "settings": {"allow_pausing": True},
    "milestones": [{"name": "First Response"}],
    "entitlement_processes": [
        {
            "name": "P",
            "milestones": [
                {
                    "milestone": "First Response",
                    "minutes": 30,
                    "complete_on": "agent_reply",
                    "triggers": [
                        {"warning": "75%"},
                        {"warning": "1h"},
                        {"violation": "0m"},
                        {"success": None},
                    ],
                }
            ],
        }
    ],
}


def entry(at: str, do: str = "", **keys: Any) -> dict[str, Any]:
    return {"at": f"2026-03-02T{at}Z", **({"do": do} if do else {}), **keys}


def run(*timeline: dict[str, Any], **keys: Any) -> dict[str, Any]:
    scenario = {"config": CONFIG, "process": "P", "case": {"priority": "High", "queue": ""}, **keys}
    return run_scenario(scenario | {"timeline": [entry("09:00", "create"), *timeline]})


def test_a_completed_milestone_is_printed_with_every_key() -> None:
    printed = run(entry("09:00", "stop"), entry("11:00", "resume"), entry("11:20", "agent_reply"))
    assert printed["milestones"] == [
        {
            "milestone": "First Response",
            "occurrence": 1,
            "tier": 1,
            "state": "completed",
            "violated": False,
            "start_date": "2026-03-02T09:00:00Z",
            "target_date": "2026-03-02T11:30:00Z",
            "completion_date": "2026-03-02T11:20:00Z",
            "cancelled_at": None,
            "reason": None,
            "elapsed_s": 8400,
            "stopped_s": 7200,
            "remaining_s": None,
        }
    ]


def test_the_whole_is_printed_in_its_order() -> None:
    assert list(run()) == ["scenario", "ok", "mismatches", "milestones", "triggers", "case", "errors"]


def test_triggers_are_printed_in_the_order_of_firing() -> None:
    triggers = run(entry("09:40", "agent_reply"))["triggers"]
    assert [(one["kind"], one["offset"], one["due"], one["fired"]) for one in triggers] == [
        ("warning", "60m", "2026-03-02T09:00:00Z", "2026-03-02T09:00:00Z"),
        ("warning", "75%", "2026-03-02T09:22:30Z", "2026-03-02T09:22:30Z"),
        ("violation", "0m", "2026-03-02T09:30:00Z", "2026-03-02T09:30:00.000001Z"),
        ("success", None, "2026-03-02T09:40:00Z", "2026-03-02T09:40:00Z"),
    ]
    assert list(triggers[0]) == ["milestone", "occurrence", "kind", "offset", "due", "fired", "outcome"]


def test_a_skipped_trigger_has_not_fired() -> None:
    late = {"until": "2026-03-02T12:00Z", "start_of_entitlement": "2026-03-02T08:00Z"}
    config = CONFIG | {
        "entitlement_processes": [CONFIG["entitlement_processes"][0] | {"exit_when": "case.is_closed"}]
    }
    printed = run(entry("11:00", set={"status": "Working"}), case={"status": "Closed"}, config=config, **late)
    assert [(one["outcome"], one["fired"]) for one in printed["triggers"]][:2] == [
        ("skipped", None),
        ("skipped", None),
    ]


def test_the_case_is_printed_with_its_texts_that_are_not_empty() -> None:
    assert run()["case"] == {"milestone_status": "compliant", "fields": {"priority": "High", "status": "New"}}


@pytest.mark.parametrize(("at", "status"), [("09:30", "compliant"), ("09:31", "open_violation")])
def test_the_milestone_status_is_that_of_the_end(at: str, status: str) -> None:
    assert run(until=f"2026-03-02T{at}Z")["case"]["milestone_status"] == status


def test_a_late_milestone_that_ended_is_a_closed_violation() -> None:
    assert run(entry("09:40", "agent_reply"))["case"]["milestone_status"] == "closed_violation"


def test_the_target_is_null_and_the_rest_stands_while_stopped() -> None:
    one = run(entry("09:10", "stop"), until="2026-03-02T10:00Z")["milestones"][0]
    assert (one["state"], one["target_date"], one["remaining_s"], one["stopped_s"]) == (
        "stopped",
        None,
        1200,
        3000,
    )


def test_what_is_left_is_negative_when_late_and_may_have_a_fraction() -> None:
    one = run(until="2026-03-02T09:40:00.500000Z")["milestones"][0]
    assert (one["remaining_s"], one["elapsed_s"]) == (-600.5, 2400.5)


def test_what_is_refused_is_listed_and_does_not_make_it_fail() -> None:
    printed = run(entry("09:10", "resume"), entry("09:20", set={"status": "Nowhere"}))
    assert (len(printed["errors"]), printed["ok"]) == (2, True)
    assert printed["case"]["fields"]["status"] == "New"


def test_a_failing_formula_is_listed() -> None:
    process = {
        "name": "P",
        "milestones": [{"milestone": "First Response", "formula": "1 / case.escalation_level"}],
    }
    printed = run(config=CONFIG | {"entitlement_processes": [process]})
    assert printed["errors"] == ["“1 / case.escalation_level” failed: divide by zero"]
    assert printed["milestones"][0]["target_date"] is None


class TestUntil:
    def test_is_the_last_entry_by_default(self) -> None:
        assert run(entry("09:22:30", "internal_note"))["milestones"][0]["elapsed_s"] == 1350
        assert len(run(entry("09:22:30", "internal_note"))["triggers"]) == 2

    def test_ignores_later_entries(self) -> None:
        printed = run(entry("09:20", "agent_reply"), until="2026-03-02T09:10Z")
        assert (printed["milestones"][0]["state"], printed["milestones"][0]["elapsed_s"]) == ("running", 600)

    def test_counts_entries_at_that_instant(self) -> None:
        printed = run(entry("09:20", "agent_reply"), until="2026-03-02T09:20Z")
        assert printed["milestones"][0]["state"] == "completed"

    def test_a_violation_at_that_instant_has_not_fired(self) -> None:
        printed = run(until="2026-03-02T09:30Z")
        assert (len(printed["triggers"]), printed["milestones"][0]["violated"]) == (2, False)


class TestTheTimeline:
    def test_is_sorted_by_time(self) -> None:
        assert run(entry("09:20", "agent_reply"), entry("09:10", "stop"))["errors"] == []

    def test_needs_a_creation(self) -> None:
        with pytest.raises(ConfigurationError, match="timeline: nothing creates the case"):
            run_scenario({"config": CONFIG, "process": "P", "timeline": []})

    def test_begins_with_the_creation(self) -> None:
        with pytest.raises(ConfigurationError, match="before the case is created"):
            run(entry("08:00", "agent_reply"))

    def test_creates_once(self) -> None:
        with pytest.raises(ConfigurationError, match="more than once"):
            run(entry("09:10", "create"))

    def test_without_a_zone_is_in_utc(self) -> None:
        printed = run({"at": "2026-03-02T09:20", "do": "agent_reply"})
        assert printed["milestones"][0]["completion_date"] == "2026-03-02T09:20:00Z"

    def test_an_entry_does_something_or_sets_fields(self) -> None:
        with pytest.raises(
            ConfigurationError, match=r"timeline\[1\]: an entry either does something or sets"
        ):
            run(entry("09:10", "agent_reply", set={"queue": "A"}))

    def test_says_where_it_is_wrong(self) -> None:
        with pytest.raises(ConfigurationError, match=r"^timeline\[1\]\.do: there is no “dance”"):
            run(entry("09:10", "dance"))


class TestFields:
    def one(self, config: dict[str, Any], *timeline: dict[str, Any], **keys: Any) -> list[Any]:
        process = {"name": "P", "milestones": [{"milestone": "First Response", "minutes": 30} | config]}
        printed = run(*timeline, config=CONFIG | {"entitlement_processes": [process]}, **keys)
        assert printed["errors"] == []
        return [one["start_date"][11:16] for one in printed["milestones"]]

    def test_custom_dates_start_milestones(self) -> None:
        case = {"custom": {"visit": "2026-03-02T12:00Z"}}
        assert self.one({"start": "custom.visit"}, case=case) == ["12:00"]
        moved = entry("09:10", set={"custom": {"visit": "2026-03-02T13:00Z"}})
        assert self.one({"start": "custom.visit"}, moved, case=case) == ["13:00"]
        assert self.one(
            {"start": "case.custom.visit"}, entry("09:10", set={"custom.visit": "2026-03-02T14:00Z"})
        ) == ["14:00"]
        assert self.one({"start": "visit"}, entry("09:10", set={"visit": "2026-03-02T15:00Z"})) == ["15:00"]

    def test_an_emptied_field_is_null(self) -> None:
        fields = (
            entry("09:10", set={"custom.visit": "2026-03-02T12:00Z"}),
            entry("09:20", set={"custom.visit": None}),
        )
        assert self.one({"start": "custom.visit"}, *fields) == ["12:00"]

    def test_custom_fields_are_typed_by_their_values(self) -> None:
        when = 'case.custom.loss > 2 && case.custom.vip && case.custom.where == "Ulm"'
        case = {"custom": {"loss": 3, "vip": True, "where": "Ulm"}}
        assert self.one({"when": when}, case=case) == ["09:00"]

    def test_account_contact_and_product_are_known(self) -> None:
        when = 'account.tier == "Gold" && case.account == "Hay" && product.name == "Barn"'
        assert self.one(
            {"when": when}, case={"account": {"name": "Hay", "tier": "Gold"}, "product": {"name": "Barn"}}
        ) == ["09:00"]
        assert self.one({"when": 'account.tier == "Gold"'}, entry("09:10", set={"account.tier": "Gold"})) == [
            "09:00"
        ]

    def test_the_cases_own_hours_are_the_default_ones_or_those_that_it_names(self) -> None:
        hours = [
            {"name": name, "open": {"mon": opens}}
            for name, opens in (("A", "09:15-10:00"), ("B", "09:30-11:00"))
        ]
        process = {
            "name": "P",
            "business_hours": "case",
            "milestones": CONFIG["entitlement_processes"][0]["milestones"],
        }
        config = CONFIG | {
            "entitlement_processes": [process],
            "business_hours": [hours[0] | {"default": True}, hours[1]],
        }
        assert run(config=config)["milestones"][0]["target_date"] == "2026-03-02T09:45:00Z"
        printed = run(config=config, case={"business_hours": "B"})
        assert printed["milestones"][0]["target_date"] == "2026-03-02T10:00:00Z"


def test_a_triggers_update_may_empty_a_text_and_move_a_date() -> None:
    update = {"set": {"queue": None, "custom.visit": "2026-03-02T12:00Z"}}
    rows = [
        {
            "milestone": "First Response",
            "minutes": 30,
            "triggers": [{"violation": "0m", "actions": [update]}],
        },
        {"milestone": "Visit", "minutes": 30, "start": "custom.visit"},
    ]
    milestones = [{"name": "First Response"}, {"name": "Visit"}]
    config = {"milestones": milestones, "entitlement_processes": [{"name": "P", "milestones": rows}]}
    printed = run(config=config, case={"queue": "A"}, until="2026-03-02T10:00Z")
    assert (printed["errors"], "queue" in printed["case"]["fields"]) == ([], False)
    assert printed["milestones"][1]["start_date"] == "2026-03-02T12:00:00Z"


class TestExpectations:
    def mismatches(self, *timeline: dict[str, Any], **keys: Any) -> list[str]:
        printed = run(*timeline, **keys)
        assert printed["ok"] == (printed["mismatches"] == [])
        return list(printed["mismatches"])

    def test_compare_only_what_they_name(self) -> None:
        assert self.mismatches(expect=[{"milestone": "First Response", "tier": 1, "remaining": "30m"}]) == []

    def test_that_are_not_met_say_what_was_found(self) -> None:
        wrong = self.mismatches(expect=[{"milestone": "First Response", "state": "completed"}])
        assert wrong == ["First Response: expected state completed, found running"]

    def test_take_dates_in_any_zone_and_durations_as_people_write_them(self) -> None:
        one = {
            "start_date": "2026-03-02T10:00+01:00",
            "elapsed": "0m",
            "stopped": "0s",
            "completion_date": None,
        }
        assert self.mismatches(expect=[one | {"remaining": "30m"}]) == []

    def test_take_negative_durations_and_none(self) -> None:
        assert self.mismatches(until="2026-03-02T10:00Z", expect=[{"remaining": "-30m"}]) == []
        assert self.mismatches(entry("09:10", "agent_reply"), expect=[{"remaining": None}]) == []

    def test_take_offsets_in_minutes_or_hours(self) -> None:
        assert (
            self.mismatches(expect_triggers=[{"kind": "warning", "offset": "1h", "outcome": "fired"}]) == []
        )

    def test_count(self) -> None:
        assert self.mismatches(expect_count={"First Response": 1}, expect_trigger_count=1) == []
        assert (
            len(self.mismatches(expect_count={"First Response": 2, "Other": 0}, expect_trigger_count=0)) == 2
        )


@pytest.mark.parametrize(
    ("broken", "where"),
    [
        (
            {"minutes": 0},
            r"^config\.entitlement_processes\[0\]\.milestones\[0\]\.minutes: a target is a whole number",
        ),
        ({"minutes": 10**12}, r"minutes: a target is a whole number"),
        ({"formula": "60"}, "give either minutes or a formula"),
        ({"start": "custom.nothing", "minutes": 5, "when": 7}, "when: this is"),
        ({"start": ["x"]}, "start: a case has no date-time field"),
        ({"complete_on": "dancing"}, "complete_on: "),
        ({"complete_on": {"if": "true"}}, "complete_on: completion by criteria needs `when`"),
        ({"when": "case.nothing"}, "when: unknown name “case.nothing”"),
        ({"triggers": [{"warning": "150%"}]}, r"triggers\[0\]\.warning: a warning comes at 0% to 100%"),
        ({"triggers": [{"alarm": "5m"}]}, r"triggers\[0\]: a trigger is one of"),
        ({"triggers": {"warning": "5m"}}, "triggers: a list is wanted here"),
        ({"business_hours": "Nowhere"}, "“Nowhere” is missing or unknown"),
        ({"milestone": "Other"}, "milestone: there is no milestone “Other”"),
    ],
)
def test_a_bad_configuration_is_an_error_at_its_key(broken: dict[str, Any], where: str) -> None:
    process = {"name": "P", "milestones": [{"milestone": "First Response", "minutes": 30} | broken]}
    with pytest.raises(ConfigurationError, match=where):
        run(config=CONFIG | {"entitlement_processes": [process]})


KEYS = st.sampled_from(
    (
        "config process case timeline until expect expect_triggers expect_count settings statuses "
        "milestones milestone business_hours entitlement_processes name open time_zone minutes formula "
        "start when complete_on triggers warning at do set custom status priority holidays date default "
        "expect_trigger_count actions recurrence enter_at"
    ).split()
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.datetimes(),
    st.sampled_from(
        ["P", "create", "stop", "2026-03-02T09:00Z", "First Response", "75%", "30m", "New", "custom.x"]
    ),
)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=15,
)


@given(st.dictionaries(KEYS, ANYTHING, max_size=6), st.booleans())
def test_any_scenario_runs_or_is_a_configuration_error(broken: dict[str, Any], whole: bool) -> None:
    sound = {"config": CONFIG, "process": "P", "timeline": [entry("09:00", "create")]}
    try:
        run_scenario(broken if whole else sound | broken)
    except ConfigurationError as fault:
        assert str(fault)
