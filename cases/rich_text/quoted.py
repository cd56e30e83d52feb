"""Where in a text somebody quotes what was written before."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

# The line that mail programs write above a quote, in the languages of our customers.
_ATTRIBUTION = re.compile(
    r"(On\b.{4,300}\bwrote|Am\b.{4,300}\bschrieb\b.{0,150}|Le\b.{4,300}\ba écrit"
    r"|El\b.{4,300}\bescribió|Il\b.{4,300}\bha scritto|Op\b.{4,300}\bschreef\b.{0,150})\s?:"
)
# What Outlook and others write above the whole of an earlier mail.
_EARLIER_MAIL = re.compile(
    r"(-{2,}\s*(Original Message|Forwarded message|Original-Nachricht|Ursprüngliche Nachricht"
    r"|Message d['’]origine|Mensaje original)\s*-{2,}|_{20,})",
    re.IGNORECASE,
)
SHORT = 4
"""A quote of so many lines, between words of the writer's own, is what they answer to: it stays open."""


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a text: the writer's own words, or what they quote, as `introduced`."""

    text: str
    is_quote: bool = False
    introduced: str = ""
    is_folded: bool = False


def is_attribution(line: str) -> bool:
    """“On 3 March 2026 at 10:00, Ada Byron <ada@example.com> wrote:”"""
    return len(line) <= 500 and _ATTRIBUTION.fullmatch(line.strip()) is not None


def parts_of(text: str) -> list[Part]:
    """The text cut where quoting begins and ends; the `>` before quoted lines are taken away."""
    found = list(_cut(text.splitlines()))
    last = len(found) - 1
    return [_folded(part, at == last and at > 0) for at, part in enumerate(found)]


def _folded(part: Part, is_the_end: bool) -> Part:
    long = part.text.count("\n") >= SHORT
    folds = part.is_quote and (is_the_end or bool(part.introduced) or long)
    return Part(part.text, part.is_quote, part.introduced, folds)


def _cut(lines: list[str]) -> Iterator[Part]:
    own: list[str] = []
    at, in_code = 0, False
    while at < len(lines):
        line = lines[at]
        in_code ^= line.lstrip().startswith("```")
        if not in_code and _EARLIER_MAIL.fullmatch(line.strip()) and own:
            yield Part("\n".join(own))
            yield Part("\n".join(lines[at + 1 :]), True, line.strip(" -_") or "Earlier mail")
            return
        if in_code or not line.startswith(">"):
            own.append(line)
            at += 1
            continue
        end = _end_of_quote(lines, at)
        introduced = _take_attribution(own)
        if any(map(str.strip, own)):
            yield Part("\n".join(own))
        yield Part("\n".join(_without_mark(one) for one in lines[at:end]), True, introduced)
        own, at = [], end
    if any(map(str.strip, own)):
        yield Part("\n".join(own))


def _end_of_quote(lines: list[str], at: int) -> int:
    while at < len(lines) and lines[at].startswith(">"):
        at += 1
    return at


def _without_mark(line: str) -> str:
    return line[1:].removeprefix(" ")


def _take_attribution(own: list[str]) -> str:
    """The attribution at the end of the own lines, taken from them; it may be broken over two lines."""
    while own and not own[-1].strip():
        own.pop()
    for count in (1, 2):
        said = " ".join(line.strip() for line in own[-count:])
        if len(own) >= count and is_attribution(said):
            del own[-count:]
            return said.rstrip(" :")
    return ""
