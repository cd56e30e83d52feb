"""Servers that are killed and started again as they were, by their numbers."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import redis


def postgresql_number(url: str) -> int:
    """The number of the server's first process."""
    with psycopg.connect(url) as connection:
        row = connection.execute("SHOW data_directory").fetchone()
    assert row is not None
    return int((Path(row[0]) / "postmaster.pid").read_text().splitlines()[0])


def valkey_arguments(url: str) -> list[str]:
    port = str(urlsplit(url).port)
    return ["--port", port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]


def valkey_number(url: str) -> int:
    info = redis.Redis.from_url(url).info("server")
    return int(info["process_id"])


@contextmanager
def away(
    number: int,
    answers: Callable[[], object],
    kill_by: int = signal.SIGKILL,
    arguments: Sequence[str] | None = None,
) -> Iterator[None]:
    """The server is gone inside; afterwards it is back, until this process ends.

    `arguments` are those with which it starts again, where it has written over its own.
    """
    given = Path(f"/proc/{number}/cmdline").read_bytes().rstrip(b"\0").split(b"\0")
    if arguments is None:
        arguments = [part.decode() for part in given[1:]]
    program, folder = os.readlink(f"/proc/{number}/exe"), os.readlink(f"/proc/{number}/cwd")
    owner = os.stat(f"/proc/{number}").st_uid
    os.kill(number, kill_by)
    while Path(f"/proc/{number}/exe").exists() and _is_alive(number):
        time.sleep(0.05)
    try:
        yield
    finally:
        start([program, *arguments], folder, owner, answers)


def _is_alive(number: int) -> bool:
    with suppress(OSError):
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def start(command: list[str], folder: str, owner: int, answers: Callable[[], object]) -> None:
    """As whom it ran before; it ends with the shell that waits on a pipe from us."""
    stop_with_me = '"$@" & server=$!; read -r _; kill -INT "$server" 2>/dev/null; wait "$server"'
    run_as = {"user": owner, "extra_groups": []} if os.getuid() == 0 else {}
    _STARTED.append(
        subprocess.Popen(
            ["sh", "-c", stop_with_me, "sh", *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            start_new_session=True,
            **run_as,  # type: ignore[call-overload]
        )
    )
    deadline = time.monotonic() + 60
    while True:
        try:
            answers()
            return
        except (psycopg.OperationalError, redis.ConnectionError):
            assert time.monotonic() < deadline, "The server did not come back."
            time.sleep(0.1)


_STARTED: list[subprocess.Popen[bytes]] = []


def stop_all() -> None:
    """What was started again ends."""
    for process in _STARTED:
        process.communicate()
    _STARTED.clear()
