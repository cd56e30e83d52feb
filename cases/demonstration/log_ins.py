"""Where the passwords of the demonstration are written down."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from cases.demonstration.people import LogIn


def as_text(log_ins: Sequence[LogIn]) -> str:
    """A line each: user, password, role."""
    width = max(len(one.username) for one in log_ins)
    return "\n".join(f"{one.username:<{width}}  {one.password}  ({one.role[:-1].lower()})" for one in log_ins)


def write_down(log_ins: Sequence[LogIn], path: Path) -> None:
    """Readable by its owner alone from the first moment on. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(as_text(log_ins) + "\n")
