"""`python -m tests.bench.served [--pages 200 …] [--cases 1000 …] [--seconds 5] [--only ROUTE …] [--write]`

Each volume is made on PostgreSQL when it is not there, served, and asked by 1 and by 16 clients. Everything is compared
with "hello" in the same server, since figures of two machines are not alike. Exits with 1 when a promise is broken.
"""

import argparse
import os
import re
import sys
import tempfile
from pathlib import Path

from tests.bench.served import clients, postgres, report, server
from tests.bench.served.promises import Measured, Run, broken_and_kept
from tests.bench.served.routes import Route, routes
from tests.bench.served.volume import Volume

CROWD = 16
# Outside the checkout: PostgreSQL's own user must reach it.
FOLDER = Path(os.environ.get("BENCH_FOLDER", Path(tempfile.gettempdir()) / f"felles-bench-{os.getuid()}"))
TOLD = re.compile(r'db;desc="(\d+)";dur=([\d.]+)')


def main() -> int:
    asked = arguments()
    runs = []
    with postgres.server(FOLDER / "postgres") as address:
        for pages, cases in [(pages, cases) for pages in asked.pages for cases in asked.cases]:
            volume = Volume(pages, cases)
            database = volume.ensure(address, FOLDER / "var")
            runs.append(Run(volume, measure(database, asked.seconds, asked.only)))
        promises = broken_and_kept(runs)
        print(*promises, sep="\n")
        if asked.write:
            report.write(runs, promises, address)
    return 0 if all(promise.is_kept for promise in promises) else 1


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tests.bench.served")
    parser.add_argument("--pages", type=int, nargs="+", default=[200])
    parser.add_argument("--cases", type=int, nargs="+", default=[1_000])
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--only", nargs="+", default=[], help="names of routes; hello is always measured")
    parser.add_argument("--write", action="store_true", help="put the figures in docs/performance.md")
    return parser.parse_args()


def measure(database: str, seconds: float, only: list[str]) -> dict[str, Measured]:
    """Every route of the volume, printed as it comes."""
    environment = server.environment(database, FOLDER / "var")
    targets = server.targets(environment)
    server.collect_static(environment)
    chosen = [route for route in routes(targets) if not only or route.name in only or route.name == "hello"]
    with server.running(environment, counting=True) as counting:
        asked = {route.name: asked_of_database(counting.port, targets[route.who][0], route) for route in chosen}
    measured: dict[str, Measured] = {}
    print(
        f"\n{database.rsplit('/', 1)[1]}, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores\n{Measured.HEADING}"
    )
    with server.running(environment) as running:
        for route in chosen:
            sessions = targets[route.who]
            one = clients.load(running.port, sessions[:1], seconds, route.next_request)
            crowd = clients.load(running.port, sessions[:CROWD], seconds, route.next_request)
            measured[route.name] = Measured(route.name, one, crowd, *asked[route.name], running.worker_memory())
            print(measured[route.name].line(measured["hello"]), flush=True)
    return measured


def asked_of_database(port: int, session: str, route: Route) -> tuple[int, float]:
    """Queries, and milliseconds in the database, of a second request: the first fills the caches."""
    for _turn in range(2):
        request = route.next_request(0)
        answer = clients.ask_once(port, session, request)
    told = TOLD.search(answer.headers["server-timing"])
    assert told is not None
    return int(told[1]), float(told[2])


if __name__ == "__main__":
    sys.exit(main())
