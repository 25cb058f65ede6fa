"""The web process's entry."""

import gc
import os
from importlib import import_module

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.development")

from django.conf import settings
from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
import_module(settings.ROOT_URLCONF)

# All that is loaded by now stays for ever, and looking through it for garbage would hold up a
# request now and then, for 0.13 s. Processes forked from this one then share its memory, too.
gc.collect()
gc.freeze()
