"""The parts of a mail: its words, plain and as HTML, and its files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from html import unescape

from cases.mail import headers
from cases.mail.charsets import text_of
from cases.mail.plain_text import html_as_text
from cases.operations.files import LARGEST, MOST, is_program, stored_name
from cases.operations.texts import LONGEST_BODY
from cases.rich_text import clean_html
from cases.rich_text.depth import is_too_deep

MOST_PARTS = 300
DEEPEST = 40
LONGEST_HTML = 400_000
_SIGNATURES = frozenset(
    {"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"}
)


@dataclass(frozen=True, slots=True)
class File:
    """An attachment, or an image within the text."""

    name: str
    content_type: str
    content: bytes


@dataclass(slots=True)
class Body:
    """What a mail says. `notices` tell people of the desk what of it was not kept."""

    text: str = ""
    html: str = ""
    files: list[File] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)


def body_of(message: Message) -> Body:
    """Everything of it that the desk keeps."""
    body = Body()
    plain: list[str] = []
    rich: list[str] = []
    for at, part in enumerate(_leaves(message)):
        if at == MOST_PARTS:
            body.notices.append(f"The mail has more than {MOST_PARTS} parts: the rest was not kept.")
            break
        kind = part.get_content_type()
        if kind in ("text/plain", "text/html") and not _is_file(part):
            (plain if kind == "text/plain" else rich).append(_words(part))
        elif kind not in _SIGNATURES:
            _keep_file(part, body)
    _put_words(body, "\n\n".join(plain).strip(), "\n".join(rich))
    return body


def _put_words(body: Body, plain: str, rich: str) -> None:
    if len(rich) > LONGEST_HTML or is_too_deep(rich):
        body.notices.append("Its HTML was too long or nested too deep to be kept: the plain text is shown.")
        plain, rich = plain or _without_tags(rich), ""
    body.html = clean_html(rich) if rich else ""
    text = plain or html_as_text(body.html)
    if len(text) > LONGEST_BODY:
        body.notices.append(f"The text was cut off after {LONGEST_BODY:,} characters.")
    body.text = text[:LONGEST_BODY]


def _without_tags(html: str) -> str:
    """What stands between the tags, roughly: of HTML that is not worth more."""
    text = re.sub(r"<[^<>]{0,2000}>", " ", html[: 10 * LONGEST_BODY])
    return unescape(re.sub(r"\s{2,}", "\n", text)).strip()


def _leaves(message: Message, depth: int = 0) -> Iterator[Message]:
    """The parts that hold something. A mail within the mail is one, whole."""
    if not message.is_multipart() or message.get_content_maintype() == "message" or depth > DEEPEST:
        yield message
        return
    for part in message.get_payload():
        if isinstance(part, Message):
            yield from _leaves(part, depth + 1)


def _is_file(part: Message) -> bool:
    disposition = headers.token(part, "Content-Disposition")
    return disposition == "attachment" or bool(_name_of(part))


def _words(part: Message) -> str:
    return text_of(_bytes_of(part), _parameter(part, "charset"))


def _bytes_of(part: Message) -> bytes:
    """What it holds. Bad base64 gives what can be made of it."""
    if part.is_multipart():
        return b"\n\n".join(one.as_bytes() for one in part.get_payload() if isinstance(one, Message))
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _parameter(part: Message, name: str) -> str:
    value = part.get_param(name)
    if isinstance(value, tuple):
        return value[2] or ""
    return value or ""


def _name_of(part: Message) -> str:
    """As its sender called it, in any of the ways in which that is done."""
    for value in (part.get_param("filename", header="Content-Disposition"), part.get_param("name")):
        if isinstance(value, tuple):
            charset, _, encoded = value
            return text_of((encoded or "").encode("latin-1", "replace"), charset or "")[:200]
        if value:
            return headers.decoded(str(value))[:200]
    return ""


def _keep_file(part: Message, body: Body) -> None:
    """Or say why not."""
    content = _bytes_of(part)
    name = stored_name(_name_of(part) or _usual_name(part))
    if not content:
        body.notices.append(f"“{name}” is empty, or could not be read, and was not kept.")
    elif len(content) > LARGEST:
        size = len(content) / 1024 / 1024
        body.notices.append(f"“{name}” has {size:,.0f} MB and was not kept: a file has at most 10 MB.")
    elif is_program(name):
        body.notices.append(f"“{name}” is a program and was not kept.")
    elif len(body.files) >= MOST:
        body.notices.append(f"“{name}” was not kept: a message carries at most {MOST} files.")
    else:
        body.files.append(File(name, part.get_content_type()[:100], content))


def _usual_name(part: Message) -> str:
    kind = part.get_content_type()
    if kind.startswith("message/"):
        return "mail.eml"
    return {"text/calendar": "invitation.ics", "text/plain": "text.txt", "text/html": "text.html"}.get(
        kind, f"file.{kind.rpartition('/')[2][:10]}"
    )
