"""From a missed target to a mail, by worker and beat as processes of their own."""

from __future__ import annotations

import subprocess
import sys
from email import message_from_bytes, policy
from email.message import Message
from pathlib import Path

import pytest

from tests import processes

pytestmark = pytest.mark.servers
CELERY = ("-A", "servicedesk")


@pytest.fixture
def env(tmp_path: Path, postgresql_database: str, valkey_server: str) -> dict[str, str]:
    env = processes.environment(
        tmp_path / "var",
        DATABASE_URL=postgresql_database,
        REDIS_URL=valkey_server,
        EMAIL_URL=f"filemail://{tmp_path / 'mail'}",
        ENGINE_TICK_SECONDS="0.5",
        ENGINE_DELIVER_SECONDS="0.5",
    )
    processes.manage(env, "migrate", "--verbosity=0")
    subprocess.run(
        [sys.executable, "-m", "tests.delivery.late_case"], cwd=processes.ROOT, env=env, check=True
    )
    return env


def mails(folder: Path) -> list[Message]:
    found = [path.read_bytes() for path in folder.glob("*")] if folder.exists() else []
    return [message_from_bytes(one, policy=policy.default) for one in found if one]


def test_a_missed_target_becomes_one_mail(env: dict[str, str], tmp_path: Path) -> None:
    log, folder = tmp_path / "output.log", tmp_path / "mail"
    with (
        processes.module("celery", *CELERY, "worker", "-c", "2", env=env, log=log),
        processes.module("celery", *CELERY, "beat", env=env, log=log),
        processes.module("celery", *CELERY, "beat", env=env, log=log),
    ):
        processes.wait_for(lambda: mails(folder), log)
    (mail,) = mails(folder)
    assert (mail["To"], mail["Subject"]) == ("lead@example.com", "C-000001: First Response — late")
