"""Web, worker and beat as processes of their own, on a real PostgreSQL and a real Valkey."""

import signal
from pathlib import Path

import pytest
from celery import Celery

from tests import processes, servers

CELERY = ("celery", "-A", "servicedesk")


@pytest.fixture
def env(tmp_path: Path, postgresql_database: str, valkey_server: str) -> dict[str, str]:
    env = processes.environment(
        tmp_path / "var",
        DATABASE_URL=postgresql_database,
        REDIS_URL=valkey_server,
        ENGINE_TICK_SECONDS="0.5",
        SECURE_COOKIES="false",
    )
    processes.manage(env, "migrate", "--verbosity=0")
    return env


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "output.log"


def test_web_serves_from_postgresql(env: dict[str, str], log: Path) -> None:
    address = f"127.0.0.1:{servers.free_port()}"
    arguments = ("servicedesk.wsgi", "--bind", address, "--no-control-socket")
    with processes.module("gunicorn", *arguments, env=env, log=log) as web:
        processes.wait_for(lambda: processes.page(f"http://{address}/healthz") == "ok\n", log)
        assert processes.stop(web, signal.SIGTERM) == 0


def test_beat_knocks_and_the_worker_looks(env: dict[str, str], log: Path) -> None:
    name, *arguments = CELERY
    with (
        processes.module(name, *arguments, "worker", "-c", "1", env=env, log=log) as worker,
        processes.module(name, *arguments, "beat", env=env, log=log) as beat,
    ):
        processes.wait_for(lambda: ticks(env["REDIS_URL"]) >= 2, log)
        assert processes.stop(beat, signal.SIGTERM) == 0
        assert processes.stop(worker, signal.SIGTERM) == 0
    assert "Traceback" not in log.read_text()


def ticks(broker: str) -> int:
    """How many ticks the workers of this broker have finished or begun."""
    with Celery(broker=broker, set_as_current=False) as app:
        answers = app.control.inspect(timeout=1).stats() or {}
    return sum(stats["total"].get("cases.tasks.tick", 0) for stats in answers.values())
