"""`python -m tests.chaos.clock_off HOURS ARGUMENT...`: Celery with a clock that is so many hours off."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta

import time_machine

if __name__ == "__main__":
    hours, *arguments = sys.argv[1:]
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=float(hours)), tick=True):
        from celery.__main__ import main  # once the clock is off

        sys.argv = ["celery", *arguments]
        main()
