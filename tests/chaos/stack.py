"""Workers and beats as processes of their own, on the database and the broker of the fault."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import SimpleNamespace

from django.conf import settings as django_settings
from django.db import connection

from cases.models import Case, CaseMilestone, Delivery
from tests import processes
from tests.chaos.crowd import database_url

CELERY = ("-A", "servicedesk")
LONGEST = 600.0


class Settings(SimpleNamespace):
    """Stands for pytest's `settings` where a receiver tells the project where it listens."""

    def __setattr__(self, name: str, value: object) -> None:
        super().__setattr__(name, value)
        setattr(django_settings, name, value)


class Stack:
    """Starts and kills processes of the project; `env` is what they are told."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="servicedesk-chaos-"))
        self.log = self.folder / "output.log"
        self.settings = Settings()
        self.env = processes.environment(
            self.folder / "var",
            DATABASE_URL=database_url(),
            REDIS_URL=os.environ["REDIS_URL"],
            DATABASE_POOL_SIZE="0",
            ENGINE_TICK_SECONDS="0.5",
            ENGINE_DELIVER_SECONDS="0.5",
            DELIVERY_LEASE_SECONDS="20",
            DELIVERY_SECONDS="10",
            WEBHOOK_SECONDS="5",
            EMAIL_TIMEOUT="5",
            LOG_LEVEL="WARNING",
        )
        self._open = ExitStack()

    @contextmanager
    def running(self, workers: int = 1, beats: int = 1) -> Iterator[list[subprocess.Popen[bytes]]]:
        with self._open:
            started = [self.worker() for _ in range(workers)]
            for _ in range(beats):
                self.celery("beat")
            yield started

    def worker(self) -> subprocess.Popen[bytes]:
        return self.celery("worker", "-c", "2")

    def celery(self, *arguments: str) -> subprocess.Popen[bytes]:
        started = processes.module("celery", *CELERY, *arguments, env=self.env, log=self.log)
        return self._open.enter_context(started)

    def clock_off(self, hours: float) -> subprocess.Popen[bytes]:
        started = processes.module(
            *("tests.chaos.clock_off", str(hours), *CELERY, "worker", "--pool", "solo"),
            env=self.env,
            log=self.log,
        )
        return self._open.enter_context(started)

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """kill -9 of a worker and of the processes that it has."""
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def wait_for(true: Callable[[], object], seconds: float = LONGEST) -> bool:
    """Ask until it is true, also while the database is away. Whether it became so in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if true():
                return True
        except Exception:
            connection.close()
        time.sleep(0.25)
    return False


def all_done() -> bool:
    """Nothing is due and nothing waits."""
    due = CaseMilestone.objects.exclude(due_at=None).exists() or Case.objects.exclude(enters_at=None).exists()
    return not due and not Delivery.objects.filter(state="waiting").exists()
