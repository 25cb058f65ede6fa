"""Where files are kept for all hosts: the bucket that the settings name, or nowhere else."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.module_loading import import_string

if TYPE_CHECKING:
    from portal.core.store.bucket import Bucket

FOLDERS = ("quarantine", "models", "runs", "testsets")
"""What is kept below the data folder for all hosts; the rest is each host's own."""
PACKED = ".tar"
"""What follows the name of a folder that lies in the bucket as one file."""


def bucket(*, is_patient: bool = True) -> Bucket | None:
    """Return the bucket; None where the data folder is all there is."""
    if not settings.ASSAY_BUCKET:
        return None
    return _opened(settings.ASSAY_BUCKET, settings.ASSAY_BUCKET_ENDPOINT, is_patient, os.getpid())


@cache
def _opened(name: str, endpoint: str, is_patient: bool, _process: int) -> Bucket:
    """Open it once for each process: connections do not outlive a fork."""
    made = import_string("portal.core.store.bucket.Bucket")
    opened: Bucket = made(name, endpoint, is_patient=is_patient)
    return opened


def name_of(path: Path) -> str:
    """Return what a file is called in the bucket, and in database rows."""
    return path.relative_to(settings.ASSAY_DATA).as_posix()


def cached(path: Path) -> Path:
    """Return where this host keeps its copy of what the bucket holds."""
    return Path(settings.ASSAY_DATA) / "cache" / name_of(path)


def is_used_again(path: Path) -> bool:
    """Note that a copy is used; False where there is none."""
    try:
        os.utime(path)
    except FileNotFoundError:
        return False
    return True
