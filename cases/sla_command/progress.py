"""How far a command is, on a terminal; a file or a pipe would only be littered."""

from __future__ import annotations

from django.core.management.base import OutputWrapper

WIDTH = 30


class Progress:
    def __init__(self, stderr: OutputWrapper, total: int, what: str) -> None:
        self._stderr, self._total, self._what = stderr, total, what
        self._done, self._shown = 0, -1

    def one_more(self) -> None:
        self._done += 1
        percent = 100 * self._done // self._total if self._total else 100
        if percent == self._shown or not self._stderr.isatty():
            return
        self._shown = percent
        bar = "█" * (WIDTH * percent // 100)
        told = f"\r{bar:<{WIDTH}} {percent:3} %  {self._done:,} of {self._total:,} {self._what}"
        self._stderr.write(told, style_func=str, ending="\n" if percent >= 100 else "")
