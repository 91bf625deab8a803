"""What a reader on a phone waits for: bytes on the first visit and the next, the largest paint and layout shift.

Production's settings, static files collected, the demo data, and Chromium as a phone on slow 4G: 1.6 Mbit/s down, 150 ms
each way and back, a processor four times slower.
"""

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from playwright.sync_api import Browser, sync_playwright

from tests.bench.figures import Figure
from tests.browser import serving
from tests.browser.weighing import Visit, visit

TIMES = 5
READER = "ansatt"
FIRST = "/handbok/hovedprosesser/helse-og-omsorg/legemiddelhandtering/"
NEXT = "/handbok/stotteprosesser/informasjonssikkerhet/brudd-pa-personopplysningssikkerheten/"


def measure() -> Iterator[Figure]:
    call_command("load_demo", verbosity=0)
    with tempfile.TemporaryDirectory() as var, sync_playwright() as playwright:
        environment = environment_of(Path(var))
        collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity=0"]
        subprocess.run(collect, cwd=serving.ROOT, env=environment, check=True)
        browser = playwright.chromium.launch(executable_path=serving.CHROMIUM, args=serving.FLAGS)
        with serving.running(environment) as address:
            rounds = [visits(browser, address) for _n in range(TIMES)]
        browser.close()
    first, following = ([both[number] for both in rounds] for number in range(2))
    yield Figure("A procedure, first visit, transferred", max(one.bytes for one in first) / 1000, "kB", 100)
    yield Figure("A procedure, next visit, transferred", max(one.bytes for one in following) / 1000, "kB", 15)
    yield Figure("Largest paint, first visit, median", statistics.median(one.largest_paint for one in first), "s", 1)
    yield Figure("Largest paint, next visit, median", statistics.median(one.largest_paint for one in following), "s", 1)
    yield Figure("Layout shift, most of all visits", max(one.shift for both in rounds for one in both), "", 0)
    yield Figure("Requests to other hosts", max(one.elsewhere for both in rounds for one in both), "", 0)


def environment_of(var: Path) -> dict[str, str]:
    """Production's own settings on the benchmark's database."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.browser.as_in_production",
        "DATABASE_URL": f"sqlite:///{settings.DATABASES['default']['NAME']}",
        "VAR_DIR": str(var),
    }


def visits(browser: Browser, address: str) -> tuple[Visit, Visit]:
    """A reader's first page with nothing in the browser, and another one after it."""
    context: Any = browser.new_context(base_url=address, viewport={"width": 390, "height": 844}, is_mobile=True)
    serving.sign_in_by_form(context, READER)
    first, following = (visit(context, way, throttled=True) for way in (FIRST, NEXT))
    context.close()
    return first, following
