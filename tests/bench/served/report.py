"""`docs/performance.md`, its measured parts: the last run's tables, and a line of history for each run."""

import datetime
import os
import platform
import subprocess
from pathlib import Path

import psycopg

from tests.bench.served.promises import Promise, Run
from tests.browser.serving import ROOT

DOCUMENT = ROOT / "docs" / "performance.md"
LAST, HISTORY = "last run", "history"
ROW = "| {} |".format
HEADING = ["route", "1: req/s", "p50 ms", "p95 ms", "16: req/s", "p50 ms", "p95 ms", "of hello", "queries", "db ms"]
SHOWN = ["procedure page", "register, page 1", "search"]


def write(runs: list[Run], promises: list[Promise], server: str, document: Path = DOCUMENT) -> None:
    """Put this run in place of the last, and a line below the history."""
    text, where = document.read_text(), conditions(server)
    text = replaced(text, LAST, "\n\n".join([where, *map(table, runs), judged(promises)]))
    lines = between(text, HISTORY).strip()
    document.write_text(replaced(text, HISTORY, "\n".join([lines, *(line(run, where) for run in runs)]).strip()))


def conditions(server: str) -> str:
    with psycopg.connect(f"{server}/postgres") as connection:
        version = connection.info.server_version // 10_000
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    git = ["git", "rev-parse", "--short", "HEAD"]
    commit = subprocess.run(git, cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip() or "unknown"
    return (
        f"{datetime.datetime.now(tz=datetime.UTC):%Y-%m-%d}, commit {commit}, {processor()}, {os.cpu_count()} cores, "
        f"{memory:.0f} GB, PostgreSQL {version}, Python {platform.python_version()}"
    )


def processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next((line.split(": ")[1] for line in lines if line.startswith("model name")), platform.machine())


def table(run: Run) -> str:
    rows = [HEADING, ["---", *["---:"] * (len(HEADING) - 1)]]
    rows += [[name, *one.cells(run.measured["hello"])] for name, one in run.measured.items()]
    memory = max(one.memory for one in run.measured.values())
    title = f"**{run.volume.pages:,} pages, {run.volume.cases:,} cases**; largest worker {memory:.0f} MB"
    return "\n".join([title, "", *(ROW(" | ".join(row)) for row in rows)])


def judged(promises: list[Promise]) -> str:
    return "\n".join(f"- {promise}" for promise in promises)


def line(run: Run, where: str) -> str:
    hello = run.measured["hello"]
    parts = [f"{name} 1/{1 / run.measured[name].share_of(hello):.1f}" for name in SHOWN if name in run.measured]
    return f"- {where}; {run.volume.pages:,} pages, {run.volume.cases:,} cases: {', '.join(parts)}"


def between(text: str, name: str) -> str:
    return text.split(begin(name))[1].split(end(name))[0]


def replaced(text: str, name: str, new: str) -> str:
    before, rest = text.split(begin(name))
    return f"{before}{begin(name)}\n{new}\n{end(name)}{rest.split(end(name))[1]}"


def begin(name: str) -> str:
    return f"<!-- {name} -->"


def end(name: str) -> str:
    return f"<!-- end of {name} -->"
