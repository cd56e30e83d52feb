"""The law of the layers: who may import whom, and who may read the clock.

Imports point down, are written at the top of a file and never run in a circle. `entitlements` knows
nothing of `cases`. The core knows neither Django nor the time, the engine is told the time.
"""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("servicedesk", "entitlements", "cases")

# From the bottom up. A package belongs to the layer of its longest prefix here.
LAYERS: tuple[tuple[str, ...], ...] = (
    ("entitlements.core",),
    ("entitlements.models", "entitlements.migrations"),
    ("cases.roles",),
    ("cases.models", "cases.migrations"),
    ("cases.engine",),
    (
        *("entitlements.as_code", "entitlements.operations", "entitlements.queries"),
        *("entitlements.forms", "entitlements.delivery"),
        *("cases.operations", "cases.queries", "cases.forms", "cases.delivery"),
        *("cases.rich_text", "cases.mail", "cases.incidents", "cases.demonstration", "cases.replay"),
        *("cases.reports", "cases.estimates"),
    ),
    (
        *("entitlements.views", "entitlements.api", "entitlements.admin", "entitlements.tasks"),
        *("entitlements.management", "entitlements.templatetags", "entitlements.urls"),
        *("cases.views", "cases.api", "cases.admin", "cases.tasks", "cases.management"),
        *("cases.templatetags", "cases.urls", "cases.sla_command"),
    ),
    ("servicedesk",),
)
# Django asks for these two by name; they hold nothing.
UNLAYERED = ("entitlements", "cases", "entitlements.apps", "cases.apps")

# Told the time, and so never asking for it: neither Python nor the database.
CLOCKLESS = ("entitlements.core", "cases.engine")
CLOCK = {"now", "today", "utcnow", "localdate", "localtime", "Now"}
CLOCK_OWNERS = {"datetime", "date", "timezone"}
CLOCK_OF_TIME = {"time", "time_ns", "monotonic", "monotonic_ns", "gmtime", "localtime"}

# The core's only libraries, and what of the standard library it must do without.
CORE_MAY_USE = {"cel_expr_python", "dateutil", "holidays", "ruamel"}
CORE_MUST_NOT_USE = {"io", "os", "pathlib", "shutil", "socket", "sqlite3", "subprocess"}


@dataclass(frozen=True)
class Import:
    """`module` imports `target` in line `line`; `nested` when inside a function."""

    module: str
    target: str
    line: int
    nested: bool


@dataclass(frozen=True)
class Source:
    """One module's text under its dotted name."""

    module: str
    text: str
    is_package: bool = False


def sources() -> list[Source]:
    """Every module of the project."""
    return [
        Source(dotted_name(path), path.read_text(), path.name == "__init__.py")
        for package in PACKAGES
        for path in sorted((ROOT / package).rglob("*.py"))
    ]


