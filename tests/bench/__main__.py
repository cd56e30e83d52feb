"""`make bench`: the figures that the design promises, each beside something to compare it with.

    python -m tests.bench [calendar] [idle] [fires] [pages] [tracker] [editor] [queue] [reports] [deliveries]

Each runs in a process of its own, on an empty database of a PostgreSQL that is started for it. A
figure that misses its aim is printed as MISSED.
"""

import os
import subprocess
import sys

from tests import servers

BENCHES = ("calendar", "idle", "fires", "pages", "tracker", "editor", "queue", "reports", "deliveries")


def main(wanted: list[str]) -> int:
    unknown = set(wanted) - set(BENCHES)
    if unknown:
        sys.exit(f"There is no bench {', '.join(sorted(unknown))}. There are: {', '.join(BENCHES)}.")
    failed = 0
    with servers.postgresql() as server:
        for name in wanted or BENCHES:
            with servers.postgresql_database(server) as url:
                failed |= run(name, url)
    return failed


def run(name: str, url: str) -> int:
    """The exit status of one bench."""
    given = {"DATABASE_URL": url, "SECRET_KEY": "bench", "DATABASE_POOL_SIZE": "0", "LOG_LEVEL": "WARNING"}
    command = [sys.executable, "-m", f"tests.bench.{name}"]
    return subprocess.run(command, env=os.environ | given, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
