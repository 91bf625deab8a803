"""Production: refuses to start without secret key, hosts and database."""

from config.storage import object_storage

from .base import *  # noqa: F403

DEBUG = False
SECRET_KEY = env("SECRET_KEY")  # noqa: F405
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")  # noqa: F405
DATABASES = {"default": env.db("DATABASE_URL")}  # noqa: F405
DATABASES["default"].setdefault("OPTIONS", {})["pool"] = True
if "DATABASE_REPLICA_URL" in env:  # noqa: F405
    DATABASES["replica"] = env.db("DATABASE_REPLICA_URL")  # noqa: F405
    # A replica that does not answer at once is left alone: the primary has the same answer.
    DATABASES["replica"]["OPTIONS"] = {"pool": {"timeout": 1}, "connect_timeout": 1}
    DATABASE_ROUTERS = ["organisation.replica.Router"]
if "OBJECT_STORAGE_BUCKET" in env:  # noqa: F405
    STORAGES.update(object_storage(env))  # noqa: F405
BASE_URL = WAGTAILADMIN_BASE_URL = env("BASE_URL")  # noqa: F405
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[BASE_URL])  # noqa: F405

SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)  # noqa: F405
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True

# A row is the queue: `manage.py db_worker` sends the mail and keeps the search index up to date.
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="INFO")},  # noqa: F405
}
