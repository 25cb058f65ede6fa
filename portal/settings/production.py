"""Behind a proxy with TLS; refuses to start half-configured."""

from portal.core.logs import log_settings
from portal.settings.base import *  # noqa: F403 - a settings module extends its base
from portal.settings.base import env

DEBUG = False
LOGGING = log_settings(as_json=True, level=env.str("ASSAY_LOG_LEVEL", default="INFO"))
SECRET_KEY = env.str("ASSAY_SECRET_KEY")
ALLOWED_HOSTS = env.list("ASSAY_HOSTS")
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS]
DATABASES = {"default": env.db_url("DATABASE_URL")}
CELERY_BROKER_URL = env.str("REDIS_URL")
SANDBOX_REQUIRES_ALL_LAYERS = True
SECURE_SSL_REDIRECT = env.bool("ASSAY_SSL_REDIRECT", default=True)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "portal.core.front_end.ManifestStorage"},
}
