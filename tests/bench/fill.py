"""Fill the empty database of DATABASE_URL with a large desk.

    python -m tests.bench.fill [MILESTONES [OPEN_CASES]]

Log in as `sue` (supervisor) or `agent3`, with the password of the tests.
"""

import sys
from time import perf_counter

from django.utils import timezone

import tests.bench.ready  # noqa: F401  (first: models need it)
from tests.bench.large_desk import fill_large_desk


class Bar:
    """How far it is, on one line of a terminal; a line for each tenth where it is none."""

    WIDTH = 30

    def __init__(self) -> None:
        self.start = perf_counter()
        self.tenths = 0

    def __call__(self, done: int, total: int) -> None:
        spent = perf_counter() - self.start
        full = self.WIDTH * done // total
        told = (
            f"[{'#' * full}{'.' * (self.WIDTH - full)}] {done:,} of {total:,} cases, "
            f"{spent:.0f} s, about {spent * (total - done) / done:.0f} s more"
        )
        if sys.stderr.isatty():
            print(f"\r{told:<79}", end="\n" if done == total else "", file=sys.stderr, flush=True)
        elif 10 * done // total > self.tenths:
            self.tenths = 10 * done // total
            print(told, file=sys.stderr, flush=True)


if __name__ == "__main__":
    fill_large_desk(timezone.now(), Bar(), *(int(number) for number in sys.argv[1:3]))
