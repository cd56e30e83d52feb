"""Settings: read from the environment, every value with a default that works.

Two ways to run. **Embedded** (neither DATABASE_URL nor REDIS_URL is set): SQLite in a folder of the
checkout, and Celery's worker and beat as threads of the web process; nothing to install, no secret
to invent. **Deployed** (one of the two is set): PostgreSQL, Redis, and web, worker and beat as
processes of their own; secrets come from the environment and have no default.

A value in the environment is written as text: true/false, a number, or a list with commas.
"""

import secrets
from pathlib import Path
from typing import Any

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from servicedesk import local_data

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

# --- Which of the two ways -----------------------------------------------------------------------

DATABASE_URL: str = env.str("DATABASE_URL", default="")
REDIS_URL: str = env.str("REDIS_URL", default="")
EMBEDDED: bool = not DATABASE_URL and not REDIS_URL

# The folder for what the installation itself writes: attachments always, and in embedded mode the
# database, the secret key, mail and logs too.
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))
VAR_IS_WRITABLE: bool = EMBEDDED and local_data.prepare(VAR_DIR)

# Where the demonstration writes down its log-ins for whoever started it.
DEMONSTRATION_LOG_INS = VAR_DIR / "log-ins.txt"

# --- Security ------------------------------------------------------------------------------------

# Shows errors with their innards: never where others can reach it.
DEBUG: bool = env.bool("DEBUG", default=False)

# Signs sessions and forms.
SECRET_KEY: str = env.str("SECRET_KEY", default="")
if not SECRET_KEY and not EMBEDDED:
    raise ImproperlyConfigured(
        "Set SECRET_KEY to a long random text. It has a default only in the embedded mode, "
        "without DATABASE_URL and REDIS_URL."
    )
if not SECRET_KEY:
    # Where nothing can be written there is no database with sessions either: a key for this
    # process alone is enough for the commands that only check files.
    SECRET_KEY = local_data.secret_key(VAR_DIR) if VAR_IS_WRITABLE else secrets.token_urlsafe(50)

# The names under which the site may be called.
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])

# Origins (https://desk.example.com) whose forms are accepted behind a proxy that changes the host.
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", default=[])

# The site's own address, for links in mails and webhooks.
SITE_URL: str = env.str("SITE_URL", default="http://127.0.0.1:8000")

# Cookies over HTTPS only. Off in embedded mode, which speaks plain HTTP on this machine.
SECURE_COOKIES: bool = env.bool("SECURE_COOKIES", default=not EMBEDDED)
SESSION_COOKIE_SECURE = SECURE_COOKIES
CSRF_COOKIE_SECURE = SECURE_COOKIES
SESSION_COOKIE_HTTPONLY = True

# Redirect HTTP to HTTPS, and for how many seconds browsers should insist on HTTPS (0: not).
SECURE_SSL_REDIRECT: bool = env.bool("SECURE_SSL_REDIRECT", default=False)
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS: int = env.int("SECURE_HSTS_SECONDS", default=0)

# Behind a proxy that sets X-Forwarded-Proto itself. Never without one: anybody could send it.
if env.bool("TRUST_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

X_FRAME_OPTIONS = "DENY"

# Only what this site serves itself: no inline script, no inline style, no other host.
CONTENT_SECURITY_POLICY: dict[str, Any] = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

AUTHENTICATION_BACKENDS = ["cases.roles.WithRoles"]
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/login/"

# --- The application -----------------------------------------------------------------------------

INSTALLED_APPS = [
    "servicedesk.setup.SetupConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "csp",
    "django_htmx",
    "entitlements",
    "cases",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "servicedesk.upload_limit.UploadLimit",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "servicedesk.viewer_zone.viewer_zone",
]

ROOT_URLCONF = "servicedesk.urls"
WSGI_APPLICATION = "servicedesk.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "servicedesk.context.desk",
            ],
        },
    },
]

LANGUAGE_CODE = "en"
FORMAT_MODULE_PATH = "servicedesk.formats"
# Instants are UTC. A person's or a calendar's zone is applied where it is shown.
TIME_ZONE = "UTC"
USE_TZ = True

# --- Database ------------------------------------------------------------------------------------

# Connections that one process keeps open to PostgreSQL at most; 0 opens one for each request.
DATABASE_POOL_SIZE: int = env.int("DATABASE_POOL_SIZE", default=10)

# SQLite: readers never wait for the writer (WAL), a transaction takes its write lock when it begins
# and so never fails half-way for want of it, and waits this many seconds for its turn. NORMAL with
# WAL survives a killed process; a power cut can cost the last moments, never the file.
SQLITE_OPTIONS: dict[str, Any] = {
    "timeout": 30,
    "transaction_mode": "IMMEDIATE",
    "init_command": (
        "PRAGMA journal_mode = WAL;"
        "PRAGMA synchronous = NORMAL;"
        "PRAGMA foreign_keys = ON;"
        "PRAGMA temp_store = MEMORY;"
        "PRAGMA cache_size = -16000;"
        "PRAGMA journal_size_limit = 67108864;"
    ),
}
POSTGRESQL_OPTIONS: dict[str, Any] = (
    {"pool": {"min_size": 1, "max_size": DATABASE_POOL_SIZE, "timeout": 10}} if DATABASE_POOL_SIZE else {}
)


