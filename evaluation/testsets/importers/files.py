"""Image files and folders below a source folder, in one order on every system."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from evaluation.errors import TestSetError
from evaluation.testsets.paths import IMAGE_SUFFIXES, locate_inside

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from evaluation.testsets.new import Origin


def folders(root: Path) -> list[Path]:
    """Folders directly below ``root``, by name; hidden ones are left out.

    Raises
    ------
    TestSetError
        ``root`` is no folder, or an entry is a symbolic link to a folder.
    """
    if not root.is_dir():
        raise TestSetError("there is no such folder", path=root)
    found = []
    for entry in sorted(root.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir() and not entry.name.startswith("."):
            if entry.is_symlink():
                raise TestSetError("a symbolic link to a folder is not followed", path=entry)
            found.append(entry)
    return found


def images_below(root: Path, folder: str) -> Iterator[str]:
    """Image files in ``folder`` and deeper, as paths relative to ``root``, by name.

    Files that are hidden or have no image suffix are left out.

    Raises
    ------
    TestSetError
        There is no such folder, or a symbolic link leads out of ``root`` or to a folder.
    """
    top = root / folder
    if folder and top.is_symlink():
        raise TestSetError("a symbolic link to a folder is not followed", path=top)
    if not top.is_dir():
        raise TestSetError("there is no such folder", path=top)
    for entry in sorted(top.iterdir(), key=lambda entry: entry.name):
        name = f"{folder}/{entry.name}" if folder else entry.name
        if not entry.is_dir() and is_image_name(entry.name):
            locate_inside(root, name)
            yield name
    for deeper in folders(top):
        yield from images_below(root, f"{folder}/{deeper.name}" if folder else deeper.name)


def is_image_name(name: str) -> bool:
    """Whether a file name is visible and has a suffix of an image."""
    return not name.startswith(".") and PurePosixPath(name).suffix.lower() in IMAGE_SUFFIXES


def locate_listed(root: Path, name: str, origin: Origin) -> Path:
    """Path of an image below ``root`` that a list names.

    Raises
    ------
    TestSetError
        As ``locate_inside``, or the name has no suffix of an image; names the list's line.
    """
    try:
        located = locate_inside(root, name)
    except TestSetError as error:
        message = f"image '{name}': {error.message} ({error.path})"
        raise TestSetError(message, path=origin.path, line=origin.line) from error
    if PurePosixPath(name).suffix.lower() not in IMAGE_SUFFIXES:
        message = f"'{name}' has no suffix of an image file"
        raise TestSetError(message, path=origin.path, line=origin.line)
    return located


def only_below(root: Path, name: str) -> Path:
    """Folder ``name`` below ``root``, or ``root`` itself where there is none.

    Raises
    ------
    TestSetError
        ``root`` is no folder, or the folder is a symbolic link.
    """
    found = {folder.name: folder for folder in folders(root)}
    return found.get(name, root)
