"""Whole folders that never change, as packages of test sets: one packed file in the bucket."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from uuid import uuid4

from backports import tarfile

from portal.core.store.place import PACKED, bucket, cached, is_used_again, name_of
from portal.core.store.tidying import tidy_now_and_then


def publish_folder(folder: Path) -> None:
    """Let every host have a folder, unless they can already.

    Raises
    ------
    OSError
        The bucket does not take it, or there is no room to pack it.
    """
    shared = bucket()
    if shared is None or shared.holds(name_of(folder) + PACKED):
        return
    with tempfile.NamedTemporaryFile(prefix=".", dir=folder.parent) as part:
        with tarfile.open(fileobj=part, mode="w", dereference=True) as packed:
            packed.add(folder, arcname=".")
        part.flush()
        shared.upload(Path(part.name), name_of(folder) + PACKED)


def fetch_folder(folder: Path) -> Path:
    """Return where on this host a published folder lies; without a bucket at its place.

    Raises
    ------
    FileNotFoundError
        There is a bucket, and the folder is neither here nor there.
    OSError
        The bucket does not answer, or the disk is full.
    """
    shared = bucket()
    if shared is None or folder.exists():
        return folder
    copy = cached(folder)
    if is_used_again(copy):
        return copy
    tidy_now_and_then()
    copy.parent.mkdir(parents=True, exist_ok=True)
    part = copy.with_name(f".{uuid4()}")
    try:
        with tempfile.NamedTemporaryFile(prefix=".", dir=copy.parent) as packed:
            shared.download(name_of(folder) + PACKED, Path(packed.name))
            with tarfile.open(packed.name) as archive:
                archive.extractall(part, filter="data")
        is_used_again(part)  # it carries the times of the folder that was packed
        _take_the_name(part, copy)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return copy


def _take_the_name(part: Path, copy: Path) -> None:
    try:
        part.rename(copy)
    except OSError:
        if not copy.is_dir():  # nobody else was quicker
            raise


def folders_of(parent: Path) -> set[str]:
    """Return the names of the folders that the bucket holds."""
    shared = bucket()
    names = shared.names(f"{name_of(parent)}/") if shared is not None else ()
    return {name.rpartition("/")[2].removesuffix(PACKED) for name, _ in names}
