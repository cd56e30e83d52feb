"""`make run`: everything in one go, with nothing to install beside Python.

Prepares the database in VAR_DIR, loads the demonstration the first time, and serves the pages on
this machine alone, with Celery's worker and beat as threads of the serving process. Ctrl-C or
SIGTERM stops it; the next start goes on with the same data.
"""

import fcntl
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import IO, Any

import django
from django.conf import settings
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.db import connections
from gunicorn.app.base import BaseApplication

from servicedesk.background import Background
from servicedesk.celery import app as celery_app

HOST = "127.0.0.1"
PORT = 8000
PORTS_TRIED = 100
# How long an earlier start may take to end before this one gives up.
LOCK_SECONDS = 8.0
STOP_SECONDS = 12
REQUESTS_AT_ONCE = 8


class CannotStart(Exception):
    """Said to whoever started it; not a fault of the program."""


def main() -> int:
    """The exit status: 0 when stopped by Ctrl-C or SIGTERM."""
    try:
        serve()
    except CannotStart as reason:
        print(f"Servicedesk did not start: {reason}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        # Before the web server took over the signal.
        print("\nStopped.")
    return 0


def serve() -> None:
    """Prepare, then serve until stopped."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    port = choose_port(os.environ.get("PORT", ""))
    address = f"http://{HOST}:{port}/"
    os.environ.setdefault("SITE_URL", address.rstrip("/"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "servicedesk.settings")
    django.setup()
    check_mode()
    with only_one(settings.VAR_DIR / "run.lock", address):
        prepare()
        if port != PORT and "PORT" not in os.environ:
            print(f"Port {PORT} is taken; taking {port}.")
        WebServer(port, lambda: announce(address)).run()


def choose_port(wanted: str) -> int:
    """PORT if it was given, else 8000 or the next free one."""
    if wanted:
        if not wanted.isdecimal() or not 0 < int(wanted) < 65536:
            raise CannotStart(f"PORT={wanted} is not a port number.")
        if not is_free(int(wanted)):
            raise CannotStart(f"port {wanted} is taken.")
        return int(wanted)
    for port in range(PORT, PORT + PORTS_TRIED):
        if is_free(port):
            return port
    raise CannotStart(f"the ports {PORT} to {PORT + PORTS_TRIED - 1} are taken. Choose one: PORT=")


def is_free(port: int) -> bool:
    """Whether nobody listens there. Connections that are still closing do not count."""
    with closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def check_mode() -> None:
    """Refuse what is not the embedded mode."""
    if not settings.EMBEDDED:
        raise CannotStart(
            "DATABASE_URL or REDIS_URL is set. Then web, worker and beat are processes of their "
            "own: gunicorn servicedesk.wsgi, celery -A servicedesk worker, celery -A servicedesk "
            "beat. compose.yaml shows how."
        )
    if not settings.VAR_IS_WRITABLE:
        raise CannotStart(f"the folder {settings.VAR_DIR} cannot be written to.")


def only_one(path: Path, address: str) -> IO[str]:
    """Hold the lock of the data folder; the operating system releases it however we end."""
    lock = path.open("a+")
    deadline = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            if time.monotonic() > deadline:
                raise CannotStart(f"it already runs: {path.read_text().strip()}") from None
            time.sleep(0.2)
        else:
            lock.truncate(0)
            lock.write(address + "\n")
            lock.flush()
            return lock


def prepare() -> None:
    """Bring the tables up to date and load the demonstration, once."""
    print("Preparing the database ...", flush=True)
    call_command("migrate", verbosity=0, interactive=False)
    call_command("demonstration")
    # What cannot be imported should fail here and not again and again in the background.
    celery_app.loader.import_default_modules()
    # The serving process is a copy of this one: it must not share a connection with it.
    connections.close_all()


def announce(address: str) -> None:
    """Tell where to go."""
    print(f"\nServicedesk runs at {address}")
    if settings.DEMONSTRATION_LOG_INS.exists():
        print(f"Log-ins: see {shown(settings.DEMONSTRATION_LOG_INS)}")
    print("Ctrl-C stops it. The data stays in", shown(settings.VAR_DIR), flush=True)


def shown(path: Path) -> str:
    """A path as short as it can be said."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


class WebServer(BaseApplication):
    """Gunicorn with one serving process, in which the background threads live too."""

    def __init__(self, port: int, on_ready: Callable[[], None]) -> None:
        self.port = port
        self.on_ready = on_ready
        super().__init__()

    def load_config(self) -> None:
        options: dict[str, Any] = {
            "bind": f"{HOST}:{self.port}",
            "worker_class": "gthread",
            "workers": 1,
            "threads": REQUESTS_AT_ONCE,
            # One process: nobody takes over while a killed one starts again.
            "timeout": 0,
            "graceful_timeout": STOP_SECONDS,
            "loglevel": "warning",
            "control_socket_disable": True,
            "when_ready": lambda arbiter: self.on_ready(),
            "post_worker_init": start_background,
            "worker_exit": stop_background,
            "on_exit": lambda arbiter: print("\nStopped.", flush=True),
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        return get_wsgi_application()


def start_background(worker: Any) -> None:
    """In the serving process, once it serves."""
    # Ctrl-C reaches every process of the terminal; only the first one is to act on it.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    worker.background = Background(celery_app)
    worker.background.start()


def stop_background(arbiter: Any, worker: Any) -> None:
    """In the serving process, when it ends. A second signal must not interrupt that."""
    for number in (signal.SIGTERM, signal.SIGQUIT):
        signal.signal(number, signal.SIG_IGN)
    if background := getattr(worker, "background", None):
        background.stop()


if __name__ == "__main__":
    sys.exit(main())
