"""Files that come with a message: under names of our own, and none left behind."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from cases.models import Attachment, Case
from cases.operations import Refused, files, reply_to_case
from tests.factory import NOON, make_case, make_desk, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Case:
    make_desk()
    return make_case(now=NOON)


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def reply_with(case: Case, *names: str, content: bytes = b"wet", status: str = "") -> None:
    sent = [SimpleUploadedFile("x", content, "image/png") for _ in names]
    for file, name in zip(sent, names, strict=True):
        # What a browser may send; Django cleans only what it parses itself.
        vars(file)["_name"] = name
    reply_to_case(case.pk, body="See the photo.", by=make_user(), now=NOON, files=sent, status=status)


def kept(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_file_is_kept_with_its_name_and_size(case: Case) -> None:
    reply_with(case, "cellar.png")
    found = Attachment.objects.get()
    assert (found.name, found.size, found.content_type) == ("cellar.png", 3, "image/png")


def test_its_bytes_come_back(case: Case) -> None:
    reply_with(case, "cellar.png", content=b"\x00\xff wet")
    assert Attachment.objects.get().file.read() == b"\x00\xff wet"


@pytest.mark.parametrize(
    ("name", "stored"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Windows\\system.ini", "system.ini"),
        ('in"voice\r\nX-Evil: 1.pdf', "in_voice__X-Evil_ 1.pdf"),
        ("..", "file"),
        ("", "file"),
        ("n\x00ul.txt", "n_ul.txt"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
    ],
)
def test_a_name_has_no_folders_and_nothing_that_trips_a_header(name: str, stored: str) -> None:
    assert files.stored_name(name) == stored


def test_on_disk_it_has_a_name_of_our_own(case: Case, folder: Path) -> None:
    reply_with(case, "../../evil.html")
    (path,) = kept(folder)
    assert path.suffix == ".bin"
    assert folder in path.parents


@pytest.mark.parametrize("content", [b"", b"x" * (files.LARGEST + 1)], ids=["empty", "too large"])
def test_empty_and_too_large_files_are_refused(case: Case, folder: Path, content: bytes) -> None:
    with pytest.raises(Refused, match="empty|larger than 10 MB"):
        reply_with(case, "photo.png", content=content)
    assert (case.messages.count(), kept(folder)) == (0, [])


def test_too_many_are_refused(case: Case) -> None:
    with pytest.raises(Refused, match="at most 10 files"):
        reply_with(case, *(f"{number}.png" for number in range(11)))


def test_a_refusal_leaves_no_file_behind(case: Case, folder: Path) -> None:
    with pytest.raises(Refused, match="Unknown status"):
        reply_with(case, "photo.png", status="Nonsense")
    assert kept(folder) == []


def test_a_failure_in_the_database_leaves_no_file_behind(
    case: Case, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object) -> None:
        raise RuntimeError("the disk of the database is full")

    monkeypatch.setattr(Attachment.objects, "bulk_create", lambda rows: fail(*rows))
    with pytest.raises(RuntimeError):
        reply_with(case, "one.png", "two.png")
    assert kept(folder) == []
