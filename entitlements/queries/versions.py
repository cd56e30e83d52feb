"""What is new in a version, against the one that is published."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from entitlements.models import EntitlementProcess, ProcessMilestone, ProcessVersion, VersionState
from entitlements.queries import in_words


@dataclass
class Difference:
    """One thing that differs: `kind` is added, removed or changed; `lines` say what was and what is."""

    kind: str
    name: str
    lines: list[tuple[str, str, str]] = field(default_factory=list)


def rows_of(version: ProcessVersion) -> list[ProcessMilestone]:
    """The milestones of a version in order, with all that `in_words` asks about."""
    rows = version.rows.select_related("milestone", "business_hours").prefetch_related("triggers__actions")
    found = list(rows)
    for row in found:
        row.version = version
    return found


def with_cases(process: EntitlementProcess) -> QuerySet[ProcessVersion]:
    """The versions, the newest first, each with the number of `open_cases` and of all `cases_ever` on it."""
    return (
        process.versions.select_related("process", "published_by")
        .annotate(
            open_cases=_counted(Count("cases", filter=Q(cases__is_closed=False))),
            cases_ever=_counted(Count("cases")),
            rows_there=_counted(Count("rows")),
        )
        .order_by("-number")
    )


def _counted(count: Count) -> Subquery:
    """Of each version, on its own: cases and milestones joined together would be multiplied."""
    own = ProcessVersion.objects.filter(pk=OuterRef("pk")).order_by()
    return Subquery(own.annotate(number_of=count).values("number_of"))


def version_before(version: ProcessVersion) -> ProcessVersion | None:
    """The one with which to compare it: the published one for a draft, else the one before."""
    others = version.process.versions.exclude(pk=version.pk)
    published = others.filter(state=VersionState.PUBLISHED) if version.state == VersionState.DRAFT else None
    earlier = others.filter(number__lt=version.number).order_by("-number")
    return (published.first() if published is not None else None) or earlier.first()


def open_milestones(version: ProcessVersion) -> int:
    """How many case milestones of this version are open."""
    states = ("pending", "running", "stopped")
    counted = version.rows.filter(occurrences__state__in=states).aggregate(open=Count("occurrences"))
    return int(counted["open"])


def differences(old: ProcessVersion | None, new: ProcessVersion) -> list[Difference]:
    """Everything in which the new version differs, the process's own matters first."""
    if old is None:
        return list(_of_rows({}, _named(new)))
    return [*_own(old, new), *_of_rows(_named(old), _named(new))]


def lines_between(old: ProcessVersion | None, new: ProcessVersion) -> list[tuple[str, str, str]]:
    """Every difference in one line: what it is about, what was, what is."""
    return [
        (f"{one.name}: {about}" if about else one.name, was, is_now)
        for one in differences(old, new)
        for about, was, is_now in one.lines or [("", one.kind if one.kind == "removed" else "", one.kind)]
    ]


def _own(old: ProcessVersion, new: ProcessVersion) -> Iterator[Difference]:
    lines = _lines(in_words.version(old), in_words.version(new))
    if lines:
        yield Difference("changed", "The process itself", lines)


def _of_rows(old: dict[str, ProcessMilestone], new: dict[str, ProcessMilestone]) -> Iterator[Difference]:
    for name in new:
        if name not in old:
            yield Difference("added", name, _lines({}, in_words.row(new[name])))
        elif lines := _lines(in_words.row(old[name]), in_words.row(new[name])):
            yield Difference("changed", name, lines)
    yield from (Difference("removed", name) for name in old if name not in new)
    kept_before, kept_now = [name for name in old if name in new], [name for name in new if name in old]
    if kept_before != kept_now:
        yield Difference("changed", "Order", [("Milestones", ", ".join(kept_before), ", ".join(kept_now))])


def _lines(old: dict[str, str], new: dict[str, str]) -> list[tuple[str, str, str]]:
    about = [*new, *(each for each in old if each not in new)]
    return [
        (each, old.get(each, "–"), new.get(each, "–")) for each in about if old.get(each) != new.get(each)
    ]


def _named(version: ProcessVersion) -> dict[str, ProcessMilestone]:
    """The rows by milestone and tier: "First Response", "First Response (tier 2)"."""
    named: dict[str, ProcessMilestone] = {}
    for row in rows_of(version):
        tier = 1 + sum(row.milestone_id == other.milestone_id for other in named.values())
        named[f"{row.milestone}{'' if tier == 1 else f' (tier {tier})'}"] = row
    return named
