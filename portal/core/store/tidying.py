"""What a data folder holds that nobody needs: half-written files, and copies nobody asks for."""

from __future__ import annotations

import logging
import shutil
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from django.conf import settings

from portal.core.store.place import FOLDERS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KEEP_SECONDS = 86_400.0
"""Longer than anything is written or read for."""
EVERY_SECONDS = 3_600.0
_due = {"at": 0.0}

logger = logging.getLogger(__name__)


def tidy() -> int:
    """Remove what nobody touched for a day: left by processes that died, or the bucket has it.

    Returns
    -------
    int
        How many files and folders were removed.
    """
    cutoff, removed = time.time() - KEEP_SECONDS, 0
    for path in (*_half_written(), *_copies()):
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < cutoff:
                _remove(path)
                removed += 1
    if removed:
        logger.info("removed %d files and folders that nobody needs here", removed)
    return removed


def tidy_now_and_then() -> None:
    """Tidy, at most once an hour: hosts that run no sweep have files too."""
    if time.monotonic() >= _due["at"]:
        _due["at"] = time.monotonic() + EVERY_SECONDS
        tidy()


def _half_written() -> Iterator[Path]:
    """Yield what has no name of its own yet: files of any folder, and packages being copied."""
    for name in FOLDERS:
        folder = settings.ASSAY_DATA / name
        yield from folder.glob(".*") if name == "testsets" else folder.rglob(".*")


def _copies() -> Iterator[Path]:
    """Yield this host's copies: files, and packages of test sets as they are."""
    cache = settings.ASSAY_DATA / "cache"
    yield from (cache / "testsets").glob("*")
    for name in FOLDERS[:-1]:
        yield from (path for path in (cache / name).rglob("*") if path.is_file())


def _remove(path: Path) -> None:
    """Remove a file, or a folder that loses its name first: nobody ever meets a part of it."""
    if not path.is_dir():
        path.unlink()
        return
    unnamed = path if path.name.startswith(".") else path.rename(path.with_name(f".{path.name}"))
    shutil.rmtree(unnamed)
