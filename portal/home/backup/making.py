"""Making a backup while the portal works: it is there whole, or it is not there."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from django.conf import settings
from django.db import connection
from django.utils import timezone

from evaluation.storage import sha256_of_file, sync_folder
from portal.core import store
from portal.home.backup import database
from portal.home.backup.manifest import (
    DATABASE,
    FILES,
    MANIFEST,
    BackedUpFile,
    BackupError,
    Manifest,
    copy_hashed,
)

if TYPE_CHECKING:
    from collections.abc import Callable

FOLDERS = ("quarantine", "models", "runs", "testsets")


def make_backup(folder: Path, *, say: Callable[[str], None] = lambda _: None) -> Manifest:
    """Back up the database and every file that it names.

    Files never change once a row names them. They are copied before the database and, those that
    are new, after it: what a row of the copy names was there at one of these times.

    Parameters
    ----------
    folder : Path
        Where it shall lie; it must not exist, and be no part of the data folder.

    Raises
    ------
    BackupError
        The folder cannot be used, or the database cannot be copied.
    OSError
        The disk is full, or the bucket does not answer; nothing is left behind.
    """
    folder = folder.absolute()
    _refuse_unusable(folder)
    part = folder.with_name(f".{folder.name}.{uuid4()}")
    try:
        part.mkdir(mode=0o700, parents=True)
        files: dict[str, BackedUpFile] = {}
        say("Copying files")
        _copy_files(part, files)
        say("Copying the database")
        made_at, copy = timezone.now(), part / DATABASE
        database.dump(copy)
        say("Copying files that are new")
        _copy_files(part, files)
        manifest = Manifest(
            made_at=made_at,
            vendor=connection.vendor,
            migrations=database.applied_migrations(),
            database=BackedUpFile(sha256_of_file(copy), copy.stat().st_size),
            files=files,
        )
        _finish(part, manifest, folder)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    return manifest


def _refuse_unusable(folder: Path) -> None:
    if folder.exists():
        raise BackupError(f"{folder} is there already. Name a folder that is not.")
    if folder.resolve().is_relative_to(settings.ASSAY_DATA):
        raise BackupError("A backup below the data folder is lost with it. Name another folder.")


def _copy_files(part: Path, files: dict[str, BackedUpFile]) -> None:
    for name in FOLDERS:
        for path, _ in store.files_of(settings.ASSAY_DATA / name):
            below = path.relative_to(settings.ASSAY_DATA).as_posix()
            if below in files:
                continue
            with suppress(FileNotFoundError):  # removed in between: no row needs it
                files[below] = copy_hashed(store.fetch(path), part / FILES / below)


def _finish(part: Path, manifest: Manifest, folder: Path) -> None:
    """Close the folders to others, write all to the disk, and only then give it its name."""
    for path in part.rglob("*"):
        if path.is_dir():
            path.chmod(0o700)
    written = part / MANIFEST
    written.write_text(manifest.to_json())
    written.chmod(0o600)
    os.sync()
    part.rename(folder)
    sync_folder(folder.parent)
