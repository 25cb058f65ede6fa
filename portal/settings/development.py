"""One machine, nothing installed: SQLite, the embedded broker, plain HTTP on loopback."""

import secrets

from portal.settings.base import *  # noqa: F403 - a settings module extends its base
from portal.settings.base import ASSAY_DATA, env

DEBUG = env.bool("ASSAY_DEBUG", default=False)
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]


def _secret_key() -> str:
    """Return a key made at the first start and kept, so sign-ins survive a restart."""
    path = ASSAY_DATA / "secret-key"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(secrets.token_urlsafe(50))
        path.chmod(0o600)
    return path.read_text()


SECRET_KEY = env.str("ASSAY_SECRET_KEY", default="") or _secret_key()
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "portal.core.front_end.ManifestStorage"},
}
