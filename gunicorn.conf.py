"""What gunicorn reads by itself: its records are written as all others are."""

import os

from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.development")

_as_others = {"handlers": ["stderr"], "level": "INFO", "propagate": False}
logconfig_dict = settings.LOGGING | {
    "loggers": settings.LOGGING["loggers"]
    | {"gunicorn.error": _as_others, "gunicorn.access": _as_others}
}
