"""Production's settings, and an authenticated "hello" to compare with."""

import os

from config.settings.production import *  # noqa: F403

ROOT_URLCONF = "tests.bench.served.urls"
if os.environ.get("COUNT_QUERIES"):
    MIDDLEWARE = ["tests.bench.served.counting.count_queries", *MIDDLEWARE]  # noqa: F405
