"""QMUL-SurvFace: surveillance faces, open-set searches with and without a mate.

``Face_Identification_Test_Set`` holds ``gallery``, ``mated_probe`` and ``unmated_probe``,
with ``gallery_img_ID_pairs.mat`` and ``mated_probe_img_ID_pairs.mat`` there or in
``Face_Identification_Evaluation``; a set without these lists is read by its file names,
``PERSON_camC_N.jpg``. An unmated probe's person is known by the file name alone.

References
----------
Cheng, Zhu, Gong, Surveillance Face Recognition Challenge, arXiv:1804.09691.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from evaluation.errors import TestSetError
from evaluation.testsets.importers.details import IDENTIFICATION_NAME, IDENTIFICATION_TITLE
from evaluation.testsets.importers.files import only_below
from evaluation.testsets.importers.identified import (
    ROLE,
    Image,
    MatList,
    identified_images,
    require_enrolled,
    unidentified_images,
)
from evaluation.testsets.importers.source import Source
from evaluation.testsets.new import NewIdentification

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_NAME = re.compile(r"(\d+)_cam")
_TEST_SET, _LISTS = "Face_Identification_Test_Set", "Face_Identification_Evaluation"
_UNKNOWN = "unknown"


def read_survface(root: Path, *, gallery_sizes: tuple[int, ...] = ()) -> Source:
    """Read QMUL-SurvFace's identification test set.

    Parameters
    ----------
    root : Path
        ``Face_Identification_Test_Set`` or the folder above it.
    gallery_sizes : tuple of int
        Numbers of enrolled subjects to measure with beside the whole gallery.

    Raises
    ------
    TestSetError
        A folder or image is missing, a list is wrong, a mated probe's subject is not
        enrolled, or an unmated probe's is; names the file.
    """
    base = only_below(root, _TEST_SET)
    gallery = _identified(base, "gallery", "gallery", "gallery")
    mated = _identified(base, "mated_probe", "mated_probe", "probe")
    require_enrolled(mated, gallery)
    unmated = [_person(image) for image in unidentified_images(base, "unmated_probe", _UNKNOWN)]
    _refuse_enrolled(unmated, gallery)
    protocol = NewIdentification(
        IDENTIFICATION_NAME,
        IDENTIFICATION_TITLE,
        [image.file for image in gallery],
        [image.file for image in (*mated, *unmated)],
        gallery_sizes,
    )
    samples = (image.sample(base) for image in (*gallery, *mated, *unmated))
    return Source(samples, [protocol], (ROLE,))


def _identified(base: Path, folder: str, variable: str, role: str) -> list[Image]:
    name = f"{folder}_img_ID_pairs.mat"
    places = [base / name, base.parent / _LISTS / name]
    listed = MatList(places, f"{variable}_set", f"{variable}_ids")
    return identified_images(base, folder, role, listed, _NAME)


def _number(image: Image) -> str | None:
    found = _NAME.match(PurePosixPath(image.file).name)
    return found[1] if found else None


def _person(image: Image) -> Image:
    """Unmated probe, of one subject with those that bear the same number."""
    number = _number(image)
    return replace(image, subject=f"{_UNKNOWN}/{number}") if number else image


def _refuse_enrolled(unmated: Sequence[Image], gallery: Sequence[Image]) -> None:
    enrolled = {number: image.file for image in gallery if (number := _number(image))}
    for image in unmated:
        other = enrolled.get(_number(image) or "")
        if other is not None:
            message = f"'{image.file}' cannot be unmated: its person is enrolled by '{other}'"
            raise TestSetError(message, path=image.origin.path)
