"""The folder in which the embedded mode keeps everything that it writes."""

import os
import secrets
from pathlib import Path

FOLDERS = ("attachments", "log", "mail")


def prepare(folder: Path) -> bool:
    """Make the folder and the ones inside it; False where nothing may be written."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name in FOLDERS:
            (folder / name).mkdir(exist_ok=True)
    except OSError:
        return False
    return os.access(folder, os.W_OK)


def secret_key(folder: Path) -> str:
    """The installation's secret key: made the first time it is asked for, then kept.

    Readable by its owner alone. Two processes that start at once agree on one key: it is
    written whole under another name and then linked, which only the first can do.
    """
    kept = folder / "secret_key"
    if not kept.exists():
        draft = folder / f"secret_key.{os.getpid()}.{secrets.token_hex(4)}"
        draft.touch(mode=0o600, exist_ok=False)
        draft.write_text(secrets.token_urlsafe(50))
        try:
            os.link(draft, kept)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return kept.read_text().strip()
