"""Files that come with a message: how large, and under which name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.core.files.uploadedfile import UploadedFile
from django.db.models.fields.files import FieldFile

from cases.engine.evaluate import Refused

LARGEST = 10 * 1024 * 1024
LARGEST_TOGETHER = 25 * 1024 * 1024
MOST = 10

# What a double click would run on somebody's machine. Here it would be a download; it is not passed on.
RUNS = frozenset(
    "ade adp app apk bat chm cmd com cpl dll dmg exe hta iso jar jnlp js jse lib lnk mde msc msi msix msp "
    "mst nsh pif ps1 psm1 reg scf scr sct shb sys url vb vbe vbs vhd vxd wsc wsf wsh xll".split()
)
# What is not seen, and what turns the letters round: with it a program looks like a picture.
_UNSEEN = "\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"


def checked_files(files: Sequence[UploadedFile]) -> None:
    """Raises Refused for too many, too large or empty files, and for programs."""
    if len(files) > MOST:
        raise Refused(f"A message carries at most {MOST} files.")
    for file in files:
        size = file.size or 0
        if size > LARGEST:
            raise Refused(f"“{stored_name(file.name)}” is larger than 10 MB.")
        if size == 0:
            raise Refused(f"“{stored_name(file.name)}” is empty.")
        if is_program(stored_name(file.name)):
            raise Refused(f"“{stored_name(file.name)}” is a program. Programs are not kept.")
    if sum(file.size or 0 for file in files) > LARGEST_TOGETHER:
        raise Refused("The files are larger than 25 MB together.")


def is_program(name: str) -> bool:
    """By the ending of its stored name: what a double click would run."""
    return name.rpartition(".")[2].lower() in RUNS


@contextmanager
def files_kept_only_on_success() -> Iterator[list[FieldFile]]:
    """Files put on the list are deleted again when the block fails: no transaction takes them back."""
    kept: list[FieldFile] = []
    try:
        yield kept
    except BaseException:
        for file in kept:
            file.delete(save=False)
        raise


def stored_name(name: str | None) -> str:
    """The file's own name without folders, unseen characters or anything that a header could trip over."""
    last = (name or "").replace("\\", "/").rsplit("/", 1)[-1]
    plain = re.sub(r'[\x00-\x1f\x7f"<>|:*?;]', "_", re.sub(f"[{_UNSEEN}]", "", last)).strip(". ")
    return plain[-200:] or "file"
