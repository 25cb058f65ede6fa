"""Files that are either whole or absent, whatever happens while they are written.

A file is written under a temporary name in its own folder, synced, renamed, and
its folder synced. A reader therefore never meets half a file, and a writer that
was killed leaves at most a temporary file that the next writer's rename ignores.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterator

TEMPORARY_PREFIX = ".writing-"
_CHUNK_BYTES = 1 << 20
_PLAIN_FILE_MODE = 0o666


@contextmanager
def atomic_path(path: Path) -> Iterator[Path]:
    """Lend a temporary file that takes its real name when the block ends without error.

    Parameters
    ----------
    path : Path
        Destination; an existing file is replaced, missing folders are made.

    Yields
    ------
    Path
        Empty file in the same folder, to be written by name.

    Raises
    ------
    OSError
        The folder cannot be written or the disk is full; the destination is unchanged.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=TEMPORARY_PREFIX, dir=path.parent)
    os.close(descriptor)
    temporary = Path(name)
    try:
        yield temporary
        with temporary.open("r+b") as file:
            os.fchmod(file.fileno(), _PLAIN_FILE_MODE & ~_umask())
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


@contextmanager
def atomic_writer(path: Path) -> Iterator[BinaryIO]:
    """As `atomic_path`, with the temporary file open for writing in binary."""
    with atomic_path(path) as temporary, temporary.open("w+b") as file:
        yield file


def write_atomically(path: Path, data: bytes) -> str:
    """Write a whole file atomically.

    Parameters
    ----------
    path : Path
        Destination; an existing file is replaced, missing folders are made.
    data : bytes
        The file's content.

    Returns
    -------
    str
        SHA-256 of the content, 64 hexadecimal digits.
    """
    with atomic_writer(path) as file:
        file.write(data)
    return hashlib.sha256(data).hexdigest()


def sha256_of_file(path: Path) -> str:
    """SHA-256 of a file's content, 64 hexadecimal digits; reads it by the megabyte."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def sync_folder(folder: Path) -> None:
    """Make renames and new names in a folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _umask() -> int:
    """Read the umask of this process without changing it for other threads."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("Umask:"):
            return int(line.split()[1], 8)
    return 0o077
