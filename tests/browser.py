"""Chromium for the browser tests: the one that the machine has."""

import os
import shutil
from pathlib import Path

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MISSING = "no Chromium on this machine"

# No sandbox: it refuses to run as root. The rest keeps it from talking to anybody but the tests.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def chromium() -> Path | None:
    """The browser's program, or None where none is installed."""
    return next((Path(found) for name in NAMES if (found := shutil.which(name))), None)


def is_required() -> bool:
    """Whether a missing browser is a failure rather than a skip (SERVICEDESK_REQUIRE_BROWSER=1)."""
    return os.environ.get("SERVICEDESK_REQUIRE_BROWSER", "") not in ("", "0")
