"""Past cases through the draft, one after the other."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.db import InterfaceError, OperationalError

from cases.replay.draft import Draft
from cases.replay.past import Past, Replayed, processes_of, run

log = logging.getLogger(__name__)

# The database was away or busy: that says nothing about the case.
PASSING = (OperationalError, InterfaceError)


@dataclass
class Left:
    """What a replay could not do: how many cases, by the process that the draft lacks; cases that could not
    be run at all, by number, with the error; facts that the draft refuses, by why.
    """

    without_process: Counter[str] = field(default_factory=Counter)
    broken: dict[str, str] = field(default_factory=dict)
    refused: Counter[str] = field(default_factory=Counter)


def replay(pasts: Iterable[Past], draft: Draft, now: datetime, left: Left) -> Iterator[Replayed | None]:
    """None for a case that is left out."""
    for past in pasts:
        replayed = _replayed(past, draft, now, left)
        if replayed is not None:
            left.refused.update(replayed.refused)
        yield replayed


def _replayed(past: Past, draft: Draft, now: datetime, left: Left) -> Replayed | None:
    processes = processes_of(past, draft)
    if processes is None:
        left.without_process[_lacking(past, draft)] += 1
        return None
    try:
        return run(past, processes, draft, now)
    except PASSING:
        raise
    except Exception as fault:  # As the engine does: one case that is broken does not keep the others.
        log.exception("%s could not be replayed", past.number)
        left.broken[past.number] = f"{type(fault).__name__}: {fault}"
        return None


def _lacking(past: Past, draft: Draft) -> str:
    return next(one.process for one in past.chapters if draft.process(one.process) is None)
