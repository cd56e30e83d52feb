"""What a look of the engine costs when nothing is due, with few and with a million open milestones."""

from datetime import timedelta

import tests.bench.ready  # noqa: F401  (first: models need it)
from cases.engine.due import tick
from cases.models import CaseMilestone
from tests.bench.crowd import copy_case, template_case
from tests.bench.table import Row, at_most, milliseconds, show
from tests.factory import NOON

BATCH = 500
FEW, MANY = 1_000, 1_000_000


def run() -> list[Row]:
    case = template_case(milestones=4)
    copy_case(case, FEW // 4 - 1)
    soon = NOON + timedelta(minutes=1)
    few = milliseconds(lambda: tick(soon, BATCH))
    copy_case(template_case(milestones=4), (MANY - FEW) // 4 - 1)
    many = milliseconds(lambda: tick(soon, BATCH))
    return [
        ("open milestones", "idle tick"),
        (f"{FEW:,}", f"{few:.2f} ms"),
        (f"{CaseMilestone.objects.open().count():,}", f"{many:.2f} ms"),
        at_most("idle tick at a million", many, 5, " ms"),
        at_most("a million ÷ a thousand", many / few, 2),
    ]


if __name__ == "__main__":
    show("An idle tick", run())
