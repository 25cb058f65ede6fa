"""Single files, which never change once they are published."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from django.conf import settings

from evaluation.storage import atomic_path, sha256_of_file, sync_folder
from portal.core.store.place import bucket, cached, is_used_again, name_of
from portal.core.store.tidying import tidy_now_and_then

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class StoredFileError(OSError):
    """What the bucket holds is not what was recorded."""


def publish(path: Path, *, source: Path | None = None) -> None:
    """Let every host have a file, which lies whole at its place or, not yet, at ``source``.

    Where there is a bucket, this host's file becomes its copy, and ``source`` stays where it is.

    Raises
    ------
    OSError
        It cannot be given its place, or the bucket does not take it.
    """
    shared = bucket()
    if shared is None:
        if source is not None:
            source.rename(path)
            sync_folder(path.parent)
        return
    tidy_now_and_then()
    shared.upload(source or path, name_of(path))
    if source is None:
        copy = cached(path)
        copy.parent.mkdir(parents=True, exist_ok=True)
        path.replace(copy)


def take_back(path: Path, *, source: Path) -> None:
    """Undo a `publish` with a source, whatever came of it."""
    shared = bucket()
    if shared is not None:
        with suppress(OSError):  # without the bucket the sweep finds that no row needs it
            shared.remove(name_of(path))
    elif path.exists():
        path.rename(source)


def fetch(path: Path, *, sha256: str = "") -> Path:
    """Return where on this host a published file lies; without a bucket at its place.

    Raises
    ------
    FileNotFoundError
        There is a bucket, and the file is neither here nor there.
    StoredFileError
        The bucket's file is not the one of this hash.
    OSError
        The bucket does not answer, or the disk is full.
    """
    shared = bucket()
    if shared is None or path.exists():
        return path
    copy = cached(path)
    if not is_used_again(copy):
        tidy_now_and_then()
        with atomic_path(copy) as part:
            shared.download(name_of(path), part)
            if sha256 and sha256_of_file(part) != sha256:
                raise StoredFileError(f"The bucket's file {name_of(path)} is not what was kept.")
    return copy


def remove(path: Path) -> None:
    """Remove a file for every host and here; it is no error where there is none.

    Raises
    ------
    OSError
        The bucket does not answer.
    """
    path.unlink(missing_ok=True)
    shared = bucket()
    if shared is not None:
        shared.remove(name_of(path))
        cached(path).unlink(missing_ok=True)


def ask() -> None:
    """Ask the bucket anything, once and within a short time, if there is one.

    Raises
    ------
    OSError
        It does not answer.
    """
    shared = bucket(is_patient=False)
    if shared is not None:
        next(shared.names("health"), None)


def files_of(folder: Path) -> Iterator[tuple[Path, float]]:
    """Yield what every host can have of a folder, and when it was written, in seconds."""
    shared = bucket()
    if shared is not None:
        for name, written in shared.names(f"{name_of(folder)}/"):
            yield settings.ASSAY_DATA / name, written.timestamp()
        return
    for path in sorted(folder.rglob("*")):
        with suppress(FileNotFoundError):  # gone in between
            if path.is_file() and not path.name.startswith("."):
                yield path, path.stat().st_mtime
