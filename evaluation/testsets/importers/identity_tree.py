"""One folder per subject, either directly or in ``gallery/``, ``probe/`` and ``unknown/``.

A subject has one name in the gallery and among the probes. An image that lies directly
in ``unknown/`` counts as a subject of its own, since nobody knows who it is; where one
unknown person has several images, put them into one folder. Nobody may be enrolled and
unknown at once.
"""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from evaluation.errors import TestSetError
from evaluation.testsets.importers.details import (
    ALL_PAIRS_NAME,
    ALL_PAIRS_TITLE,
    IDENTIFICATION_NAME,
    IDENTIFICATION_TITLE,
)
from evaluation.testsets.importers.files import folders, images_below, is_image_name
from evaluation.testsets.importers.source import Source
from evaluation.testsets.new import NewAllPairs, NewIdentification, NewSample
from evaluation.testsets.paths import locate_inside

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ROLE = "role"
ROLES = ("gallery", "probe", "unknown")


def read_identity_tree(root: Path, *, gallery_sizes: tuple[int, ...] = ()) -> Source:
    """Read a tree of one folder per subject.

    Parameters
    ----------
    root : Path
        Folder of the subjects' folders, which make a protocol of all pairs; or of
        ``gallery``, ``probe`` and ``unknown``, which make one of identification and
        become the sample attribute ``role``.
    gallery_sizes : tuple of int
        Numbers of enrolled subjects to measure with beside the whole gallery.

    Raises
    ------
    TestSetError
        A file lies outside any subject's folder, a subject is enrolled and unknown, or
        roles and subjects are mixed; names the file.
    """
    names = {folder.name for folder in folders(root)}
    roles = [role for role in ROLES if role in names]
    if not roles:
        _refuse_loose_images(root)
        all_pairs = NewAllPairs(ALL_PAIRS_NAME, ALL_PAIRS_TITLE)
        return Source(_by_subject(root, ""), [all_pairs])
    for strange in sorted(names - set(ROLES)):
        raise TestSetError(
            "this folder stands beside gallery, probe or unknown", path=root / strange
        )
    _refuse_loose_images(root)
    _refuse_enrolled_unknown(root, roles)
    samples = [sample for role in roles for sample in _by_subject(root, role)]
    references = [one.sample for one in samples if one.attributes[ROLE] == "gallery"]
    probes = [one.sample for one in samples if one.attributes[ROLE] != "gallery"]
    for folder, found in (("gallery", references), ("probe or unknown", probes)):
        if not found:
            raise TestSetError(f"there is no image in {folder}", path=root)
    protocol = NewIdentification(
        IDENTIFICATION_NAME, IDENTIFICATION_TITLE, references, probes, gallery_sizes
    )
    return Source(samples, [protocol], (ROLE,))


def _refuse_enrolled_unknown(root: Path, roles: list[str]) -> None:
    if {"gallery", "unknown"} <= set(roles):
        enrolled = {folder.name for folder in folders(root / "gallery")}
        for folder in folders(root / "unknown"):
            if folder.name in enrolled:
                other = root / "gallery" / folder.name
                message = f"'{folder.name}' cannot be unknown: this subject is enrolled in {other}"
                raise TestSetError(message, path=folder)


def _by_subject(root: Path, role: str) -> Iterator[NewSample]:
    top = root / role
    if role == "unknown":
        for entry in sorted(top.iterdir(), key=lambda entry: entry.name):
            if not entry.is_dir() and is_image_name(entry.name):
                file = f"{role}/{entry.name}"
                yield _sample(root, file, file, role)
    else:
        _refuse_loose_images(top)
    for folder in folders(top):
        name = f"{role}/{folder.name}" if role else folder.name
        subject = name if role == "unknown" else folder.name
        for file in images_below(root, name):
            yield _sample(root, file, subject, role)


def _sample(root: Path, file: str, subject: str, role: str) -> NewSample:
    return NewSample(
        sample=file,
        image=locate_inside(root, file),
        suffix=PurePosixPath(file).suffix,
        subject=subject,
        attributes={ROLE: role} if role else {},
    )


def _refuse_loose_images(folder: Path) -> None:
    for entry in sorted(folder.iterdir()):
        if not entry.is_dir() and is_image_name(entry.name):
            raise TestSetError("this image lies outside any subject's folder", path=entry)
