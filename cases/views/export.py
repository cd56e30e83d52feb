"""The list as a CSV file."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence

from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cases.queries.worklist.around import read_around
from cases.queries.worklist.export import Cell, rows_of
from cases.queries.worklist.wanted import read_wanted
from cases.roles import agents_only

# A cell that begins so is a formula to a spreadsheet, whoever wrote it.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@agents_only
@require_safe
@never_cache
def export(request: HttpRequest) -> StreamingHttpResponse:
    """The same cases in the same order as the list, all of them. Streamed: nothing is kept in memory."""
    now, user = timezone.now(), request.user
    wanted = read_wanted(request.GET, read_around(user))  # type: ignore[arg-type]
    answer = StreamingHttpResponse(
        _lines(rows_of(wanted, user, now)),  # type: ignore[arg-type]
        content_type="text/csv; charset=utf-8",
    )
    answer["Content-Disposition"] = f'attachment; filename="cases-{now:%Y-%m-%d-%H%M}.csv"'
    return answer


def safe(cell: Cell) -> Cell:
    """A text that would be taken for a formula begins with an apostrophe, which spreadsheets hide."""
    return f"'{cell}" if isinstance(cell, str) and cell.lstrip(" ").startswith(FORMULA) else cell


class _Echo:
    """A file that gives back what is written."""

    def write(self, text: str) -> str:
        return text


def _lines(rows: Iterator[Sequence[Cell]]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    # Spreadsheets take a file without this mark for another encoding.
    yield "\ufeff"
    for row in rows:
        yield writer.writerow([safe(cell) for cell in row])
