"""Coverage: which cases had a promise to be kept, and why the others had none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Case as When_
from django.db.models import CharField, Count, Exists, OuterRef, Q, QuerySet, Value, When

from cases.models import Case, CaseMilestone
from cases.reports.asked import Asked, Option
from cases.reports.case_rows import BY_CASE, cases_created, path_of
from cases.reports.chart import Chart, Kind, Role, Series
from cases.reports.grouping import GROUPINGS, Grouping, names_of
from cases.reports.known import Name
from cases.reports.report import WORK, Findings, Report
from cases.reports.table import Cell, Column, Figure, Table, count, percent, text, told_percent
from entitlements.models import Entitlement

CHARTED = 25
HAS_MILESTONES = Exists(CaseMilestone.objects.filter(case=OuterRef("pk")))
WAS_PROMISED = Exists(Entitlement.objects.filter(account=OuterRef("account")))
WHYS: Mapping[str, tuple[str, Q]] = {
    "aside": ("The engine has set the case aside", ~Q(set_aside="")),
    "nobody": (
        "No account and no contact",
        Q(entitlement__isnull=True, account__isnull=True, contact__isnull=True),
    ),
    "unpromised": ("Its account has no entitlement", Q(entitlement__isnull=True) & ~Q(WAS_PROMISED)),
    "not-given": ("It was given no entitlement, though its account has one", Q(entitlement__isnull=True)),
    "unpublished": ("Its process has no published version", Q(process_version__isnull=True)),
    "later": ("It enters its process later", Q(enters_at__isnull=False)),
    "outside": ("It has never entered its process", Q(run=0)),
    "unfit": ("No milestone of its process fits it", Q()),
}
"""In order: the first that holds is why a case has no milestones."""


def find(asked: Asked, now: datetime) -> Findings:
    grouping = GROUPINGS[asked.options["by"]]
    groups, whys = _read(asked, now, grouping)
    names = names_of(grouping, groups, asked.known)
    lines = sorted(groups, key=lambda key: (-_bare(groups[key]), names[key].label.casefold()))
    cases, covered = sum(all_ for all_, _ in groups.values()), sum(with_ for _, with_ in groups.values())
    return Findings(
        figures=_figures(asked, cases, covered),
        charts=[_chart(grouping, lines, groups, names)],
        tables=[_table(asked, grouping, lines, groups, names), _why_table(asked, whys)],
        notes=[
            "Cases that were created in the period. One is covered when it has, or had, a milestone: "
            "whatever became of that. Why the others have none is told as it stands now."
        ],
    )


def opens(asked: Asked, now: datetime) -> QuerySet[Case]:
    cases = cases_created(asked, now)
    if asked.options["why"]:
        return _with_why(cases.filter(~HAS_MILESTONES)).filter(why=asked.options["why"])
    if asked.options["covered"]:
        return cases.filter(HAS_MILESTONES if asked.options["covered"] == "yes" else ~HAS_MILESTONES)
    return cases


Groups = Mapping[Any, tuple[int, int]]
"""Cases, and how many of them are covered."""


def _read(asked: Asked, now: datetime, grouping: Grouping) -> tuple[Groups, Mapping[str, int]]:
    """By group, and why the others have none. Those are few: they alone are looked at closely."""
    path = path_of(grouping)
    cases = dict(cases_created(asked, now).values_list(path).annotate(n=Count("pk")))
    bare, whys = Counter[Any](), Counter[str]()
    rows = _with_why(cases_created(asked, now).filter(~HAS_MILESTONES)).values_list(path, "why")
    for key, why, number in rows.annotate(n=Count("pk")):
        bare[key] += number
        whys[why] += number
    return {key: (number, number - bare[key]) for key, number in cases.items()}, whys


def _with_why(cases: QuerySet[Case]) -> QuerySet[Any]:
    whens = [When(wanted, then=Value(why)) for why, (_, wanted) in WHYS.items() if wanted]
    return cases.annotate(why=When_(*whens, default=Value("unfit"), output_field=CharField()))


def _bare(group: tuple[int, int]) -> int:
    return group[0] - group[1]


def _figures(asked: Asked, cases: int, covered: int) -> Sequence[Figure]:
    share = told_percent(100 * covered / cases) if cases else "–"
    bare = cases - covered
    return [
        Figure("Coverage", share, notes=[f"{covered:,} of {cases:,} cases"]),
        Figure("Cases", f"{cases:,}", asked.address() if cases else ""),
        Figure(
            "Without a milestone",
            f"{bare:,}",
            asked.address(covered="no") if bare else "",
            tone="late" if bare else "",
        ),
    ]


def _cells(asked: Asked, group: tuple[int, int], opens: Mapping[str, str]) -> list[Cell]:
    cases, covered = group
    return [
        count(cases, asked.address(**opens)),
        count(covered, asked.address(**opens, covered="yes")),
        count(cases - covered, asked.address(**opens, covered="no"), "late"),
        percent(100 * covered / cases if cases else None),
    ]


def _table(
    asked: Asked,
    grouping: Grouping,
    lines: Sequence[Any],
    groups: Groups,
    names: Mapping[Any, Name],
) -> Table:
    rows = []
    for key in lines:
        opens = {grouping.filter: names[key].value}
        label = names[key].label or "None"
        rows.append([text(label, asked.address(**opens)), *_cells(asked, groups[key], opens)])
    total = (sum(cases for cases, _ in groups.values()), sum(covered for _, covered in groups.values()))
    return Table(
        "coverage",
        f"Coverage by {grouping.label.lower()}",
        [
            Column(grouping.label, is_number=False),
            *(Column(label) for label in ("Cases", "Covered", "Without", "Coverage")),
        ],
        rows,
        [text("All", asked.address()), *_cells(asked, total, {})],
    )


def _why_table(asked: Asked, whys: Mapping[str, int]) -> Table:
    rows = [
        [text(label), count(whys[why], asked.address(why=why))]
        for why, (label, _) in WHYS.items()
        if whys.get(why)
    ]
    columns = [Column("Why a case has no milestones", is_number=False), Column("Cases")]
    empty = "Every case of this period has, or had, a milestone."
    return Table("why", "Without a milestone", columns, rows, when_empty=empty)


def _chart(
    grouping: Grouping,
    lines: Sequence[Any],
    groups: Groups,
    names: Mapping[Any, Name],
) -> Chart:
    shown = lines[:CHARTED]
    return Chart(
        "coverage",
        f"Cases by {grouping.label.lower()}"
        + (f" (the {CHARTED} with the most without)" if len(lines) > CHARTED else ""),
        Kind.BARS,
        [names[key].label or "None" for key in shown],
        [
            Series("Covered", [groups[key][1] for key in shown], Role.MET),
            Series("Without a milestone", [_bare(groups[key]) for key in shown], Role.MISSED),
        ],
        least=0,
    )


REPORT = Report(
    key="coverage",
    title="Coverage",
    about="Which cases had a promise to be kept, and why the others had none.",
    section=WORK,
    find=find,
    options=[
        Option("by", "By", BY_CASE),
        Option("covered", "Covered", (("yes", "Yes"), ("no", "No")), is_hidden=True),
        Option("why", "Why", tuple((why, label) for why, (label, _) in WHYS.items()), is_hidden=True),
    ],
    opens=opens,
    has_basis=False,
    compares=False,
    entries=[(f"by {label.lower()}", f"by={key}") for key, label in BY_CASE],
)