def dotted_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(source: Source, modules: frozenset[str]) -> Iterator[Import]:
    """The imports of a source; `from package import module` names the module where there is one."""
    for node, nested in nodes(ast.parse(source.text)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(source.module, alias.name, node.lineno, nested)
        if isinstance(node, ast.ImportFrom):
            base = absolute(source, node)
            for alias in node.names:
                inner = f"{base}.{alias.name}"
                target = inner if inner in modules else base
                yield Import(source.module, target, node.lineno, nested)


def nodes(tree: ast.AST, nested: bool = False) -> Iterator[tuple[ast.AST, bool]]:
    """Every node, and whether it stands inside a function."""
    for child in ast.iter_child_nodes(tree):
        yield child, nested
        is_function = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        yield from nodes(child, nested or is_function)


def absolute(source: Source, node: ast.ImportFrom) -> str:
    """The module that a `from ... import` names, dots resolved."""
    if not node.level:
        return node.module or ""
    parts = source.module.split(".")
    kept = len(parts) - node.level + (1 if source.is_package else 0)
    return ".".join([*parts[:kept], *([node.module] if node.module else [])])


def layer(module: str) -> int | None:
    """The layer's height, or None for what belongs to none."""
    heights = [
        height
        for height, packages in enumerate(LAYERS)
        if any(is_inside(module, package) for package in packages)
    ]
    return heights[0] if heights else None


def is_inside(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")


def is_ours(module: str) -> bool:
    return any(is_inside(module, package) for package in PACKAGES)


def faults(project: list[Source]) -> list[str]:
    """What breaks the law, one sentence each; empty when all is well."""
    modules = frozenset(source.module for source in project)
    found = [each for source in project for each in imports(source, modules)]
    return [
        *(fault for source in project for fault in placement_faults(source)),
        *(fault for each in found for fault in import_faults(each)),
        *(fault for source in project for fault in clock_faults(source)),
        *circle_faults(modules, found),
    ]


def placement_faults(source: Source) -> Iterator[str]:
    if layer(source.module) is None and source.module not in UNLAYERED:
        yield f"{source.module} belongs to no layer"


def import_faults(each: Import) -> Iterator[str]:
    where = f"{each.module}:{each.line}"
    if each.nested:
        yield f"{where} imports {each.target} inside a function"
    if is_inside(each.module, "entitlements.core"):
        yield from core_faults(each)
    if is_inside(each.module, "entitlements") and is_inside(each.target, "cases"):
        yield f"{where} is what was promised and imports what happened: {each.target}"
    if is_ours(each.target) and points_up(each):
        yield f"{where} imports {each.target}, which is above it"


def core_faults(each: Import) -> Iterator[str]:
    """The core imports itself, the plain part of the standard library and four libraries."""
    top = each.target.split(".")[0]
    plain = top in sys.stdlib_module_names and top not in CORE_MUST_NOT_USE
    if not (plain or top in CORE_MAY_USE or is_inside(each.target, "entitlements.core")):
        yield f"{each.module}:{each.line} is core and imports {each.target}"


def points_up(each: Import) -> bool:
    """Whether the target is in a higher layer than the one that imports it."""
    own, other = layer(each.module), layer(each.target)
    return own is not None and other is not None and other > own


def clock_faults(source: Source) -> Iterator[str]:
    """Reading the clock, or a file, where everything is an argument."""
    if not any(is_inside(source.module, package) for package in CLOCKLESS):
        return
    for node in ast.walk(ast.parse(source.text)):
        if isinstance(node, ast.expr | ast.stmt) and (name := outside_world(node)):
            yield f"{source.module}:{node.lineno} asks the outside world: {name}"


def outside_world(node: ast.expr | ast.stmt) -> str | None:
    """What this asks the outside world for. A value of ours may be called now: `facts.now`."""
    match node:
        case ast.Call(func=ast.Name("open")):
            return "open"
        case ast.Call(func=ast.Attribute(attr=attr)) if attr in CLOCK:
            return attr
        case ast.Attribute(value=owner, attr=attr) if attr in CLOCK:
            return attr if last_name(owner) in CLOCK_OWNERS else None
        case ast.Attribute(value=ast.Name("time"), attr=attr) if attr in CLOCK_OF_TIME:
            return f"time.{attr}"
        case ast.ImportFrom(module=module, names=names):
            clock = CLOCK_OF_TIME if module == "time" else CLOCK
            return next((alias.name for alias in names if alias.name in clock), None)
    return None


def last_name(node: ast.expr) -> str:
    """`timezone` of `timezone` and of `django.utils.timezone`."""
    match node:
        case ast.Name(name) | ast.Attribute(attr=name):
            return name
    return ""


def circle_faults(modules: frozenset[str], found: list[Import]) -> Iterator[str]:
    """Circles of imports among our own modules."""
    edges: dict[str, set[str]] = {module: set() for module in modules}
    for each in found:
        if each.target in modules and each.target != each.module:
            edges[each.module].add(each.target)
    done: set[str] = set()
    for module in sorted(modules):
        circle = first_circle(module, edges, [], done)
        if circle:
            yield f"imports run in a circle: {' > '.join(circle)}"
            return


def first_circle(
    module: str, edges: dict[str, set[str]], path: list[str], done: set[str]
) -> list[str] | None:
    """The first circle met from here on, as the way around it."""
    if module in path:
        return [*path[path.index(module) :], module]
    if module in done:
        return None
    for target in sorted(edges[module]):
        if circle := first_circle(target, edges, [*path, module], done):
            return circle
    done.add(module)
    return None


def test_the_project_keeps_the_law() -> None:
    assert faults(sources()) == []


def test_the_project_was_found() -> None:
    found = {source.module for source in sources()}
    assert {"entitlements.core", "cases.apps", "servicedesk.settings"} <= found


BROKEN = {
    "a model in the core": ("entitlements.core.engine", "from entitlements.models import hours"),
    "cases in entitlements": ("entitlements.queries", "import cases.models.case"),
    "an operation in the engine": ("cases.engine.due", "from cases.operations import reply"),
    "a page in an operation": ("cases.operations.reply", "from ..views import case"),
    "settings of the project": ("cases.models.case", "from servicedesk import settings"),
    "Django in the core": ("entitlements.core.hours", "from django.conf import settings"),
    "an unknown library in the core": ("entitlements.core.hours", "import requests"),
    "a file in the core": ("entitlements.core.hours", "def f(p):\n    return open(p)"),
    "an import in a function": ("cases.queries", "def f():\n    import json"),
    "an import in a method": ("cases.queries", "class A:\n  def f(self):\n    import json"),
    "now in the core": ("entitlements.core.clock", "import datetime as d\nx = d.datetime.now()"),
    "now as a default": ("cases.engine.due", "def f(now=timezone.now): ..."),
    "today in the core": ("entitlements.core.clock", "x = date.today()"),
    "time in the engine": ("cases.engine.due", "import time\nx = time.time()"),
    "time by name": ("cases.engine.due", "from time import time"),
    "the database's clock": ("cases.engine.due", "from django.db.models.functions import Now"),
    "a room without a layer": ("cases.utils", "x = 1"),
}


@pytest.mark.parametrize(("module", "text"), BROKEN.values(), ids=BROKEN.keys())
def test_breaking_the_law_is_found(module: str, text: str) -> None:
    project = [Source(module, text), Source("cases.views.case", ""), Source("cases.operations", "")]
    assert [fault for fault in faults(project) if fault.startswith(module)]


def test_a_circle_is_found() -> None:
    project = [
        Source("cases.queries.a", "from cases.queries import b"),
        Source("cases.queries.b", "from .c import thing"),
        Source("cases.queries.c", "import cases.queries.a"),
    ]
    way = "cases.queries.a > cases.queries.b > cases.queries.c > cases.queries.a"
    assert faults(project) == [f"imports run in a circle: {way}"]


KEPT = {
    "down": ("cases.engine.due", "from entitlements.core.engine import evaluate"),
    "beside": ("cases.operations.reply", "from cases.queries import cases"),
    "relative": ("cases.models.case", "from .stop import Stop"),
    "the libraries of the core": ("entitlements.core.hours", "import json\nimport dateutil.rrule"),
    "a value called now": ("entitlements.core.clock", "def f(facts):\n    return facts.now"),
    "a time of day": ("entitlements.core.clock", "import datetime\nx = datetime.time(9)"),
    "the clock at the door": ("cases.tasks", "from django.utils import timezone\ntimezone.now()"),
}


@pytest.mark.parametrize(("module", "text"), KEPT.values(), ids=KEPT.keys())
def test_keeping_the_law_is_accepted(module: str, text: str) -> None:
    assert faults([Source(module, text)]) == []
