"""The whole database as one file, and back."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from django.db import connection, connections
from django.db.backends.postgresql.client import DatabaseClient
from django.db.migrations.loader import MigrationLoader

from portal.home.backup.manifest import BackupError

DEBIANS_FOLDER = Path("/usr/lib/postgresql")


def dump(path: Path) -> None:
    """Copy the database, as it is at one moment, to a file; others may write meanwhile.

    Raises
    ------
    BackupError
        The program that does it for PostgreSQL is missing or says no.
    OSError
        The disk is full.
    """
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with closing(sqlite3.connect(path)) as copy:
            connection.connection.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, and none beside it when read
    else:
        _run("pg_dump", "--format=custom", "--no-owner", f"--file={path}")
    path.chmod(0o600)


def load(path: Path) -> None:
    """Replace the database by what a file holds, at once or not at all.

    Raises
    ------
    BackupError
        The program that does it for PostgreSQL is missing or says no.
    """
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with closing(sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)) as copy:
            copy.backup(connection.connection)
    else:
        options = ("--clean", "--if-exists", "--no-owner", "--single-transaction")
        _run("pg_restore", *options, "--exit-on-error", str(path), into_database=True)
    connections.close_all()


def applied_migrations() -> tuple[tuple[str, str], ...]:
    return tuple(sorted(MigrationLoader(connection).applied_migrations))


def known_migrations() -> set[tuple[str, str]]:
    """Return the migrations of this version of Assay and of its packages."""
    loader = MigrationLoader(None)
    replaced = (names for one in loader.disk_migrations.values() for names in one.replaces)
    return {*loader.disk_migrations, *replaced}


def _run(program: str, *arguments: str, into_database: bool = False) -> None:
    """Run a program of PostgreSQL; the password goes by the environment, which nobody reads."""
    client, environment = DatabaseClient.settings_to_cmd_args_env(connection.settings_dict, [])
    *where, database = client[1:]
    named = ["--dbname", database] if into_database else [database]
    command = [_found(program), *where, *arguments, *named]
    done = subprocess.run(  # noqa: S603 - PostgreSQL's own program, found above
        command,
        env={**os.environ, **(environment or {})},
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        said = " ".join(done.stderr.split())[:500]
        raise BackupError(f"{program} failed: {said or 'it gave no reason.'}")


def _found(program: str) -> str:
    """Find a program on the path, or where Debian has one for each version: the newest."""
    found = shutil.which(program)
    if found is None:
        versions = sorted(
            DEBIANS_FOLDER.glob(f"*/bin/{program}"), key=lambda path: int(path.parts[-3])
        )
        found = str(versions[-1]) if versions else None
    if found is None:
        raise BackupError(f"{program} is not installed here; it comes with PostgreSQL's client.")
    return found
