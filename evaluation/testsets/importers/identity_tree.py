"""One folder per subject, either directly or in ``gallery/``, ``probe/`` and ``unknown/``.

A subject has one name in the gallery and among the probes. An image that lies directly
in ``unknown/`` counts as a subject of its own, since nobody knows who it is; where one
unknown person has several images, put them into one folder.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from evaluation.errors import TestSetError
from evaluation.testsets.importers.details import ALL_PAIRS_NAME, ALL_PAIRS_TITLE
from evaluation.testsets.importers.files import folders, images_below, is_image_name
from evaluation.testsets.new import NewAllPairs, NewSample
from evaluation.testsets.paths import locate_inside
from evaluation.testsets.writing import require_free, write_test_set

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from evaluation.testsets.importers.details import Progress, SetDetails
    from evaluation.testsets.types import TestSet

ROLE = "role"
ROLES = ("gallery", "probe", "unknown")


def import_identity_tree(
    root: Path, destination: Path, details: SetDetails, *, progress: Progress | None = None
) -> TestSet:
    """Import a tree of one folder per subject with the protocol of all pairs.

    Parameters
    ----------
    root : Path
        Folder of the subjects' folders, or of ``gallery``, ``probe`` and ``unknown``,
        which then become the sample attribute ``role``.
    destination : Path
        Folder to make.

    Raises
    ------
    TestSetError
        A file lies outside any subject's folder, roles and subjects are mixed, or an
        image is wrong; names the file.
    """
    require_free(destination)
    names = {folder.name for folder in folders(root)}
    roles = [role for role in ROLES if role in names]
    if roles and names - set(ROLES):
        strange = sorted(names - set(ROLES))[0]
        raise TestSetError(
            "this folder stands beside gallery, probe or unknown", path=root / strange
        )
    files = _with_roles(root, roles) if roles else _by_subject(root, "")
    return write_test_set(
        destination,
        **asdict(details),
        samples=files,
        protocols=[NewAllPairs(ALL_PAIRS_NAME, ALL_PAIRS_TITLE)],
        attributes=(ROLE,) if roles else (),
        progress=progress,
    )


def _with_roles(root: Path, roles: list[str]) -> Iterator[NewSample]:
    _refuse_loose_images(root)
    for role in roles:
        yield from _by_subject(root, role)


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
