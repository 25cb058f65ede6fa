"""Writes a test-set package: whole or not at all, the same bytes for the same input.

Everything is written into a hidden folder beside the destination, synced, and
renamed. The hidden folder is locked by its writer; one that nobody holds was left
by a writer that was killed, and the next writer to the same destination removes it.
"""

from __future__ import annotations

import errno
import fcntl
import os
import secrets
import shutil
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from evaluation.errors import TestSetError
from evaluation.storage import sync_folder
from evaluation.testsets.contents import PackageWriter, draft_manifest
from evaluation.testsets.reading import open_test_set

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from evaluation.testsets.manifest import ImageKind
    from evaluation.testsets.new import NewProtocol, NewSample
    from evaluation.testsets.types import TestSet


def write_test_set(
    destination: Path,
    *,
    name: str,
    title: str,
    image_kind: ImageKind,
    samples: Iterable[NewSample],
    protocols: Sequence[NewProtocol],
    description: str = "",
    licence: str = "",
    legal_basis: str = "",
    synthetic: bool = False,
    personal_data: bool = True,
    subjects_known: bool = True,
    attributes: Sequence[str] = (),
    revision: str = "1",
    progress: Callable[[int], None] | None = None,
) -> TestSet:
    """Write a new test-set package.

    Parameters
    ----------
    destination : Path
        Folder to make; it must not exist yet.
    name : str
        Lower-case letters, digits, ``.``, ``_`` and ``-``.
    samples : iterable of NewSample
        Read once, in order; each image is decoded to see that it can be.
    protocols : sequence of NewProtocol
        At least one, of any kind.
    subjects_known : bool
        False where subjects were inferred from the pairs: no protocol then that is made
        of subjects, such as all pairs or searches.
    attributes : sequence of str
        Names of the sample attributes to keep, in the order of their columns.
    progress : callable, optional
        Called with the number of samples written so far.

    Returns
    -------
    TestSet
        The package, read back from the disk.

    Raises
    ------
    TestSetError
        The destination exists, a sample or trial is wrong, or the disk is full;
        nothing is left behind.
    """
    draft = draft_manifest(
        protocols,
        name=name,
        title=title,
        description=description,
        revision=revision,
        image_kind=image_kind,
        licence=licence,
        legal_basis=legal_basis,
        synthetic=synthetic,
        personal_data=personal_data,
        subjects_known=subjects_known,
        attributes=tuple(attributes),
    )
    with _new_folder(destination) as folder:
        writer = PackageWriter(folder, draft)
        for number, sample in enumerate(samples, start=1):
            writer.add_sample(sample)
            if progress is not None:
                progress(number)
        for protocol in protocols:
            writer.add_protocol(protocol)
        writer.finish()
        test_set = _checked(folder)
    return replace(test_set, root=destination)


def require_free(destination: Path) -> None:
    """Refuse a destination that exists.

    Raises
    ------
    TestSetError
        Something stands at ``destination``.
    """
    if destination.exists() or destination.is_symlink():
        raise TestSetError("the destination exists already; choose another", path=destination)


def _checked(folder: Path) -> TestSet:
    """Open what was written before it stands at its destination, where it would stay."""
    try:
        return open_test_set(folder)
    except TestSetError as error:
        table = "" if error.path is None else f"{error.path.relative_to(folder)}, "
        line = "" if error.line is None else f"line {error.line}, "
        raise TestSetError(f"{table}{line}would be wrong: {error.message}") from error


@contextmanager
def _new_folder(destination: Path) -> Iterator[Path]:
    require_free(destination)
    destination.parent.mkdir(parents=True, exist_ok=True)
    prefix = f".{destination.name}.partial-"
    for leftover in destination.parent.glob(f"{_escaped(prefix)}*"):
        _remove_if_abandoned(leftover)
    folder = destination.parent / f"{prefix}{secrets.token_hex(8)}"
    folder.mkdir()
    lock = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder
        # One call for all images: a sync of each would cost more than writing them, and
        # an image that a power cut spoils is found by its SHA-256.
        os.sync()
        require_free(destination)
        folder.rename(destination)
        sync_folder(destination.parent)
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        message = "the disk is full; nothing was left behind"
        raise TestSetError(message, path=destination) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def _remove_if_abandoned(folder: Path) -> None:
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder, ignore_errors=True)
    except BlockingIOError:
        return
    finally:
        os.close(descriptor)


def _escaped(prefix: str) -> str:
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in prefix)
