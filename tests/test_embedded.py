"""`make run` without make: one process that serves, works and keeps time."""

import shutil
import signal
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from tests import processes, servers

EMBEDDED = "servicedesk.embedded"


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    return processes.environment(tmp_path / "var", PORT=str(servers.free_port()))


@pytest.fixture(scope="session")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data of one that has loaded its demonstration, once for all that only go on with it."""
    folder = tmp_path_factory.mktemp("loaded")
    env = processes.environment(folder / "var", PORT=str(servers.free_port()))
    with processes.module(EMBEDDED, env=env, log=folder / "output.log") as process:
        processes.wait_for(lambda: is_up(env), folder / "output.log")
        assert processes.stop(process, signal.SIGTERM) == 0
    return folder / "var"


@pytest.fixture
def going_on(loaded: Path, tmp_path: Path) -> dict[str, str]:
    shutil.copytree(loaded, tmp_path / "var")
    return processes.environment(tmp_path / "var", PORT=str(servers.free_port()))


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "output.log"


def is_up(env: dict[str, str]) -> bool:
    return processes.page(f"http://127.0.0.1:{env['PORT']}/healthz") == "ok\n"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_and_stops_cleanly(number: int, going_on: dict[str, str], log: Path) -> None:
    with processes.module(EMBEDDED, env=going_on, log=log) as process:
        processes.wait_for(lambda: is_up(going_on), log)
        assert processes.stop(process, number) == 0
    said = log.read_text()
    assert f"http://127.0.0.1:{going_on['PORT']}/" in said
    assert said.endswith("Stopped.\n")
    assert "Traceback" not in said


def test_a_killed_one_goes_on_with_its_data(env: dict[str, str], log: Path) -> None:
    key = Path(env["VAR_DIR"]) / "secret_key"
    kept = []
    for _ in range(2):
        with processes.module(EMBEDDED, env=env, log=log) as process:
            processes.wait_for(lambda: is_up(env), log)
            processes.stop(process, signal.SIGKILL)
        kept.append(key.read_text())
    assert kept[0] == kept[1]
    assert stat.S_IMODE(key.stat().st_mode) == 0o600


def test_the_engine_looks(env: dict[str, str], log: Path) -> None:
    database = Path(env["VAR_DIR"]) / "db.sqlite3"
    with processes.module(EMBEDDED, env=env, log=log):
        processes.wait_for(lambda: is_up(env), log)
        processes.wait_for(lambda: has_looked(database), log)


def has_looked(database: Path) -> bool:
    with closing(sqlite3.connect(database, timeout=30)) as connection:
        looks = connection.execute("SELECT looked_at FROM cases_enginelook").fetchall()
    return any(looked_at for (looked_at,) in looks)


def test_only_one_runs_on_the_same_data(going_on: dict[str, str], log: Path, tmp_path: Path) -> None:
    second_log = tmp_path / "second.log"
    second_env = {**going_on, "PORT": str(servers.free_port())}
    with processes.module(EMBEDDED, env=going_on, log=log):
        processes.wait_for(lambda: is_up(going_on), log)
        with processes.module(EMBEDDED, env=second_env, log=second_log) as second:
            assert second.wait(processes.STOP_SECONDS) == 1
    assert f"already runs: http://127.0.0.1:{going_on['PORT']}/" in second_log.read_text()


def test_a_taken_port_is_named(going_on: dict[str, str], log: Path, tmp_path: Path) -> None:
    with processes.module(EMBEDDED, env=going_on, log=log):
        processes.wait_for(lambda: is_up(going_on), log)
        other = processes.environment(tmp_path / "other", PORT=going_on["PORT"])
        with processes.module(EMBEDDED, env=other, log=tmp_path / "other.log") as second:
            assert second.wait(processes.STOP_SECONDS) == 1
    assert f"port {going_on['PORT']} is taken" in (tmp_path / "other.log").read_text()


def test_it_refuses_what_is_deployed(log: Path, tmp_path: Path) -> None:
    env = processes.environment(tmp_path, DATABASE_URL=f"sqlite:///{tmp_path}/db.sqlite3")
    with processes.module(EMBEDDED, env=env, log=log) as process:
        assert process.wait(processes.STOP_SECONDS) == 1
    assert "DATABASE_URL or REDIS_URL is set" in log.read_text()
