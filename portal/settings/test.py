"""Settings of the tests: an own data folder, quick password hashes, tasks run in place."""

import atexit
import os
import shutil
import tempfile


def _own_data_folder() -> str:
    """Make a data folder that ends with this process; forked children leave it alone."""
    folder, maker = tempfile.mkdtemp(prefix="assay-test-"), os.getpid()

    def remove() -> None:
        if os.getpid() == maker:
            shutil.rmtree(folder, ignore_errors=True)

    atexit.register(remove)
    return folder


if "ASSAY_DATA" not in os.environ:
    os.environ["ASSAY_DATA"] = _own_data_folder()

from portal.settings.base import *  # noqa: E402, F403 - after the data folder is named
from portal.settings.base import STATIC_ROOT  # noqa: E402 - as above

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
