"""Settings of the tests: an own data folder, quick password hashes, tasks run in place."""

import os
import tempfile

os.environ.setdefault("ASSAY_DATA", tempfile.mkdtemp(prefix="assay-test-"))

from portal.settings.base import *  # noqa: F403 - after the data folder is named
from portal.settings.base import STATIC_ROOT

STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # WhiteNoise warns of a missing folder
DEBUG = False
SECRET_KEY = "only-for-tests"  # noqa: S105 - no deployment uses these settings
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "testserver"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
CELERY_TASK_ALWAYS_EAGER = False
