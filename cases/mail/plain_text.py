"""HTML → the text that it says, for search, for mail programs and for lists."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_BREAKS = frozenset("br hr tr li dt dd div section article header footer pre table ul ol dl form".split())
_PARAGRAPHS = frozenset("p h1 h2 h3 h4 h5 h6 blockquote".split())
_UNSAID = frozenset("script style title head noscript template".split())
_VOID = frozenset("br hr img input meta link".split())


def html_as_text(html: str) -> str:
    """Blocks on lines of their own, what is quoted behind `>`, links with their address."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    text = "".join(reader.said)
    lines = (re.sub(r"[ \t\xa0]+", " ", line).strip() for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self._unsaid = self._breaks = 0
        self._quotes = 0
        self._links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNSAID:
            self._unsaid += 1
        if tag == "blockquote":
            self._quotes = min(self._quotes + 1, 9)
        if tag in _PARAGRAPHS:
            self._line(2)
        elif tag in _BREAKS:
            self._line(1)
        if tag == "li":
            self._say("* ")
        if tag == "a":
            self._links.append(dict(attrs).get("href") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSAID and self._unsaid:
            self._unsaid -= 1
        if tag == "a" and self._links:
            self._address(self._links.pop())
        if tag == "blockquote" and self._quotes:
            self._quotes -= 1
        if tag in _PARAGRAPHS or tag in _BREAKS - _VOID:
            self._line(2 if tag in _PARAGRAPHS else 1)

    def handle_data(self, data: str) -> None:
        if not self._unsaid and (data.strip() or not self._breaks):
            self._say(re.sub(r"\s+", " ", data))

    def _say(self, words: str) -> None:
        if self._breaks and self.said:
            self.said.append("\n" * self._breaks)
        if self._breaks or not self.said:
            self.said.append("> " * self._quotes)
        self._breaks = 0
        self.said.append(words)

    def _address(self, address: str) -> None:
        said = "".join(self.said[-3:])
        if address.startswith(("http://", "https://")) and address.rstrip("/") not in said:
            self._say(f" ({address})")

    def _line(self, breaks: int) -> None:
        self._breaks = max(self._breaks, breaks)
