"""Which database, which servers and which browser the tests get.

A test that uses the database runs once for each database of `--database`, and says which in its
name: `test_reply[sqlite]`, `test_reply[postgresql]`. Servers start when the first test asks.
"""

import os
from collections.abc import Iterator
from typing import Any
from zlib import crc32

import environ
import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connections
from django.test.utils import setup_databases, teardown_databases
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from pytest_django import DjangoDbBlocker

from tests import browser, servers

DATABASES = {
    "sqlite": ["sqlite"],
    "postgresql": ["postgresql"],
    "both": ["sqlite", "postgresql"],
}
USES_DATABASE = {"db", "transactional_db", "live_server", "django_db_setup"}
# What pages show hardly depends on the database: with both, such a test runs on one of the two.
ONCE = {"pages", "setup", "as_code", "rich_text"}
USES_BROWSER = {"page", "context", "browser", "new_context"}

# A shared machine is slow at times; that is no failure of what is tested. In CI the examples are the same
# each time, so that a change is judged by what it changed; elsewhere they are new ones.
hypothesis_settings.register_profile(
    "servicedesk",
    deadline=None,
    derandomize="CI" in os.environ,
    suppress_health_check=[HealthCheck.too_slow],
)
hypothesis_settings.load_profile("servicedesk")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database",
        choices=sorted(DATABASES),
        default="sqlite",
        help="the database of the tests that use one (default: sqlite)",
    )


# --- Database ------------------------------------------------------------------------------------


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Repeat what uses the database on each one that was chosen."""
    marker = metafunc.definition.get_closest_marker("django_db")
    if marker or USES_DATABASE.intersection(metafunc.fixturenames):
        if "django_db_setup" not in metafunc.fixturenames:
            metafunc.fixturenames.append("django_db_setup")
        names = databases_for(metafunc)
        metafunc.parametrize("django_db_setup", names, indirect=True, scope="session")


def databases_for(metafunc: pytest.Metafunc) -> list[Any]:
    """The chosen databases that this test is about."""
    chosen = DATABASES[metafunc.config.getoption("--database")]
    for only in ("sqlite", "postgresql"):
        if metafunc.definition.get_closest_marker(only):
            skip = pytest.mark.skip(f"about {only} alone: --database={only} or both")
            return [only] if only in chosen else [pytest.param(only, marks=skip)]
    if USES_BROWSER.intersection(metafunc.fixturenames):
        # Slow, and about what the page does: once is enough.
        return chosen[:1]
    if metafunc.definition.path.parent.name in ONCE:
        # By its name, so that it is the same one each time and each database gets about half.
        return [chosen[crc32(metafunc.function.__name__.encode()) % len(chosen)]]
    return chosen


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest,
    django_test_environment: None,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[None]:
    """The test database, in place of pytest-django's: it can be another one for each test."""
    name = getattr(request, "param", DATABASES[request.config.getoption("--database")][0])
    before = connections.databases["default"]
    if name == "postgresql":
        connect_to(postgresql_test_database(request))
    with django_db_blocker.unblock():
        created = setup_databases(verbosity=0, interactive=False, serialized_aliases=["default"])
        # It remembers numbers of the database before this one.
        ContentType.objects.clear_cache()
    yield
    with django_db_blocker.unblock():
        teardown_databases(created, verbosity=0)
        connect_to(before)


def postgresql_test_database(request: pytest.FixtureRequest) -> dict[str, Any]:
    """The settings of a database of the server that the tests start."""
    url: str = request.getfixturevalue("postgresql_server")
    return {**environ.Env.db_url_config(url), "ENGINE": "servicedesk.postgresql", "TEST": {"NAME": "test"}}


def connect_to(database: dict[str, Any]) -> None:
    """Make this the default database of every connection opened from now on."""
    connections["default"].close()
    connections.databases.update(connections.configure_settings({"default": database}))
    del connections["default"]


# --- Servers -------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The URL of a real PostgreSQL (database `postgres`), one for the whole run."""
    with servers.postgresql() as url:
        yield url


@pytest.fixture
def postgresql_database(postgresql_server: str) -> Iterator[str]:
    """The URL of an empty database of that server, for tests that start processes of their own."""
    with servers.postgresql_database(postgresql_server) as url:
        yield url


@pytest.fixture(scope="session")
def valkey_server() -> Iterator[str]:
    """The URL of a real Valkey, one for the whole run."""
    with servers.valkey() as url:
        yield url


@pytest.fixture(scope="session")
def imap_server() -> Iterator[int]:
    """The port of a real IMAP server, one for the whole run."""
    with servers.imap() as port:
        yield port


# --- Browser -------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Playwright's arguments, with the machine's own Chromium."""
    return {
        **browser_type_launch_args,
        "executable_path": str(browser.chromium()),
        "args": browser.ARGUMENTS,
    }


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Without Chromium a browser test is skipped, or fails where it is required."""
    if USES_BROWSER.intersection(getattr(item, "fixturenames", ())) and not browser.chromium():
        if browser.is_required():
            pytest.fail(f"{browser.MISSING}, and SERVICEDESK_REQUIRE_BROWSER is set", pytrace=False)
        pytest.skip(browser.MISSING)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly that the browser tests were not run."""
    skipped = terminalreporter.stats.get("skipped", [])
    count = sum(browser.MISSING in str(report.longrepr) for report in skipped)
    if count:
        terminalreporter.write_sep(
            "!", f"{count} BROWSER TESTS WERE NOT RUN: install Chromium", red=True, bold=True
        )