def database() -> dict[str, Any]:
    """The one database: DATABASE_URL's, else a SQLite file in VAR_DIR."""
    if not DATABASE_URL:
        engine = "django.db.backends.sqlite3"
        return {"ENGINE": engine, "NAME": VAR_DIR / "db.sqlite3", "OPTIONS": SQLITE_OPTIONS}
    chosen: dict[str, Any] = dict(env.db_url("DATABASE_URL"))
    if chosen["ENGINE"].endswith("sqlite3"):
        defaults = SQLITE_OPTIONS
    else:
        defaults = POSTGRESQL_OPTIONS
        chosen |= {"ENGINE": "servicedesk.postgresql", "CONN_HEALTH_CHECKS": True}
    return {**chosen, "OPTIONS": {**defaults, **chosen.get("OPTIONS", {})}}


DATABASES = {"default": database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# SQLite leaves out the columns that an index only includes: its answers are the same.
SILENCED_SYSTEM_CHECKS = ["models.W040"]

# --- The engine ----------------------------------------------------------------------------------

# How often the engine looks for what is due, and for what is to be delivered, in seconds.
ENGINE_TICK_SECONDS: float = env.float("ENGINE_TICK_SECONDS", default=2.0)
ENGINE_DELIVER_SECONDS: float = env.float("ENGINE_DELIVER_SECONDS", default=5.0)

# How many due rows one look claims at once.
ENGINE_BATCH_SIZE: int = env.int("ENGINE_BATCH_SIZE", default=500)

# After how many seconds without a look every page says so.
ENGINE_STALE_SECONDS: int = env.int("ENGINE_STALE_SECONDS", default=120)

# How often a delivery is tried before it is set aside, and for how many seconds a process that
# sends one may keep it before another takes over. No attempt may take longer than DELIVERY_SECONDS.
DELIVERY_ATTEMPTS: int = env.int("DELIVERY_ATTEMPTS", default=9)
DELIVERY_LEASE_SECONDS: int = env.int("DELIVERY_LEASE_SECONDS", default=120)
DELIVERY_SECONDS: int = env.int("DELIVERY_SECONDS", default=60)

# How many deliveries a process sends at once; of these, in all processes together, mails, and
# webhooks to one endpoint: one that hangs leaves room for the others.
DELIVERY_THREADS: int = env.int("DELIVERY_THREADS", default=16)
MAILS_AT_ONCE: int = env.int("MAILS_AT_ONCE", default=8)
WEBHOOKS_AT_ONCE: int = env.int("WEBHOOKS_AT_ONCE", default=8)

# For how many days deliveries that arrived or were cancelled are kept. Dead ones stay.
DELIVERY_KEEP_DAYS: int = env.int("DELIVERY_KEEP_DAYS", default=90)

# Webhooks: seconds until an exchange must have ended, the ports that it may go to, and exceptions
# from the rule that it goes to public addresses only: networks, addresses or names, each with a port
# if only that one is meant (10.1.0.0/16, hooks.internal:9000).
WEBHOOK_SECONDS: float = env.float("WEBHOOK_SECONDS", default=15.0)
WEBHOOK_PORTS: list[int] = env.list("WEBHOOK_PORTS", cast=int, default=[80, 443, 8080, 8443])
WEBHOOK_ALLOW: list[str] = env.list("WEBHOOK_ALLOW", default=[])

# For how many hours the link in an escalation's mail can acknowledge it.
ESCALATION_LINK_HOURS: int = env.int("ESCALATION_LINK_HOURS", default=72)

# --- Celery --------------------------------------------------------------------------------------

# Without Redis the broker is the memory of the one process in which everything runs.
CELERY_BROKER_URL = REDIS_URL or "memory://localhost/"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "UTC"
CELERY_ENABLE_UTC = True

# A task that dies with its worker is given to another one. Every task may run twice.
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1

# Nobody waits for a result: what happened stands in the database.
CELERY_TASK_IGNORE_RESULT = True
CELERY_RESULT_BACKEND = None
CELERY_RESULT_EXPIRES = None

CELERY_TASK_SERIALIZER = "json"
CELERY_RESULT_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]

# Seconds until a task is killed with its process. It is not asked to stop before: that would look like
# a fault of the case that it is just looking at. Redis gives a task out again only when it can no longer
# be running.
CELERY_TASK_TIME_LIMIT = 300
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = (
    {"visibility_timeout": 900, "socket_connect_timeout": 5} if REDIS_URL else {"polling_interval": 0.2}
)

CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_ENABLE_REMOTE_CONTROL = bool(REDIS_URL)
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True

