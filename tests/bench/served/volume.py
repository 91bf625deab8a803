"""Databases of a known size, named by it and kept: one that is there is not made again."""

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.bench.served import postgres
from tests.browser.serving import ROOT

USERS = 2_000


@dataclass(frozen=True)
class Volume:
    """So many procedures and cases."""

    pages: int
    cases: int

    @property
    def name(self) -> str:
        return f"felles_{self.pages}_{self.cases}"

    def ensure(self, server: str, var: Path) -> str:
        """The address of the database, made first when it is not there. It gets its name when it is whole, so one that
        was cut off is begun again."""
        if not postgres.has(server, self.name):
            begun, half = time.monotonic(), f"{self.name}_half"
            postgres.drop(server, half)
            postgres.create(server, half)
            self.fill(f"{server}/{half}", var)
            postgres.rename(server, half, self.name)
            print(f"{self.name} made in {time.monotonic() - begun:.0f} s", flush=True)
        return f"{server}/{self.name}"

    def fill(self, database: str, var: Path) -> None:
        environment = {
            **os.environ,
            "DATABASE_URL": database,
            "DJANGO_SETTINGS_MODULE": "config.settings.dev",
            "VAR_DIR": str(var),
            "EMAIL_URL": "dummymail://",
        }
        sizes = [f"--users={USERS}", f"--procedures={self.pages}", f"--cases={self.cases}"]
        for command in (
            ["migrate", "--verbosity=0"],
            ["createsuperuser", "--username=boss", "--email=boss@example.test", "--noinput", "--verbosity=0"],
            ["set_up", "Prøvekommunen", "--administrator=boss", "--verbosity=0"],
            ["load_volume", *sizes],
        ):
            subprocess.run(
                [sys.executable, "manage.py", *command],
                cwd=ROOT,
                env=environment,
                check=True,
                stdout=subprocess.DEVNULL,
            )
        with psycopg.connect(database, autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")
