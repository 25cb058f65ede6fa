"""From a backup to a portal that goes on where it was."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from backports import tarfile
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection

from portal.core import audit, store
from portal.core.wording import uk_datetime
from portal.home.backup import database
from portal.home.backup.making import FOLDERS
from portal.home.backup.manifest import (
    DATABASE,
    FILES,
    BackupError,
    Manifest,
    copy_hashed,
    read_manifest,
    verify,
)
from portal.runs.resuming import free_runs
from portal.submissions.resuming import free_checks

if TYPE_CHECKING:
    from collections.abc import Callable

PACKED = ".tar"
REASON = "restored from a backup"


@dataclass(frozen=True, slots=True)
class Restored:
    """What goes on by itself once a worker is started."""

    manifest: Manifest
    checks: int
    runs: int


def restore_backup(
    folder: Path, *, replace: bool = False, say: Callable[[str], None] = lambda _: None
) -> Restored:
    """Restore the files, then the database, then make what was unfinished ready to go on.

    Everything is checked before anything is touched. If it is interrupted, it is done again
    with ``replace``.

    Raises
    ------
    BackupError
        The backup is damaged or made by a newer version, or there is something here already.
    OSError
        The disk is full, or the bucket does not answer.
    """
    folder = folder.absolute()
    manifest = check_backup(folder, say=say)
    if manifest.vendor != connection.vendor:
        raise BackupError(
            f"The backup is of a database of the kind {manifest.vendor}; the settings name one "
            f"of the kind {connection.vendor}."
        )
    if not replace and _holds_anything():
        raise BackupError(
            "There are entries or files here already. Restore to an empty database and data "
            "folder, or add --replace to lose what is here."
        )
    say("Restoring files")
    _remove_files()
    _restore_files(folder, manifest)
    say("Restoring the database")
    database.load(folder / DATABASE)
    call_command("migrate", verbosity=0, interactive=False)
    Session.objects.all().delete()
    unfinished = {"by": "the restore", "reason": REASON}
    restored = Restored(manifest, free_checks(**unfinished), free_runs(**unfinished))
    made_at = uk_datetime(manifest.made_at)
    audit.record_of_all("backup.restored", kind="backup", name=f"The backup of {made_at}")
    return restored


def check_backup(folder: Path, *, say: Callable[[str], None] = lambda _: None) -> Manifest:
    """Check a backup without touching anything; raises BackupError where it cannot be used."""
    manifest = read_manifest(folder)
    unknown = set(manifest.migrations) - database.known_migrations()
    if unknown:
        app, name = min(unknown)
        raise BackupError(
            f"The backup was made by a newer version of Assay: this one does not know {app} {name}."
        )
    say("Checking every file of the backup")
    verify(folder, manifest)
    return manifest


def _holds_anything() -> bool:
    user = get_user_model()
    if user._meta.db_table in connection.introspection.table_names() and user.objects.exists():
        return True
    folders = (settings.ASSAY_DATA / name for name in FOLDERS)
    return any(next(iter(store.files_of(folder)), None) for folder in folders)


def _remove_files() -> None:
    for name in FOLDERS:
        for path, _ in list(store.files_of(settings.ASSAY_DATA / name)):
            store.remove(path)
        shutil.rmtree(settings.ASSAY_DATA / name, ignore_errors=True)


def _restore_files(folder: Path, manifest: Manifest) -> None:
    """Put files where they were, whether a folder or a bucket was, or is, where they lie."""
    for name in manifest.files:
        place = settings.ASSAY_DATA / name
        copy_hashed(folder / FILES / name, place)
        if name.startswith("testsets/"):
            continue
        store.publish(place)
    shelf: Path = settings.ASSAY_TEST_SETS
    for packed in sorted(shelf.glob(f"*{PACKED}")):
        with tarfile.open(packed) as archive:
            archive.extractall(packed.with_suffix(""), filter="data")
        packed.unlink()
    for package in sorted(path for path in shelf.glob("*") if path.is_dir()):
        store.publish_folder(package)
