"""A portal in a folder of its own, gone with this process; importing it sets Django up.

Import it before anything of ``portal`` that holds models.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import django
from django.core.management import call_command
from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = Path(tempfile.mkdtemp(prefix="assay-bench-"))
atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)

for name in [name for name in os.environ if name.startswith("ASSAY_")]:
    del os.environ[name]  # whatever this machine is set to, figures are those of the defaults
for name in ("DATABASE_URL", "REDIS_URL"):
    os.environ.pop(name, None)
os.environ |= {"ASSAY_DATA": str(FOLDER), "DJANGO_SETTINGS_MODULE": "portal.settings.test"}
django.setup()


@cache
def make_tables() -> None:
    """Make the tables of the scratch portal's SQLite database, once."""
    call_command("migrate", verbosity=0, interactive=False)


def copy_database(name: str) -> Path:
    """Copy the database as it is now; returns the copy's file."""
    copy = FOLDER / f"{name}.sqlite3"
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(copy)])
    return copy


@contextmanager
def using(database: Path) -> Iterator[None]:
    """Let every query go to a copy of the database."""
    present = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = database
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = present
