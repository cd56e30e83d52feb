"""Tiers that can never run, priorities that none covers, completion that holds from the start."""

from __future__ import annotations

from collections.abc import Iterator

from entitlements.as_code.contents import entries, inner, text, warning
from entitlements.as_code.places import Mistake, YamlMapping
from entitlements.as_code.worlds import World, Worlds, compiled, names_in, plain
from entitlements.core.expressions import Expression, Scope, compile_expression

_IS_CLOSED = compile_expression("case.is_closed")


def warnings_of_tiers(process: YamlMapping, worlds: Worlds) -> Iterator[Mistake]:
    leaves = compiled(process, "exit_when", Scope.CASE, worlds.custom) or _IS_CLOSED
    tiers: dict[str, list[YamlMapping]] = {}
    for row in entries(process, "milestones"):
        tiers.setdefault(text(row, "milestone"), []).append(row)
    for name, rows in tiers.items():
        for number, row in enumerate(rows):
            yield from _never_runs(row, rows[:number], leaves, worlds)
            yield from _completed_at_once(row, worlds)
        yield from _uncovered(name, rows, worlds)


def _never_runs(
    row: YamlMapping, earlier: list[YamlMapping], leaves: Expression, worlds: Worlds
) -> Iterator[Mistake]:
    why = _shadowed(row, earlier, worlds) or _unreachable(row, leaves, worlds)
    if why:
        tier = f"tier {len(earlier) + 1} of {text(row, 'milestone')}" if earlier else text(row, "milestone")
        yield warning(row, "milestone", f"{tier} can never run: {why}")


def _shadowed(row: YamlMapping, earlier: list[YamlMapping], worlds: Worlds) -> str:
    """Why an earlier tier is always taken; empty when none is."""
    criteria = _criteria(row, worlds)
    for number, other in enumerate(earlier, start=1):
        if other.get("when") is None:
            return f"tier {number} before it has no criteria and is always taken; put it last"
        before = _criteria(other, worlds)
        if criteria and before and plain(criteria.text) == plain(before.text):
            return f"tier {number} before it has the same criteria; change one of them"
        if before and (worlds.holds_always(before) or (criteria and worlds.implies(criteria, before))):
            return f"tier {number} before it holds whenever this one does; put this one before it"
    if criteria and earlier and _covered_together(criteria, earlier, worlds):
        return "whenever its criteria hold, those of a tier before it hold; put it before them"
    return ""


def _covered_together(criteria: Expression, earlier: list[YamlMapping], worlds: Worlds) -> bool:
    others = [
        one for one in (_criteria(row, worlds) for row in earlier) if one and worlds.of(one) is not None
    ]
    cases = worlds.where(criteria, *others)
    return bool(cases) and all(any(worlds.holds(one, case) for one in others) for case in cases or ())


def _unreachable(row: YamlMapping, leaves: Expression, worlds: Worlds) -> str:
    criteria = _criteria(row, worlds)
    if criteria is None:
        return ""
    if worlds.where(criteria) == []:
        return "its criteria hold on no case; change “when”"
    if worlds.implies(criteria, leaves):
        return "a case on which its criteria hold has left the process; change “when” or “exit_when”"
    return ""


def _criteria(row: YamlMapping, worlds: Worlds) -> Expression | None:
    return compiled(row, "when", Scope.CASE, worlds.custom)


def _completed_at_once(row: YamlMapping, worlds: Worlds) -> Iterator[Mistake]:
    criteria = _criteria(row, worlds)
    completion = compiled(inner(row, "complete_on"), "when", Scope.MILESTONE, worlds.custom)
    if row.get("complete_on") == "case_closed":
        completion = _IS_CLOSED
    if completion is None:
        return
    name = text(row, "milestone")
    if worlds.holds_always(completion):
        yield warning(
            row, "complete_on", f"{name} is completed as soon as it starts: this holds on every case"
        )
    elif criteria and worlds.implies(criteria, completion):
        what = f"{name} is completed as soon as it starts: this holds whenever its criteria do"
        yield warning(row, "complete_on", what, "change “when” or “complete_on”")


def _uncovered(name: str, rows: list[YamlMapping], worlds: Worlds) -> Iterator[Mistake]:
    """Priorities for which none of the tiers is: only where each asks for nothing that cannot be tried."""
    criteria = [_criteria(row, worlds) for row in rows]
    if any(row.get("when") is None for row in rows) or not all(criteria):
        return
    usable = [one for one in criteria if one]
    cases = worlds.of(*usable)
    if cases is None or not any("case.priority" in names_in(one) for one in usable):
        return
    missed = [priority for priority in worlds.priorities if not _is_covered(priority, usable, cases, worlds)]
    if missed:
        listed = ", ".join(missed)
        what = f"no tier of {name} covers the priority {listed}: such a case has no {name}"
        yield warning(rows[0], "milestone", what, "add a last tier without “when”, if it should")


def _is_covered(priority: str, criteria: list[Expression], cases: list[World], worlds: Worlds) -> bool:
    return any(
        worlds.holds(one, case) for case in cases if case["case.priority"] == priority for one in criteria
    )
