"""Settings that every deployment shares; addresses and secrets come from the environment."""

import os
from datetime import timedelta
from pathlib import Path

import environ
from csp.constants import NONE, SELF

from portal.core.broker import SCHEME, broker_options
from portal.core.logs import log_settings

os.environ["ORT_DISABLE_TELEMETRY"] = "1"

BASE_DIR = Path(__file__).resolve().parent.parent.parent
env = environ.Env()

# -- where things lie
ASSAY_DATA = Path(env.str("ASSAY_DATA", default=str(BASE_DIR / "var"))).resolve()
ASSAY_TEST_SETS = ASSAY_DATA / "testsets"
# Hosts that share no folder share a bucket of an S3-compatible service; ASSAY_DATA caches it.
ASSAY_BUCKET = env.str("ASSAY_BUCKET", default="")
ASSAY_BUCKET_ENDPOINT = env.str("ASSAY_BUCKET_ENDPOINT", default="")
ASSAY_DETECTOR = env.str("ASSAY_DETECTOR", default="")
ASSAY_DETECTOR_CARD = env.str("ASSAY_DETECTOR_CARD", default="")
# The recognition model by whose misses models of image quality are judged.
ASSAY_RECOGNISER = env.str("ASSAY_RECOGNISER", default="")
ASSAY_RECOGNISER_CARD = env.str("ASSAY_RECOGNISER_CARD", default="")

# -- Django
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "rest_framework",
    "rest_framework.authtoken",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "django_celery_results",
    "rules",
    "simple_history",
    "portal.core",
    "portal.accounts",
    "portal.suppliers",
    "portal.testsets",
    "portal.submissions",
    "portal.runs",
    "portal.comparison",
    "portal.deployments",
    "portal.roadmap",
    "portal.exploration",
    "portal.home",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "portal.core.logs.RequestLogMiddleware",
    "portal.core.access.DefaultDenyMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "portal.core.errors.DomainErrorMiddleware",
]
ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
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
                "portal.core.context.navigation",
            ],
        },
    },
]
FORM_RENDERER = "portal.core.forms.GovukRenderer"
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "accounts:sign_in"
LOGIN_REDIRECT_URL = "home:home"
LOGOUT_REDIRECT_URL = "accounts:sign_in"
LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# -- the database: SQLite in WAL mode unless an address is given
DATABASES = {
    "default": env.db_url("DATABASE_URL", default=f"sqlite:///{ASSAY_DATA / 'assay.sqlite3'}")
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }

# -- static files
STATIC_URL = "static/"
STATIC_ROOT = ASSAY_DATA / "static"
STATICFILES_DIRS = [BASE_DIR / "portal" / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "portal.core.front_end.NodePackagesFinder",
]

# -- uploads: streamed to disk, never held in memory
FILE_UPLOAD_MAX_MEMORY_SIZE = 1 << 20
ASSAY_MAX_MODEL_BYTES = env.int("ASSAY_MAX_MODEL_BYTES", default=1 << 30)
# What one supplier may send: models waiting for their check at once, in any 24 hours, and the
# bytes of those that wait. Our faults use none of it; nought closes the submissions.
ASSAY_MAX_OPEN_SUBMISSIONS = env.int("ASSAY_MAX_OPEN_SUBMISSIONS", default=10)
ASSAY_MAX_SUBMISSIONS_PER_DAY = env.int("ASSAY_MAX_SUBMISSIONS_PER_DAY", default=50)
ASSAY_MAX_QUARANTINE_BYTES = env.int("ASSAY_MAX_QUARANTINE_BYTES", default=8 << 30)

# -- what a page may load: only from this service
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"

