"""Whether this process lives, and whether it can serve: questions of a proxy or a supervisor."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import DatabaseError

LEAST_FREE_BYTES = 256 << 20


@dataclass(frozen=True, slots=True)
class Check:
    name: str
    passed: bool
    detail: str


def readiness() -> list[Check]:
    """Check the database, its tables and the folder that uploads and results go to."""
    return [_database(), _data_folder()]


def _database() -> Check:
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        return Check("database", passed=False, detail=f"The database does not answer: {error}")
    if waiting:
        return Check("database", passed=False, detail=f"{len(waiting)} migrations are not applied.")
    return Check("database", passed=True, detail="answers")


def _data_folder() -> Check:
    folder = settings.ASSAY_DATA
    if not (folder.is_dir() and os.access(folder, os.W_OK)):
        return Check("data", passed=False, detail="The data folder cannot be written.")
    free_bytes = shutil.disk_usage(folder).free
    enough = free_bytes >= LEAST_FREE_BYTES
    return Check("data", passed=enough, detail=f"{free_bytes >> 20} MiB free")
