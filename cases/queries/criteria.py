"""Which open cases criteria hold for, as the engine would see them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cases.engine.case_state import state_of
from cases.engine.load import READABLE
from cases.models import Case
from entitlements.core.evaluation import names_of
from entitlements.core.expressions import EvaluationError, Expression
from entitlements.models.compiled import compiled

MOST_CASES = 5_000
IN_ONE_READ = 500


@dataclass(frozen=True)
class Matching:
    """`matched` of `looked_at` cases, the newest of `open_cases`; `failed` could not be told.

    `cases` are the newest of those that match, as many as were asked for.
    """

    matched: int
    looked_at: int
    open_cases: int
    failed: int
    cases: list[Case]

    @property
    def is_of_all(self) -> bool:
        return self.looked_at == self.open_cases


def matching(criteria: Expression, shown: int = 0) -> Matching:
    """The open cases that criteria hold for, among the newest `MOST_CASES`; `shown` of them in full."""
    cases: list[Case] = []
    answers: list[bool | None] = []
    for case, answer in _answers(criteria):
        answers.append(answer)
        if answer and len(cases) < shown:
            cases.append(case)
    looked_at = len(answers)
    open_cases = looked_at if looked_at < MOST_CASES else Case.objects.open().count()
    return Matching(answers.count(True), looked_at, open_cases, answers.count(None), cases)


def _answers(criteria: Expression) -> Iterator[tuple[Case, bool | None]]:
    """Each open case, the newest first, and whether the criteria hold; None where they fail on it."""
    configuration = compiled()
    definition = configuration.no_process
    newest = READABLE.filter(is_closed=False).order_by("-pk")[:MOST_CASES]
    for case in newest.iterator(chunk_size=IN_ONE_READ):
        try:
            yield case, bool(criteria.value(names_of(state_of(case, definition, configuration), definition)))
        except EvaluationError:
            yield case, None
