"""What would become of open milestones, in a sentence."""

from __future__ import annotations

from cases.queries.plan_effects import Tally


def in_a_sentence(tally: Tally) -> str:
    """ "44 open milestones move: 41 later, 3 earlier. 2 would be late at once." """
    said = [_moves(tally), _others(tally), _late(tally)]
    return " ".join(sentence for sentence in said if sentence) or "No open milestone moves."


def _moves(tally: Tally) -> str:
    moved = tally.later + tally.earlier + tally.otherwise
    ways = {"later": tally.later, "earlier": tally.earlier, "with another target": tally.otherwise}
    parts = [f"{number:,} {way}" for way, number in ways.items() if number]
    return f"{_milestones(moved)} move{'s' * (moved == 1)}: {', '.join(parts)}." if moved else ""


def _others(tally: Tally) -> str:
    parts = [
        f"{tally.cancelled:,} {_be(tally.cancelled)} cancelled" if tally.cancelled else "",
        f"{tally.completed:,} {_be(tally.completed)} completed" if tally.completed else "",
        f"{tally.new:,} come{'s' * (tally.new == 1)} new" if tally.new else "",
    ]
    said = ", ".join(part for part in parts if part)
    return f"{said}." if said else ""


def _late(tally: Tally) -> str:
    return f"{tally.late:,} would be late at once." if tally.late else ""


def _milestones(number: int) -> str:
    return f"{number:,} open milestone{'s' * (number != 1)}"


def _be(number: int) -> str:
    return "is" if number == 1 else "are"
