"""Importing it sets Django up on the portal that the environment names, as ``scratch`` on its own.

Import it before anything of ``portal`` that holds models.
"""

from __future__ import annotations

import os

import django
from django.db import connection

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.test")
django.setup()


def database() -> str:
    """Name the kind of database."""
    return connection.vendor
