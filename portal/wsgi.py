"""The web process's entry."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.development")

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
