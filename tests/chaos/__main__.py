"""`make chaos`: each fault injected for real, and what was lost or done twice by it.

    python -m tests.chaos [NAME ...]

Each runs in a process of its own, on a database of its own of a PostgreSQL that is started for it, with a
real Valkey. Exit status 1 when anything was lost, done twice inside the database, or not as it should be.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from typing import Any

import psycopg
from psycopg import sql

from tests import processes, servers

FAULTS = {
    "killed-after-claim": ("faults_of_workers.after_the_lease", "kill -9 of the worker after the claim"),
    "killed-after-commit": ("faults_of_workers.after_the_commit", "kill -9 of the worker after the commit"),
    "killed-before-mark": ("faults_of_workers.between_send_and_mark", "kill -9 between send and mark"),
    "killed-at-random": ("faults_of_workers.at_random", "kill -9 of six workers at any time"),
    "postgresql": ("faults_of_servers.postgresql_restarted", "PostgreSQL restarted in mid-batch, twice"),
    "valkey": ("faults_of_servers.valkey_flushed_and_stopped", "Valkey flushed and stopped for a minute"),
    "two-beats": ("faults_of_workers.two_beats", "two beats"),
    "five-beats": ("faults_of_workers.five_beats", "five beats"),
    "clock": ("faults_of_workers.clock_two_hours_off", "workers' clocks two hours off, both ways"),
    "smtp": ("faults_of_servers.smtp_hangs_after_the_dot", "SMTP hangs after the final dot"),
    "hangs": ("faults_of_servers.endpoint_hangs", "endpoint hangs"),
    "drips": ("faults_of_servers.endpoint_drips", "endpoint drips"),
    "floods": ("faults_of_servers.endpoint_answers_ten_gigabytes", "endpoint answers 10 GB"),
    "redirects": ("faults_of_servers.endpoint_redirects", "endpoint answers 301"),
    "gone": ("faults_of_servers.endpoint_is_gone", "endpoint answers 410"),
    "busy": (
        "faults_of_servers.endpoint_asks_for_too_much_patience",
        "endpoint answers 429, huge Retry-After",
    ),
    "three-days": ("faults_of_servers.endpoint_fails_for_three_days", "endpoint answers 500 for three days"),
    "at-once": ("faults_of_workers.at_once", "100,000 actions due at once"),
}
HEAD = ("fault", "actions", "lost", "twice inside", "sent again", "most often", "seconds", "")


def main(wanted: list[str]) -> int:
    unknown = set(wanted) - set(FAULTS)
    if unknown:
        sys.exit(f"There is no fault {', '.join(sorted(unknown))}. There are: {', '.join(FAULTS)}.")
    show(*HEAD)
    failed = 0
    for name in wanted or FAULTS:
        with servers.postgresql() as server, servers.valkey() as broker:
            failed |= inject(name, server, broker)
    return failed


def inject(name: str, server: str, broker: str) -> int:
    database = f"chaos_{name.replace('-', '_')}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))
    url = server.removesuffix("postgres") + database
    given = {"DATABASE_URL": url, "REDIS_URL": broker, "SECRET_KEY": "chaos", "DATABASE_POOL_SIZE": "0"}
    env = {**os.environ, **given, "LOG_LEVEL": "CRITICAL", "DJANGO_SETTINGS_MODULE": "servicedesk.settings"}
    processes.manage(env, "migrate", "--verbosity=0")
    start = time.monotonic()
    command = [sys.executable, "-m", "tests.chaos.one", FAULTS[name][0]]
    done = subprocess.run(command, env=env, check=False, text=True, capture_output=True)
    seconds = f"{time.monotonic() - start:.0f}"
    if done.returncode:
        show(FAULTS[name][1], "", "", "", "", "", seconds, "FAILED: " + done.stderr[-2000:])
        return 1
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    figures = [f"{found[key]:,}" for key in ("actions", "lost", "twice", "again", "most")]
    show(
        FAULTS[name][1],
        *figures,
        seconds,
        "; ".join([*found["remarks"], *map("FAILED: {}".format, found["failures"])]),
    )
    return int(bool(found["failures"] or found["lost"] or found["twice"]))


def show(fault: str, *columns: str) -> None:
    print(f"{fault:42}", *(f"{column:>12}" for column in columns[:-1]), f" {columns[-1]}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