# -- the pipeline. One limit drives the sandbox, the Celery task and the broker, so they cannot
# drift: the sandbox gives up first, then the task, and only then may the broker redeliver.
SHARD_TIME_LIMIT = timedelta(seconds=env.int("ASSAY_SHARD_TIME_LIMIT_SECONDS", default=900))
_shard_seconds = int(SHARD_TIME_LIMIT.total_seconds())
LEASE = timedelta(seconds=env.int("ASSAY_LEASE_SECONDS", default=60))
HEARTBEAT_EVERY = timedelta(seconds=env.float("ASSAY_HEARTBEAT_SECONDS", default=5))
MAX_ATTEMPTS = 3
SWEEP_EVERY = timedelta(seconds=env.int("ASSAY_SWEEP_SECONDS", default=60))
NUDGE_AFTER = timedelta(seconds=env.int("ASSAY_NUDGE_SECONDS", default=120))
"""A message older than this may be lost and is sent again; twice is harmless."""
HARNESS_THREADS = env.int("ASSAY_THREADS", default=os.cpu_count() or 1)
THROUGHPUT_SECONDS = env.float("ASSAY_THROUGHPUT_SECONDS", default=2.0)
"""How long each speed scenario runs at least."""
ASSAY_STALE_AFTER_DAYS = env.int("ASSAY_STALE_AFTER_DAYS", default=730)
PREVIEW_PERIOD = timedelta(days=env.int("ASSAY_PREVIEW_DAYS", default=14))
SANDBOX_REQUIRES_ALL_LAYERS = env.bool("ASSAY_SANDBOX_REQUIRES_ALL_LAYERS", default=False)

# -- logs: lines to read in development, JSON in production. Workers log what they do (INFO)
ASSAY_LOG_LEVEL = env.str("ASSAY_LOG_LEVEL", default="WARNING")
LOGGING = log_settings(as_json=False, level=ASSAY_LOG_LEVEL)

# -- monitoring: who shows this token may read /metrics; without it only people may
ASSAY_METRICS_TOKEN = env.str("ASSAY_METRICS_TOKEN", default="")

# -- Celery: a folder is the broker unless REDIS_URL names a server
BROKER_FOLDER = ASSAY_DATA / "broker"
_redis_url = env.str("REDIS_URL", default="")
CELERY_BROKER_URL = _redis_url or f"{SCHEME}://localhost/"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": _shard_seconds + 600}
if not _redis_url:
    CELERY_BROKER_TRANSPORT_OPTIONS |= broker_options(BROKER_FOLDER)
CELERY_RESULT_BACKEND = "django-db"
CELERY_TASK_SOFT_TIME_LIMIT = _shard_seconds + 60
CELERY_TASK_TIME_LIMIT = _shard_seconds + 120
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_DEFAULT_QUEUE = "intake"
CELERY_TASK_ROUTES = {
    "portal.submissions.tasks.*": {"queue": "intake"},
    "portal.runs.tasks.start_run": {"queue": "intake"},
    "portal.runs.tasks.extract_shard": {"queue": "extract"},
    "portal.runs.tasks.measure_speed": {"queue": "extract"},
    "portal.runs.tasks.compare_shard": {"queue": "compare"},
    "portal.runs.tasks.score_run": {"queue": "score"},
    "portal.runs.tasks.sweep_runs": {"queue": "score"},
    "portal.comparison.tasks.*": {"queue": "score"},
    "portal.core.tasks.*": {"queue": "score"},
    "portal.suppliers.tasks.*": {"queue": "score"},
}
CELERY_BEAT_SCHEDULER = "celery.beat.Scheduler"  # in memory: no file that a kill could damage
CELERY_BEAT_SCHEDULE = {
    "submissions": {
        "task": "portal.submissions.tasks.sweep_submissions",
        "schedule": SWEEP_EVERY,
    },
    "runs": {"task": "portal.runs.tasks.sweep_runs", "schedule": SWEEP_EVERY},
    "rankings": {"task": "portal.comparison.tasks.sweep_rankings", "schedule": SWEEP_EVERY},
    "broker": {"task": "portal.core.tasks.sweep_broker", "schedule": timedelta(hours=1)},
    "contacts": {
        "task": "portal.suppliers.tasks.delete_expired_contacts",
        "schedule": timedelta(hours=1),
    },
}
CELERY_TIMEZONE = TIME_ZONE

# -- the API
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        # The first one answers the signed out: 401, and how to sign in.
        "rest_framework.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["portal.core.access.RightsPermission"],
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.PageNumberPagination",
    "PAGE_SIZE": 50,
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "portal.core.errors.api_exception_handler",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
}
SPECTACULAR_SETTINGS = {
    "ENUM_NAME_OVERRIDES": {
        "MarkEnum": "portal.exploration.models.assessment.Mark",
        "DeliveryEnum": "portal.exploration.models.answer.Timescale",
    },
    "TITLE": "Assay API",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}
