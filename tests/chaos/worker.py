"""A worker to be killed: `python -m tests.chaos.worker tick|roll_out|mail_reports|deliver NOW [STEP]`.

Says that it is ready, and from the next line that it reads on works until nothing is left, as of NOW. With a
STEP it kills itself there, at the third time.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from datetime import datetime
from itertools import count
from typing import Any

import tests.chaos.ready  # noqa: F401  (first: models need it)
from cases.delivery import deliver, email
from cases.engine import due, escalation_steps, write
from cases.operations import mail_reports, rollout

BATCH = 10
PLACES: dict[str, tuple[Any, str]] = {
    "before the stops": (write, "_write_stops"),
    "before the events": (write, "_write_events"),
    "before the triggers": (write, "_write_firings"),
    "before the cases": (write, "_write_cases"),
    "before the outbox": (write, "write_actions"),
    "after the commit": (due, "note_look"),
    "in a rollout": (rollout, "_note_failures"),
    "after the lease": (deliver.Courier, "_send"),
    "before sending": (email, "message_for"),
    "between sending and marking": (deliver, "settle"),
}

OF_ESCALATION: dict[str, tuple[Any, str]] = {
    "before people are told": (escalation_steps, "tell_in_desk"),
    "before the mails": (escalation_steps, "put"),
    "before the case follows": (escalation_steps, "write"),
    "after the commit": (due, "note_look"),
}

OF_REPORTS: dict[str, tuple[Any, str]] = {
    "before a report is recorded": (mail_reports, "_record"),
    "before a report's mails": (mail_reports, "put"),
}


def die_at(step: str) -> None:
    """As kill -9 does: without a word."""
    module, name = {**OF_ESCALATION, **OF_REPORTS, **PLACES}[step]
    original: Callable[..., Any] = getattr(module, name)
    calls = count(1)

    def deadly(*args: Any) -> Any:
        empty = name == "settle" and not args[0]
        if not empty and next(calls) == 3:
            os.kill(os.getpid(), signal.SIGKILL)
        return original(*args)

    setattr(module, name, deadly)


def work(task: str, now: datetime) -> None:
    if task == "tick":
        while due.tick(now, BATCH).cases:
            continue
    elif task == "roll_out":
        while rollout.roll_out(now, BATCH):
            continue
    elif task == "mail_reports":
        while mail_reports.mail_next(now):
            continue
    else:
        while deliver.deliver(now):
            continue


if __name__ == "__main__":
    if len(sys.argv) > 3:
        die_at(sys.argv[3])
    print("ready", flush=True)
    sys.stdin.readline()
    work(sys.argv[1], datetime.fromisoformat(sys.argv[2]))
