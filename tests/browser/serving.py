"""A real server with the demo data, in its own processes and on its own database."""

import datetime
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).parent.parent.parent
PASSWORD = "demo-passord-2026"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def prepare(database_url: str, var: Path, email_url: str) -> dict[str, str]:
    """Migrate and load the demo; gives the environment a server of it runs in."""
    environment = {
        **os.environ,
        "DATABASE_URL": database_url,
        "DJANGO_SETTINGS_MODULE": "config.settings.dev",
        "DEBUG": "false",
        "VAR_DIR": str(var),
        "EMAIL_URL": email_url,
    }
    for command in (["migrate", "--verbosity", "0"], ["load_demo"]):
        subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=environment, check=True)
    return environment


@contextmanager
def running(environment: dict[str, str], day: datetime.date | None = None) -> Iterator[str]:
    """Serve; gives the address of the running product. On another day than today, the clock goes on from nine that day."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    moved = {"START_OF_CLOCK": f"{day}T09:00:00+00:00"} if day else {}
    options = ["-c", str(Path(__file__).parent / "moved_clock.py")] if day else []
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "gunicorn",
            "config.wsgi",
            "-b",
            f"127.0.0.1:{port}",
            "-w",
            "2",
            "--threads",
            "8",
            *options,
        ],
        cwd=ROOT,
        env={**environment, **moved, "BASE_URL": address},
    )
    try:
        wait_for(f"{address}/healthz")
        yield address
    finally:
        process.terminate()
        process.wait(timeout=20)


@contextmanager
def demo_server(database_url: str, var: Path, email_url: str = "dummymail://") -> Iterator[str]:
    """Migrate, load the demo, serve; gives the address of the running product."""
    with running(prepare(database_url, var, email_url)) as address:
        yield address


def wait_for(url: str, seconds: int = 60) -> None:
    """Return when the address answers 200; raise TimeoutError when it doesn't in time."""
    for _attempt in range(seconds * 5):
        try:
            if httpx.get(url).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.2)
    raise TimeoutError(url)


def sign_in(page: object, username: str) -> None:
    """Log the person in on a fresh browser page."""
    page.goto("/logg-inn/")
    page.fill("input[name=username]", username)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda url: "logg-inn" not in url)


def sign_in_by_form(context: Any, username: str) -> None:
    """Log the person in without a page, so that the browser has fetched nothing yet but the cookies."""
    form = context.request.get("/logg-inn/")
    token = form.text().split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    sent = {"username": username, "password": PASSWORD, "csrfmiddlewaretoken": token}
    answer = context.request.post("/logg-inn/", form=sent, headers={"Referer": form.url})
    assert "logg-inn" not in answer.url
