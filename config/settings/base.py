"""What is true everywhere. Each odd line says why it is there."""

from pathlib import Path

import environ
from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent.parent
env = environ.Env()
if (BASE_DIR / ".env").exists():
    env.read_env(BASE_DIR / ".env")
VAR_DIR = Path(env("VAR_DIR", default=str(BASE_DIR / "var")))  # database, files, collected static

INSTALLED_APPS = [
    "config",
    "home",
    "results",
    "audits",
    "handbook",
    "risk",
    "cases",
    "search",
    "organisation",
    "wagtail_modeladmin",
    "wagtail.contrib.routable_page",
    "wagtail.contrib.typed_table_block",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "simple_history",
    "django_tasks",
    "django_tasks_db",
    "django.contrib.postgres",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.forms",  # its templates, below our own
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.middleware.CompressText",
    "csp.middleware.CSPMiddleware",
    "config.middleware.refuse_control_characters",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "config.middleware.renew_session",
    "config.middleware.keep_private",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "config.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "home.context.site",
            ],
            "builtins": ["django.templatetags.i18n", "organisation.templatetags.fragments"],
        },
    },
]
# Our own form templates (label, help, error beside the field) live in templates/django/forms/.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'felles.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # With Django's defaults 174 of 360 concurrent transactions failed; with these, none.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
    }
    DATABASES["default"]["CONN_MAX_AGE"] = None
else:
    DATABASES["default"]["OPTIONS"] = {"pool": True}

# What all readers share is remembered in each process by a token that is new with every change of it, so a node never
# shows what is old, and none tells another anything: see organisation.generation.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "shared": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "shared",
        "TIMEOUT": 60 * 60,
        # About ten entries of 27 kB together for a page: room for 2,000 pages, 54 MB in each process at most.
        "OPTIONS": {"MAX_ENTRIES": env.int("SHARED_ENTRIES", default=20_000)},
    },
}

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "organisation.User"
AUTHENTICATION_BACKENDS = ["organisation.authentication.WithUnit"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "login"
SESSION_COOKIE_AGE = 60 * 60
SESSION_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "config.errors.csrf_failure"

LANGUAGE_CODE = "nb"
LANGUAGES = [("nb", _("Norwegian Bokmål")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/Oslo"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
NODE_MODULES = BASE_DIR / "node_modules"
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("designsystemet", NODE_MODULES / "@digdir" / "designsystemet-css" / "dist"),
    ("inter", NODE_MODULES / "@fontsource-variable" / "inter" / "files"),
]
MEDIA_ROOT = VAR_DIR / "media"
MEDIA_URL = "/media/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    # Attachments of cases: never below MEDIA_ROOT, never served by address.
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(VAR_DIR / "private"), "base_url": None},
    },
}
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
ATTACHMENT_MAX_BYTES = 20 * 1024 * 1024
ATTACHMENTS_PER_REPORT = 10
# How many of our own proxies write the address they saw in X-Forwarded-For; 0: there is none.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)
# Working days from when an inhabitant writes to the first answer (S32).
WORKING_DAYS_TO_ANSWER = env.int("WORKING_DAYS_TO_ANSWER", default=5)
# Weeks after a case from outside is closed before the reporter is asked whether it got better (S31).
EFFECT_ASKED_AFTER_WEEKS = env.int("EFFECT_ASKED_AFTER_WEEKS", default=6)
# Where inhabitants write about their personal data; "" leaves it out of the privacy text.
PRIVACY_CONTACT = env("PRIVACY_CONTACT", default="")

TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}

EMAIL_CONFIG = env.email("EMAIL_URL", default="consolemail://")
EMAIL_BACKEND = EMAIL_CONFIG["EMAIL_BACKEND"].replace("django.core.mail.backends.smtp.", "organisation.smtp.")
EMAIL_HOST = EMAIL_CONFIG.get("EMAIL_HOST", "localhost")
EMAIL_PORT = EMAIL_CONFIG.get("EMAIL_PORT") or 25
EMAIL_HOST_USER = EMAIL_CONFIG.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = EMAIL_CONFIG.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = EMAIL_CONFIG.get("EMAIL_USE_TLS", False)
EMAIL_TIMEOUT = 10  # Django's default is none: a silent server would hang the worker.
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="felles@localhost")
# The mailbox that people write to; "" reads none. The address is written on letters, so that they can be answered.
MAILBOX_URL = env("MAILBOX_URL", default="")
MAILBOX_ADDRESS = env("MAILBOX_ADDRESS", default="")
BASE_URL = env("BASE_URL", default="http://127.0.0.1:8000")

CASE_SYSTEM_NAME = env("CASE_SYSTEM_NAME", default="Dialogen")
# Call addresses without https and inside our own network: a receiver on the intranet.
WEBHOOKS_INSIDE = env.bool("WEBHOOKS_INSIDE", default=False)
ARCHIVE_DIR = env("ARCHIVE_DIR", default="")  # the archive system takes packages from here and puts receipts here
ARKIVMELDING_XSD = env("ARKIVMELDING_XSD", default="")  # the public schema; packages are validated when it is named
DEMO_LOGIN = False  # shows the demo users on the login page

CONTENT_SECURITY_POLICY = {
    # Wagtail's admin needs inline scripts; it is guarded by its own login and headers.
    "EXCLUDE_URL_PREFIXES": ["/admin/"],
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    },
}
X_FRAME_OPTIONS = "SAMEORIGIN"  # Wagtail's preview shows our pages in a frame
SECURE_REFERRER_POLICY = "same-origin"

WAGTAIL_SITE_NAME = "Felles"
WAGTAILADMIN_BASE_URL = BASE_URL
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_WORKFLOW_CANCEL_ON_PUBLISH = False  # the next draft may be in hearing when an approved day comes
WAGTAILADMIN_NOTIFICATION_INCLUDE_SUPERUSERS = False  # who is told of drafts is told by `reminders`
WAGTAIL_AUTOSAVE_INTERVAL = 0  # it would overwrite the revision somebody is commenting on
WAGTAIL_I18N_ENABLED = False
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAILADMIN_COMMENTS_ENABLED = True
WAGTAIL_ALLOW_UNICODE_SLUGS = False
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILDOCS_EXTENSIONS = ["pdf", "docx", "xlsx", "pptx", "odt", "ods", "txt", "csv"]
WAGTAILEMBEDS_FINDERS: list[dict[str, str]] = []
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}

SIMPLE_HISTORY_HISTORY_CHANGE_REASON_USE_TEXT_FIELD = True
# Wagtail's own pages ask for the whole default list of checks; this one is about a cache we do not use.
SILENCED_SYSTEM_CHECKS = ["wagtailadmin.W001"]
