"""File names that come from tables and archives: none may lead out of its folder."""

from __future__ import annotations

import os
import stat
from functools import lru_cache
from pathlib import Path

from evaluation.errors import TestSetError

MAX_IMAGE_BYTES = 64 << 20
IMAGE_SUFFIXES = frozenset(
    {".jpg", ".jpeg", ".png", ".pgm", ".ppm", ".pbm", ".bmp", ".webp", ".tif", ".tiff"}
)

_READ_NO_LINK = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


def is_plain_relative(name: str) -> bool:
    """Whether ``name`` is a relative path with forward slashes that stays in its folder."""
    if not name or "\\" in name or not name.isprintable():
        return False
    return not name.startswith("/") and all(part not in ("", ".", "..") for part in name.split("/"))


def locate_inside(root: Path, name: str) -> Path:
    """Path of a regular file below ``root``, symbolic links followed.

    Raises
    ------
    TestSetError
        The name or a symbolic link leads out of ``root``, or there is no such file.
    """
    path = root / name
    if not is_plain_relative(name):
        raise TestSetError(f"the file name {name!r} leads out of its folder", path=root)
    try:
        resolved = path.resolve(strict=True)
        mode = resolved.stat().st_mode
    except (OSError, RuntimeError) as error:
        raise TestSetError("the file is missing or cannot be read", path=path) from error
    if not resolved.is_relative_to(root.resolve()):
        raise TestSetError("a symbolic link leads out of its folder", path=path)
    if not stat.S_ISREG(mode):
        raise TestSetError("this is no regular file", path=path)
    return resolved


def read_inside(root: Path, name: str, *, limit: int = MAX_IMAGE_BYTES) -> bytes:
    """Bytes of a file below ``root``, at most ``limit`` of them.

    Raises
    ------
    TestSetError
        As ``locate_inside``, or the file is larger than ``limit`` bytes.
    """
    content = _read_plainly(root, name, limit)
    return read_bounded(locate_inside(root, name), limit=limit) if content is None else content


def _read_plainly(root: Path, name: str, limit: int) -> bytes | None:
    """Read a file that is no link, with as few calls as can be; None for whatever is not plain."""
    if not is_plain_relative(name):
        return None
    folder, _, file = name.rpartition("/")
    try:
        descriptor = os.open(f"{_folder_inside(root, folder)}/{file}", _READ_NO_LINK)
    except (OSError, TestSetError):
        return None
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or status.st_size > limit:
            return None
        content = os.read(descriptor, status.st_size + 1)
        return content if len(content) == status.st_size else None
    except OSError:
        return None
    finally:
        os.close(descriptor)


@lru_cache(maxsize=4096)
def _folder_inside(root: Path, folder: str) -> str:
    """Resolve a folder below ``root`` once for all of its files."""
    resolved = (root / folder).resolve(strict=True)
    if not resolved.is_relative_to(root.resolve()):
        raise TestSetError("a symbolic link leads out of its folder", path=root / folder)
    return str(resolved)


def read_bounded(path: Path, *, limit: int = MAX_IMAGE_BYTES) -> bytes:
    """Bytes of a file that is at most ``limit`` bytes long.

    Raises
    ------
    TestSetError
        The file is missing, unreadable, or larger than ``limit`` bytes.
    """
    try:
        with path.open("rb") as stream:
            content = stream.read(limit + 1)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise TestSetError(f"the file cannot be read: {reason}", path=path) from error
    if len(content) > limit:
        raise TestSetError(f"the file is larger than {limit:,} bytes", path=path)
    return content