# Beat keeps its plan in memory: after a restart it begins anew, since the database knows what is
# due. A tick that has waited for longer than this is dropped; the next one does its work.
CELERY_BEAT_SCHEDULER = "celery.beat:Scheduler"
TICK_EXPIRES_SECONDS = 30
CELERY_BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "tick": {
        "task": "cases.tasks.tick",
        "schedule": ENGINE_TICK_SECONDS,
        "options": {"expires": TICK_EXPIRES_SECONDS},
    },
    "deliver": {
        "task": "cases.tasks.deliver",
        "schedule": ENGINE_DELIVER_SECONDS,
        "options": {"expires": TICK_EXPIRES_SECONDS},
    },
    "prune": {
        "task": "cases.tasks.prune",
        "schedule": 3600.0,
        "options": {"expires": 600},
    },
    "refresh_estimates": {
        "task": "cases.tasks.refresh_estimates",
        "schedule": 600.0,
        "options": {"expires": 600},
    },
}

# How often it is looked which saved reports are to be mailed, in seconds.
REPORT_MAIL_SECONDS: float = env.float("REPORT_MAIL_SECONDS", default=60.0)
CELERY_BEAT_SCHEDULE["mail_reports"] = {
    "task": "cases.tasks.mail_reports",
    "schedule": REPORT_MAIL_SECONDS,
    "options": {"expires": TICK_EXPIRES_SECONDS},
}

# --- Mail ----------------------------------------------------------------------------------------

# EMAIL_URL: smtp+tls://user:password@mail.example.com:587, consolemail:// (prints),
# filemail:///some/folder. Embedded: files in VAR_DIR/mail; deployed: printed until it is set.
EMAIL_URL: str = env.str("EMAIL_URL", default="" if EMBEDDED else "consolemail://")
if EMAIL_URL:
    mail: dict[str, Any] = env.email_url("EMAIL_URL", default=EMAIL_URL)
    if mail["EMAIL_FILE_PATH"]:
        # It comes without its first slash, and would be a folder of wherever the process was started.
        mail["EMAIL_FILE_PATH"] = "/" + mail["EMAIL_FILE_PATH"].lstrip("/")
    vars().update(mail)
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = VAR_DIR / "mail"
# Seconds. Below the delivery lease, so that a slow server is not asked twice at once.
EMAIL_TIMEOUT: int = env.int("EMAIL_TIMEOUT", default=20)
DEFAULT_FROM_EMAIL: str = env.str("DEFAULT_FROM_EMAIL", default="servicedesk@localhost")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# Reading mailboxes (Setup → Mailboxes): how often beat asks which are due, seconds until a server that does
# not answer is given up, the largest mail that is read whole, and how many one sender may write in an hour.
MAIL_READ_SECONDS: float = env.float("MAIL_READ_SECONDS", default=20.0)
MAIL_TIMEOUT_SECONDS: int = env.int("MAIL_TIMEOUT_SECONDS", default=30)
MAIL_LARGEST_BYTES: int = env.int("MAIL_LARGEST_BYTES", default=30 * 1024 * 1024)
MAIL_PER_SENDER_AND_HOUR: int = env.int("MAIL_PER_SENDER_AND_HOUR", default=30)
CELERY_BEAT_SCHEDULE["read_mail"] = {
    "task": "cases.tasks.read_mail",
    "schedule": MAIL_READ_SECONDS,
    "options": {"expires": TICK_EXPIRES_SECONDS},
}

# --- Files ---------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Where `collectstatic` puts them. When set, they are served from there, compressed and under names
# that change with their content; by default straight from the source folders.
STATIC_ROOT: str | None = env.str("STATIC_ROOT", default="") or None
WHITENOISE_USE_FINDERS = STATIC_ROOT is None

# Attachments. They have no address of their own: a view checks who asks and hands them out.
MEDIA_ROOT = VAR_DIR / "attachments"
MEDIA_URL = ""
FILE_UPLOAD_PERMISSIONS = 0o640

# Bytes of one request at most: a message's files (25 MB together) with what the form adds.
LARGEST_UPLOAD = 27 * 1024 * 1024

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if STATIC_ROOT
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

# --- Log -----------------------------------------------------------------------------------------

# Deployed: everything from LOG_LEVEL up on the console. Embedded: the same into a file of
# VAR_DIR/log, and on the console, where the address and the log-ins stand, warnings only.
LOG_LEVEL: str = env.str("LOG_LEVEL", default="INFO")
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "level": "WARNING" if VAR_IS_WRITABLE else LOG_LEVEL,
        },
    },
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        # Django's own console handler would say everything twice.
        "django": {"handlers": [], "level": LOG_LEVEL, "propagate": True},
        # One line for every tick is noise; what a tick did is logged by the engine.
        "celery.app.trace": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
        "celery.beat": {"level": "WARNING"},
    },
}
if VAR_IS_WRITABLE:
    LOGGING["handlers"]["file"] = {
        "class": "logging.handlers.RotatingFileHandler",
        "formatter": "line",
        "filename": VAR_DIR / "log" / "servicedesk.log",
        "maxBytes": 5_000_000,
        "backupCount": 3,
        "delay": True,
        "encoding": "utf-8",
    }
    LOGGING["root"]["handlers"].append("file")
