"""Production refuses to start without secret key, hosts and database, and never loads the demo."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

COMPLETE = {
    "SECRET_KEY": "x" * 60,
    "ALLOWED_HOSTS": "felles.example.no",
    "BASE_URL": "https://felles.example.no",
    "DATABASE_URL": "postgres://felles@127.0.0.1:1/felles",
}


def run(command: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if name not in COMPLETE}
    return subprocess.run(
        [sys.executable, "manage.py", command],
        cwd=settings.BASE_DIR,
        env={**kept, **environment, "DJANGO_SETTINGS_MODULE": "config.settings.production"},
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize("missing", ["SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL"])
def test_it_refuses_to_start_without(missing):
    answer = run("check", {name: value for name, value in COMPLETE.items() if name != missing})
    assert answer.returncode != 0
    assert missing in answer.stderr


def test_it_starts_with_everything():
    assert run("check", COMPLETE).returncode == 0


def test_it_starts_with_a_replica():
    answer = run("check", {**COMPLETE, "DATABASE_REPLICA_URL": "postgres://felles@127.0.0.1:2/felles"})
    assert answer.returncode == 0


def test_the_demo_is_refused():
    answer = run("load_demo", COMPLETE)
    assert answer.returncode != 0
    assert "known password" in answer.stderr
