"""Processes of the project as they run outside a test: with their own environment and database."""

import os
import secrets
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 60
STOP_SECONDS = 30


def environment(folder: Path, **more: str) -> dict[str, str]:
    """Embedded mode in this folder, unless DATABASE_URL and REDIS_URL are among the rest."""
    inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    own = {"DJANGO_SETTINGS_MODULE": "servicedesk.settings", "VAR_DIR": str(folder)}
    key = {"SECRET_KEY": secrets.token_urlsafe(50)} if more.get("DATABASE_URL") else {}
    return {**inherited, **own, **key, "PYTHONUNBUFFERED": "1", **more}


def manage(env: dict[str, str], *arguments: str) -> str:
    """Run a management command to its end; what it printed."""
    command = [sys.executable, "manage.py", *arguments]
    done = subprocess.run(
        command, cwd=ROOT, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


@contextmanager
def module(name: str, *arguments: str, env: dict[str, str], log: Path) -> Iterator[subprocess.Popen]:
    """`python -m name arguments` beside the test; killed at the end if it still runs."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", name, *arguments],
            cwd=ROOT,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(STOP_SECONDS)


def stop(process: subprocess.Popen, number: int) -> int:
    """Send the signal and wait; the exit status."""
    process.send_signal(number)
    return process.wait(STOP_SECONDS)


def wait_for(answer: Callable[[], object], log: Path) -> None:
    """Ask until the answer is true; fails with the process's log after a minute."""
    deadline = time.monotonic() + START_SECONDS
    while not answer():
        assert time.monotonic() < deadline, log.read_text(errors="replace")
        time.sleep(0.1)


def page(url: str) -> str:
    """The page's text; empty while nobody answers."""
    try:
        with urllib.request.urlopen(url, timeout=10) as response:
            text: str = response.read().decode()
            return text
    except urllib.error.HTTPError as error:
        raise AssertionError(error.read().decode()) from error
    except OSError:
        return ""
