"""Production's settings for a server that is spoken to without TLS, on this machine: as a proxy would leave them."""

import os

os.environ.setdefault("SECRET_KEY", "not-secret-and-only-for-tests")
os.environ.setdefault("ALLOWED_HOSTS", "127.0.0.1")
os.environ.setdefault("BASE_URL", "http://127.0.0.1")
os.environ.setdefault("SECURE_SSL_REDIRECT", "false")

from config.settings import base
from config.settings.production import *  # noqa: F403

DATABASES = base.DATABASES
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = False
