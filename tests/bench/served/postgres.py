"""A PostgreSQL to measure on: the one `DATABASE_URL` names, or a throwaway cluster kept below a folder."""

import os
import pwd
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from tests.browser.serving import free_port

NOBODY_NEEDED = "PostgreSQL refuses to run as root: make a user named postgres, or run as somebody else."
MISSING = "initdb was not found. Install PostgreSQL, or name a server in DATABASE_URL (the user must be able to create databases)."
# What a server of a municipality would be given on a machine of this size; durability as in production.
SETTINGS = {"shared_buffers": "2GB", "effective_cache_size": "8GB", "work_mem": "16MB", "max_wal_size": "8GB"}


@contextmanager
def server(folder: Path) -> Iterator[str]:
    """Gives the address of a running server, without a database's name."""
    if address := os.environ.get("DATABASE_URL"):
        yield address.rsplit("/", 1)[0]
        return
    data, port = folder / "data", free_port()
    if not (data / "PG_VERSION").exists():
        folder.mkdir(parents=True, exist_ok=True)
        if os.geteuid() == 0:
            shutil.chown(folder, owner().pw_name)
        run("initdb", "-D", str(data), "-U", "felles", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8")
    settings = [f"-c {name}={value}" for name, value in SETTINGS.items()]
    options = " ".join([f"-p {port} -h 127.0.0.1 -k {folder}", *settings])
    run("pg_ctl", "-D", str(data), "-w", "-o", options, "-l", str(folder / "log"), "start")
    try:
        yield f"postgres://felles@127.0.0.1:{port}"
    finally:
        run("pg_ctl", "-D", str(data), "-w", "-m", "fast", "stop")


def run(program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's own programs, as somebody else than root."""
    user = owner().pw_name if os.geteuid() == 0 else None
    subprocess.run(
        [binary(program), *arguments], check=True, user=user, cwd="/", stdout=subprocess.DEVNULL, close_fds=True
    )


def owner() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        sys.exit(NOBODY_NEEDED)


def binary(program: str) -> str:
    """The program from PATH, else the newest that Debian has put beside it."""
    places = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"), key=lambda path: float(path.parts[4]))
    found = shutil.which(program) or (str(places[-1]) if places else None)
    return found or sys.exit(MISSING)


def has(address: str, name: str) -> bool:
    with psycopg.connect(f"{address}/postgres") as connection:
        return bool(connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone())


def create(address: str, name: str) -> None:
    change(address, "CREATE DATABASE {}", name)


def rename(address: str, name: str, new: str) -> None:
    change(address, "ALTER DATABASE {} RENAME TO {}", name, new)


def drop(address: str, name: str) -> None:
    change(address, "DROP DATABASE IF EXISTS {}", name)


def copy(address: str, name: str, new: str) -> None:
    change(address, "CREATE DATABASE {1} TEMPLATE {0}", name, new)


def change(address: str, statement: str, *names: str) -> None:
    with psycopg.connect(f"{address}/postgres", autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
