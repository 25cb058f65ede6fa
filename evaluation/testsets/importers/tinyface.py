"""TinyFace: faces of a few pixels, searched in a gallery with many distractors.

``Testing_Set`` holds ``Gallery_Match``, ``Gallery_Distractor`` and ``Probe``, and
``gallery_match_img_ID_pairs.mat`` and ``probe_img_ID_pairs.mat`` with the identities; a
set without these lists names its files ``IDENTITY_NUMBER.jpg``. Nobody says who the
distractors are: each is a subject of its own. All probes are mated.

References
----------
Cheng, Zhu, Gong, Low-Resolution Face Recognition, ACCV 2018,
doi:10.1007/978-3-030-20893-6_38.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from evaluation.testsets.importers.details import IDENTIFICATION_NAME, IDENTIFICATION_TITLE
from evaluation.testsets.importers.files import only_below
from evaluation.testsets.importers.identified import (
    ROLE,
    MatList,
    identified_images,
    require_enrolled,
    unidentified_images,
)
from evaluation.testsets.importers.source import Source
from evaluation.testsets.new import NewIdentification

if TYPE_CHECKING:
    from pathlib import Path

_NAME = re.compile(r"(\d+)_")


def read_tinyface(root: Path, *, gallery_sizes: tuple[int, ...] = ()) -> Source:
    """Read TinyFace's test set.

    Parameters
    ----------
    root : Path
        ``Testing_Set`` or the folder above it.
    gallery_sizes : tuple of int
        Numbers of enrolled subjects to measure with beside the whole gallery.

    Raises
    ------
    TestSetError
        A folder or image is missing, a list is wrong, or a probe's subject is not
        enrolled; names the file.
    """
    base = only_below(root, "Testing_Set")
    gallery = identified_images(
        base, "Gallery_Match", "gallery",
        MatList([base / "gallery_match_img_ID_pairs.mat"], "gallery_set", "gallery_ids"), _NAME,
    )  # fmt: skip
    probes = identified_images(
        base, "Probe", "probe",
        MatList([base / "probe_img_ID_pairs.mat"], "probe_set", "probe_ids"), _NAME,
    )  # fmt: skip
    require_enrolled(probes, gallery)
    distractors = unidentified_images(base, "Gallery_Distractor", "distractor")
    protocol = NewIdentification(
        IDENTIFICATION_NAME,
        IDENTIFICATION_TITLE,
        [image.file for image in (*gallery, *distractors)],
        [image.file for image in probes],
        gallery_sizes,
    )
    samples = (image.sample(base) for image in (*gallery, *distractors, *probes))
    return Source(samples, [protocol], (ROLE,))
