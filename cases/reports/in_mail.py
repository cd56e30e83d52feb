"""A report as a mail: figures and tables as text and as HTML, and all of its rows as a CSV file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.template.loader import render_to_string

from cases.models import SavedReport
from cases.queries.csv_text import csv_lines
from cases.reports.page import Answer
from cases.reports.table import Table

SHOWN_ROWS = 40
LARGEST_FILE = 1_000_000
"""Characters of the CSV file; one that is larger stays away, and the mail says so."""


@dataclass(frozen=True, slots=True)
class Letter:
    subject: str
    body: str
    html: str
    csv: str
    file_name: str

    @property
    def fields(self) -> dict[str, Any]:
        """As a mailing keeps them."""
        return {
            "subject": self.subject[:250],
            "body": self.body,
            "html": self.html,
            "csv": self.csv,
            "file_name": self.file_name,
        }


def letter_of(saved: SavedReport, answer: Answer, moment: datetime) -> Letter:
    """`moment` is the one that the report is as of."""
    zone = ZoneInfo(saved.time_zone)
    local = moment.astimezone(zone)
    csv = _file(answer.findings.tables)
    context = {
        "saved": saved,
        "owner": saved.owner.get_full_name() or saved.owner.get_username(),
        "answer": answer,
        "period": "" if answer.report.is_of_now else answer.asked.period.told,
        "as_of": f"{local.day} {local:%B %Y, %H:%M} ({saved.time_zone})",
        "address": f"{settings.SITE_URL}/reports/{saved.report}/"
        + (f"?{saved.query}" if saved.query else ""),
        "mailings": f"{settings.SITE_URL}/reports/saved/{saved.pk}/",
        "tables": [
            (table, table.rows[:SHOWN_ROWS], len(table.rows) - SHOWN_ROWS) for table in answer.findings.tables
        ],
        "texts": [_as_text(table) for table in answer.findings.tables],
        "has_file": bool(csv),
    }
    subject = f"{saved.name}: {context['period']}" if context["period"] else f"{saved.name}: {local:%d %b %Y}"
    return Letter(
        subject,
        render_to_string("emails/report.txt", context).strip() + "\n",
        render_to_string("emails/report.html", context),
        csv,
        f"{saved.report}-{local:%Y-%m-%d}.csv" if csv else "",
    )


def _file(tables: Iterable[Table]) -> str:
    text = "".join(csv_lines(line for table in tables for line in table.as_lines()))
    return text if len(text) <= LARGEST_FILE else ""


def _as_text(table: Table) -> str:
    """Words to the left, numbers to the right."""
    rows = [[column.label for column in table.columns]]
    rows += [[cell.told for cell in row] for row in (*table.rows[:SHOWN_ROWS], *_total(table))]
    widths = [max(len(row[place]) for row in rows) for place in range(len(table.columns))]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if column.is_number else cell.ljust(width)
            for cell, width, column in zip(row, widths, table.columns, strict=True)
        ).rstrip()
        for row in rows
    )


def _total(table: Table) -> list[Sequence[Any]]:
    return [table.total] if table.total else []
