"""The server as README tells operators to run it: production's settings, static files collected, connections pooled."""

import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.browser.serving import ROOT, free_port

WORKERS, THREADS = 2, 8


@dataclass(frozen=True)
class Server:
    port: int
    process: int

    def worker_memory(self) -> float:
        """The resident memory of the largest worker, in megabytes."""
        children = Path(f"/proc/{self.process}/task/{self.process}/children").read_text().split()
        return max(resident(int(child)) for child in children)


def resident(process: int) -> float:
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) / 1024


def environment(database: str, var: Path) -> dict[str, str]:
    """What an operator would set; the same key for all that runs on this database."""
    return {
        **os.environ,
        "DATABASE_URL": database,
        "DJANGO_SETTINGS_MODULE": "tests.bench.served.settings",
        "SECRET_KEY": secrets.token_hex(),
        "ALLOWED_HOSTS": "127.0.0.1",
        "BASE_URL": "https://127.0.0.1",
        "EMAIL_URL": "dummymail://",
        "VAR_DIR": str(var),
        "LOG_LEVEL": "ERROR",
    }


def targets(environment: dict[str, str]) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.bench.served.targets"]
    answer = subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(answer.stdout)
    return found


def collect_static(environment: dict[str, str]) -> None:
    command = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity=0"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)


@contextmanager
def running(environment: dict[str, str], *, counting: bool = False) -> Iterator[Server]:
    """Serve; with `counting`, each answer tells what it asked of the database."""
    port = free_port()
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "gunicorn", "config.wsgi", "-b", f"127.0.0.1:{port}"),
            *("-w", str(WORKERS), "--threads", str(THREADS), "--log-level", "error"),
        ],
        cwd=ROOT,
        env={**environment, **({"COUNT_QUERIES": "1"} if counting else {})},
    )
    try:
        wait_for_hello(port)
        yield Server(port, process.pid)
    finally:
        process.terminate()
        process.wait(timeout=30)


def wait_for_hello(port: int, seconds: int = 60) -> None:
    """Return when the server answers as behind a proxy with TLS; raise TimeoutError when it doesn't in time."""
    for _attempt in range(seconds * 5):
        try:
            headers = {"X-Forwarded-Proto": "https"}
            if httpx.get(f"http://127.0.0.1:{port}/healthz", headers=headers).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.2)
    raise TimeoutError(port)
