"""How a bench prints: columns, and whether an aim was met."""

from collections.abc import Callable, Sequence
from statistics import median
from time import perf_counter

Row = tuple[str, ...]


def show(title: str, rows: Sequence[Row]) -> None:
    """Print rows in columns under a title."""
    print(f"\n{title}\n{'-' * len(title)}")
    widths = [max(len(row[n]) for row in rows if n < len(row)) for n in range(max(map(len, rows)))]
    for row in rows:
        first, *others = [
            cell.ljust(width) if not n else cell.rjust(width)
            for n, (cell, width) in enumerate(zip(row, widths, strict=False))
        ]
        print("  ".join([first, *others]), flush=True)


def at_most(what: str, figure: float, aim: float, unit: str = "") -> Row:
    """A figure that should not exceed its aim."""
    return (what, f"{figure:,.2f}{unit}", f"aim ≤ {aim:g}{unit}", "met" if figure <= aim else "MISSED")


def at_least(what: str, figure: float, aim: float, unit: str = "") -> Row:
    """A figure that should reach its aim."""
    return (what, f"{figure:,.0f}{unit}", f"aim ≥ {aim:,.0f}{unit}", "met" if figure >= aim else "MISSED")


def milliseconds(call: Callable[[], object], times: int = 30) -> float:
    """The median time of one call, after one that is not counted."""
    call()
    spent = []
    for _ in range(times):
        start = perf_counter()
        call()
        spent.append(perf_counter() - start)
    return median(spent) * 1000
