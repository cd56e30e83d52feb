"""Celery's worker and beat as threads of this process: the embedded mode's engine room.

Deployed, both are processes of their own, and beat never runs inside a worker. Here there is one
process and its memory is the broker, so that both have to live in it.
"""

import logging
import os
import signal
import threading
import time
from collections.abc import Callable

from celery import Celery
from celery.beat import Scheduler, Service
from celery.worker import WorkController, state

logger = logging.getLogger(__name__)

# One for the tick, one for deliveries and one for mailboxes: a slow mail server must not hold up the clock.
TASKS_AT_ONCE = 3

# The longest pause of beat, and so the longest that it takes to stop it.
BEAT_SECONDS = 1

STOP_SECONDS = 10.0
RESTART_SECONDS = 5.0


class Background:
    """The two threads. `start` once, `stop` once."""

    def __init__(self, app: Celery) -> None:
        self.app = app
        self.is_stopping = False
        self.beat = Service(app, max_interval=BEAT_SECONDS, scheduler_cls=Scheduler)
        self.threads = [self.thread("worker", self.work), self.thread("beat", self.beat.start)]

    def start(self) -> None:
        """Start both; returns at once."""
        for thread in self.threads:
            thread.start()

    def stop(self) -> None:
        """Let the running tasks finish and wait for both, but not for ever."""
        self.is_stopping = True
        self.beat.stop()
        # The worker looks at it between two messages, at least every two seconds.
        state.should_stop = os.EX_OK  # type: ignore[assignment]
        for thread in self.threads:
            thread.join(STOP_SECONDS)

    def work(self) -> None:
        """Run the worker: `WorkController` is Celery's worker without signal handlers."""
        WorkController(
            app=self.app,
            hostname="embedded@localhost",
            pool="threads",
            concurrency=TASKS_AT_ONCE,
            without_gossip=True,
            without_heartbeat=True,
            without_mingle=True,
        ).start()

    def thread(self, name: str, run: Callable[[], None]) -> threading.Thread:
        """A thread whose unexpected end ends the process, which is then started anew."""

        def watch() -> None:
            try:
                run()
            except Exception:
                logger.exception("The %s failed.", name)
            if not self.is_stopping:
                logger.critical("The %s ended unexpectedly: the process starts anew.", name)
                # Not at once: what fails each time must not keep the machine busy with it.
                time.sleep(RESTART_SECONDS)
                os.kill(os.getpid(), signal.SIGTERM)

        return threading.Thread(target=watch, name=name, daemon=True)
