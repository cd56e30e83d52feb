"""The report as a terminal shows it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cases.replay.report import SHOWN, Count, FlippedCase, Line, Report

FORMULA = (
    "Compliance = met ÷ (met + missed). An open milestone that is late counts as missed; "
    "a cancelled one only if it was late before. Priority is the case's last."
)
NUMBERS = ("Met", "Missed", "Open", "Cancelled", "Compliance")
GAP = "  "


def table(lines: Sequence[Line], with_record: bool) -> str:
    """Words to the left, numbers to the right; what was recorded beside the draft, where there is any."""
    halves = ("Recorded", "Draft") if with_record else ("Draft",)
    heads = ("Milestone", "Priority", *(name for _ in halves for name in NUMBERS))
    rows = [(*heads, "Change") if with_record else heads]
    rows += [tuple(_cells(line, with_record)) for line in lines]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    above = " " * (widths[0] + len(GAP) + widths[1])
    for place, half in enumerate(halves):
        own = widths[2 + 5 * place : 7 + 5 * place]
        above += GAP + f" {half} ".center(sum(own) + len(GAP) * 4, "─")
    return "\n".join([above, *(_aligned(row, widths) for row in rows)])


def _aligned(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = zip(row, widths, strict=True)
    return GAP.join(
        cell.ljust(width) if column < 2 else cell.rjust(width) for column, (cell, width) in enumerate(cells)
    )


def _cells(line: Line, with_record: bool) -> Iterator[str]:
    yield line.milestone
    yield line.priority
    if with_record:
        yield from counted(line.recorded)
    yield from counted(line.draft)
    if with_record:
        yield changed(line)


def counted(count: Count) -> list[str]:
    return [*(f"{number:,}" for number in count.numbers), percentage(count)]


def percentage(count: Count) -> str:
    return "–" if count.percent is None else f"{count.percent:.1f} %"


def changed(line: Line) -> str:
    """In points: “+2.1”."""
    if line.change is None:
        return "–"
    return f"{line.change:+.1f}" if abs(line.change) >= 0.05 else "0.0"


def flips(report: Report) -> Iterator[str]:
    """How many promises flip, and the first of them."""
    total = report.worse + report.better
    if not total:
        yield "No promise flips: what was met would be met, what was missed would be missed."
        return
    yield f"{total:,} {'promise flips' if total == 1 else 'promises flip'}: " + " and ".join(
        part
        for part in (
            f"{report.worse:,} from met to missed" if report.worse else "",
            f"{report.better:,} from missed to met" if report.better else "",
        )
        if part
    )
    yield from (f"  {_flipped(one)}" for one in report.first_flips)
    if total > SHOWN:
        yield f"  … and {total - SHOWN:,} more: --csv writes them all"


def _flipped(one: FlippedCase) -> str:
    recorded, draft = one.flip.recorded, one.flip.draft
    number = f" {recorded.number}" if recorded.number > 1 else ""
    priority = f" ({one.priority})" if one.priority else ""
    return f"{one.number}{priority}  {recorded.milestone}{number}: {recorded.result} → {draft.result}"


def left_out(report: Report) -> Iterator[str]:
    """What the draft says nothing about, what could not be run, and what it refuses."""
    for process, cases in sorted(report.left.without_process.items()):
        yield f"Left out: {_cases(cases)} of the process “{process}”, which the draft does not have."
    for number, error in sorted(report.left.broken.items())[:SHOWN]:
        yield f"Left out: {number} could not be run: {error}"
    if len(report.left.broken) > SHOWN:
        yield f"Left out: {len(report.left.broken) - SHOWN:,} more that could not be run."
    for why, times in report.left.refused.most_common(SHOWN):
        yield f"Refused by the draft, {times:,} time{'s' * (times != 1)}: {why}"


def _cases(number: int) -> str:
    return f"{number:,} case{'s' * (number != 1)}"
