"""The published JSON Schema (draft 2020-12): what editors check and complete while somebody writes.

`python -m entitlements.as_code.json_schema > docs/sla.schema.json` writes it; a test says when it is old.
"""

from __future__ import annotations

import json
from typing import Any

from entitlements.as_code.scenario_schema import SCENARIO
from entitlements.as_code.schema import CONFIGURATION
from entitlements.as_code.shapes import Anything, Either, Entries, Keys, Named, Nothing, Shape
from entitlements.as_code.value_shapes import (
    DAY,
    Choice,
    Criteria,
    Duration,
    Flag,
    Number,
    Percent,
    Reference,
    Text,
    When,
    Whole,
)
from entitlements.core.expressions import LONGEST, Kind

Schema = dict[str, Any]


def json_schema() -> Schema:
    """A document is a scenario if it has a key that only scenarios have, else a configuration."""
    definitions: dict[str, Schema] = {}
    configuration, scenario = (_schema(shape, definitions) for shape in (CONFIGURATION, SCENARIO))
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "SLA as code: a configuration or a scenario",
        "type": "object",
        "if": {"anyOf": [{"required": [key]} for key in ("scenario", "timeline", "process", "expect")]},
        "then": scenario,
        "else": configuration,
        "$defs": dict(sorted(definitions.items())),
    }


def _schema(shape: Shape, definitions: dict[str, Schema]) -> Schema:
    match shape:
        case Keys():
            if shape.name not in definitions:
                definitions[shape.name] = {}
                definitions[shape.name] = _keys(shape, definitions)
            return {"$ref": f"#/$defs/{shape.name}"}
        case Either():
            return {"anyOf": [_schema(one, definitions) for one in shape.shapes]}
        case Entries():
            return {"type": "array", "items": _schema(shape.of, definitions)}
        case Named():
            return {"type": "object", "additionalProperties": _schema(shape.of, definitions)}
        case _:
            return _scalar(shape)


def _keys(shape: Keys, definitions: dict[str, Schema]) -> Schema:
    properties = {}
    for name, key in shape.keys.items():
        properties[name] = _schema(key.shape, definitions)
        if not key.needed and isinstance(key.shape, Entries | Keys | Named):
            properties[name] = {"anyOf": [properties[name], {"type": "null"}]}
        if key.about:
            properties[name] = {**properties[name], "description": key.about}
    needed = [name for name, key in shape.keys.items() if key.needed]
    required = {"required": needed} if needed else {}
    return {"type": "object", "properties": properties, **required, "additionalProperties": False}


def _scalar(shape: Shape) -> Schema:
    match shape:
        case Nothing():
            return {"type": "null"}
        case Flag():
            return {"type": "boolean"}
        case Whole():
            most = {} if shape.most is None else {"maximum": shape.most}
            return {"type": "integer", "minimum": shape.least, **most}
        case Number():
            return {"type": "number"}
        case Percent():
            return {"type": "number", "exclusiveMinimum": 0, "maximum": 100}
        case Choice():
            return {"enum": [str(choice) for choice in shape.choices]}
        case Text():
            return _text(shape)
        case Reference():
            return {"type": "string", "minLength": 1}
        case Criteria():
            also = "boolean" if shape.yields is Kind.CONDITION else "integer"
            return {"type": ["string", also], "maxLength": LONGEST}
        case Duration():
            return _duration(shape)
        case When():
            return {"type": "string", "format": "date"} if shape is DAY else {"type": "string"}
        case Anything():
            return {}
    raise TypeError(f"no JSON Schema for {shape!r}")


def _text(shape: Text) -> Schema:
    found: Schema = {"type": "string"}
    if not shape.may_be_empty:
        found["minLength"] = 1
    if shape.longest:
        found["maxLength"] = shape.longest
    if shape.pattern:
        found["pattern"] = f"^(?:{shape.pattern})$"
    return found


def _duration(shape: Duration) -> Schema:
    parts = r"\s*([0-9]{1,7}\s*[dhmsDHMS]\s*)+"
    sign = "-?" if shape.signed else ""
    share = "|[0-9]{1,3}%" if shape.percent else ""
    least = {} if shape.signed else {"minimum": 0}
    return {"type": ["string", "integer"], "pattern": rf"^({sign}({parts}|[0-9]+){share})$", **least}


def as_text() -> str:
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    print(as_text(), end="")
