"""Images whose identity a MATLAB list tells, or else their folder or file name."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from evaluation.errors import TestSetError
from evaluation.testsets.importers.files import images_below, locate_listed
from evaluation.testsets.importers.mat_lists import read_mat_pairs
from evaluation.testsets.new import NewSample, Origin

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator, Sequence
    from pathlib import Path

ROLE = "role"


@dataclass(frozen=True, slots=True)
class MatList:
    """Where a list may lie, and what its variables are called."""

    places: Sequence[Path]
    names: str
    numbers: str


@dataclass(frozen=True, slots=True)
class Image:
    """An image file below the root of a set, and who it shows."""

    file: str
    subject: str
    role: str
    origin: Origin

    def sample(self, root: Path) -> NewSample:
        """Sample to write, with its role as an attribute."""
        return NewSample(
            sample=self.file,
            image=locate_listed(root, self.file, self.origin),
            suffix=PurePosixPath(self.file).suffix,
            subject=self.subject,
            attributes={ROLE: self.role},
            origin=self.origin,
        )


def identified_images(
    root: Path, folder: str, role: str, listed: MatList, pattern: re.Pattern[str]
) -> list[Image]:
    """Images of a folder with the subjects that its list names, or their own names.

    Without a list, the subject is the folder in which an image lies below ``folder``, or
    the first group of ``pattern`` in its file name.

    Raises
    ------
    TestSetError
        The list is wrong, an image's name names nobody, or there is no image.
    """
    for path in listed.places:
        if path.is_file():
            pairs = read_mat_pairs(path, listed.names, listed.numbers)
            return [
                Image(f"{folder}/{name}", str(number), role, Origin(path)) for name, number in pairs
            ]
    return list(_named(root, folder, role, pattern))


def unidentified_images(root: Path, folder: str, role: str) -> list[Image]:
    """Images of a folder, each of a subject of its own.

    Raises
    ------
    TestSetError
        There is no such folder, or no image in it.
    """
    files = _files(root, folder)
    return [Image(file, f"{role}/{file}", role, Origin(root / file)) for file in files]


def require_enrolled(probes: Sequence[Image], gallery: Sequence[Image]) -> None:
    """Refuse a mated probe whose subject has no reference.

    Raises
    ------
    TestSetError
        Names the probe.
    """
    enrolled = {image.subject for image in gallery}
    for probe in probes:
        if probe.subject not in enrolled:
            message = f"'{probe.file}' shows '{probe.subject}', who is not in the gallery"
            raise TestSetError(message, path=probe.origin.path)


def _named(root: Path, folder: str, role: str, pattern: re.Pattern[str]) -> Iterator[Image]:
    for file in _files(root, folder):
        inside = PurePosixPath(file).relative_to(folder)
        found = pattern.match(inside.name)
        if len(inside.parts) > 1:
            subject = inside.parts[0]
        elif found is not None:
            subject = found[1]
        else:
            message = "neither the file's name nor a folder says who is shown"
            raise TestSetError(message, path=root / file)
        yield Image(file, subject, role, Origin(root / file))


def _files(root: Path, folder: str) -> list[str]:
    files = list(images_below(root, folder))
    if not files:
        raise TestSetError("there is no image in this folder", path=root / folder)
    return files
