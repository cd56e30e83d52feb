"""`python -m tests.chaos.one MODULE.FAULT`: a fault on the environment's database; its result as JSON."""

from __future__ import annotations

import importlib
import json
import sys
from dataclasses import asdict

import tests.chaos.ready  # noqa: F401  (first: models need it)
from tests.chaos.stack import Stack

if __name__ == "__main__":
    module, _, fault = sys.argv[1].rpartition(".")
    result = getattr(importlib.import_module(f"tests.chaos.{module}"), fault)(Stack())
    print(json.dumps(asdict(result)))
