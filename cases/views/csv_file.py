"""Rows as a CSV file to download. Streamed: nothing is kept in memory."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.http import StreamingHttpResponse

from cases.queries.csv_text import Cell, csv_lines


def csv_file(rows: Iterable[Sequence[Cell]], name: str, now: datetime) -> StreamingHttpResponse:
    """Its name says when it was made."""
    answer = StreamingHttpResponse(csv_lines(rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}-{now:%Y-%m-%d-%H%M}.csv"'
    return answer
