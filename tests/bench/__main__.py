"""`python -m tests.bench [subject …]`: every benchmark, or those named, on a fresh database in a temporary folder.

Figures depend on the machine and on what else it does: its load is printed with them. Exits with 1 when a promise
is not kept.
"""

import importlib
import os
import pkgutil
import sys
import tempfile
from pathlib import Path

import django
from django.core.management import call_command

from tests import bench
from tests.bench.figures import Figure

NOT_SUBJECTS = {"__main__", "editions", "figures", "relevance", "served"}


def main(chosen: list[str]) -> int:
    subjects = sorted({module.name for module in pkgutil.iter_modules(bench.__path__)} - NOT_SUBJECTS)
    if unknown := set(chosen) - set(subjects):
        sys.exit(f"No benchmark of {', '.join(sorted(unknown))}. There are: {', '.join(subjects)}.")
    with tempfile.TemporaryDirectory() as folder:
        prepare(Path(folder))
        print(f"Load before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
        figures = [figure for subject in chosen or subjects for figure in measured(subject)]
        print(f"Load after: {os.getloadavg()[0]:.1f}")
    return 0 if all(figure.is_kept for figure in figures) else 1


def prepare(var: Path) -> None:
    """A new installation with a database of its own; everything it writes goes below `var`."""
    os.environ |= {
        "DATABASE_URL": f"sqlite:///{var / 'bench.sqlite3'}",
        "VAR_DIR": str(var),
        "DEBUG": "false",
        "EMAIL_URL": "dummymail://",
    }
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    django.setup()
    call_command("migrate", verbosity=0)
    call_command("createsuperuser", username="boss", email="boss@example.test", interactive=False, verbosity=0)
    call_command("set_up", "Prøvekommunen", administrator="boss", verbosity=0)


def measured(subject: str) -> list[Figure]:
    """The subject's figures, printed as they come."""
    print(f"\n{subject}")
    figures = []
    for figure in importlib.import_module(f"tests.bench.{subject}").measure():
        print(f"  {figure}", flush=True)
        figures.append(figure)
    return figures


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
