"""Whether this process lives, and whether it can serve: questions of a proxy or a supervisor.

Only what every page needs makes a portal unready. Without a broker, workers or a whole sandbox it
still shows results and takes submissions, which wait; that is told, and no proxy cuts it off.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import DatabaseError
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

from portal.core import store

if TYPE_CHECKING:
    from collections.abc import Callable

LEAST_FREE_BYTES = 256 << 20
BROKER_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Check:
    name: str
    passed: bool
    detail: str
    needed: bool = True
    """Whether no page can be served without it."""


_checks_of_apps: list[Callable[[], Check]] = []


def add_check(check: Callable[[], Check]) -> None:
    """Add what an app can tell of its own part."""
    _checks_of_apps.append(check)


def readiness() -> list[Check]:
    """Check the database, the data folder, the broker and the bucket, then what the apps know."""
    database = _database()
    found = [database, _data_folder(), _broker()]
    if settings.ASSAY_BUCKET:
        found.append(_bucket())
    return [*found, *(check() for check in _checks_of_apps)] if database.passed else found


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


def _broker() -> Check:
    """Ask Redis within a short time, once; the embedded broker is a folder."""
    url = settings.CELERY_BROKER_URL
    if not url.startswith(("redis://", "rediss://")):
        folder = settings.BROKER_FOLDER
        passed = os.access(folder if folder.exists() else settings.ASSAY_DATA, os.W_OK)
        return Check("broker", passed=passed, detail="a folder", needed=False)
    try:
        with Redis.from_url(
            url,
            socket_timeout=BROKER_SECONDS,
            socket_connect_timeout=BROKER_SECONDS,
            retry=Retry(NoBackoff(), 0),
        ) as broker:
            broker.ping()
    except (RedisError, OSError) as error:
        return Check("broker", passed=False, detail=type(error).__name__, needed=False)
    return Check("broker", passed=True, detail="answers", needed=False)


def _bucket() -> Check:
    """Ask whether an object is there that need not be; without an answer no file can be had."""
    try:
        store.ask()
    except OSError as error:
        return Check("bucket", passed=False, detail=str(error), needed=False)
    return Check("bucket", passed=True, detail="answers", needed=False)
