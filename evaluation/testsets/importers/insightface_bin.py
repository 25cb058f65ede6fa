"""InsightFace ``.bin``: a pickle of (list of image files, list of truth values).

Trial i compares images 2i and 2i + 1. The file names nobody, so subjects are inferred:
the same bytes are one sample, and mated samples are one subject. One person may thus
be several subjects, and no protocol of all pairs is offered.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from evaluation.errors import TestSetError
from evaluation.testsets.importers.details import PAIRS_NAME, PAIRS_TITLE
from evaluation.testsets.importers.plain_pickle import PickleRefusedError, load_plain
from evaluation.testsets.importers.source import Source
from evaluation.testsets.new import NewPairs, NewSample, Origin
from evaluation.testsets.paths import MAX_IMAGE_BYTES, read_bounded

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from evaluation.testsets.new import PairRow

MAX_BIN_BYTES = 2 << 30
MAX_TRIALS = 1_000_000


def read_insightface_bin(path: Path, *, folds: int | None = 10) -> Source:
    """Read an InsightFace ``.bin`` without running anything that it holds.

    Parameters
    ----------
    path : Path
        At most 2 GiB.
    folds : int or None
        Cut the trials into so many contiguous folds, as InsightFace does; None for none.

    Raises
    ------
    TestSetError
        The file is no such pickle or holds anything else than lists, tuples, bytes and
        truth values; two trials contradict each other.
    """
    images, mated = read_bin(path)
    if folds is not None and not 2 <= folds <= len(mated):
        raise TestSetError(f"{len(mated)} trials cannot be cut into {folds} folds", path=path)
    digests = [hashlib.sha256(image).hexdigest() for image in images]
    first = {digest: number for number, digest in reversed(list(enumerate(digests)))}
    names = [f"image-{first[digest]:07d}" for digest in digests]
    subjects = _infer_subjects(path, names, mated)
    rows: list[PairRow] = [
        (names[2 * trial], names[2 * trial + 1], same, _fold(trial, len(mated), folds))
        for trial, same in enumerate(mated)
    ]
    return Source(
        _samples(path, images, names, subjects),
        [NewPairs(PAIRS_NAME, PAIRS_TITLE, rows)],
        subjects_known=False,
    )


def read_bin(path: Path) -> tuple[list[bytes], list[bool]]:
    """Image files and truth values of an InsightFace ``.bin``.

    Raises
    ------
    TestSetError
        As ``read_insightface_bin``.
    """
    try:
        content = load_plain(read_bounded(path, limit=MAX_BIN_BYTES))
    except PickleRefusedError as error:
        raise TestSetError(str(error), path=path) from error
    if len(content) != 2:
        raise TestSetError("the pickle is no pair of images and truth values", path=path)
    images, mated = content
    if not isinstance(images, (list, tuple)) or not all(isinstance(one, bytes) for one in images):
        raise TestSetError("the pickle's first part is no list of image files", path=path)
    if not isinstance(mated, (list, tuple)) or not all(isinstance(one, bool) for one in mated):
        raise TestSetError("the pickle's second part is no list of truth values", path=path)
    if not mated or len(mated) > MAX_TRIALS or len(images) != 2 * len(mated):
        message = f"{len(images)} images do not make {len(mated)} trials of two"
        raise TestSetError(message, path=path)
    if max(map(len, images)) > MAX_IMAGE_BYTES:
        raise TestSetError(f"an image is larger than {MAX_IMAGE_BYTES:,} bytes", path=path)
    return list(images), list(mated)


def _infer_subjects(path: Path, names: Sequence[str], mated: Sequence[bool]) -> dict[str, str]:
    parent = {name: name for name in names}

    def root(name: str) -> str:
        while parent[name] != name:
            parent[name] = parent[parent[name]]
            name = parent[name]
        return name

    for trial, same in enumerate(mated):
        one, other = names[2 * trial], names[2 * trial + 1]
        if one == other:
            message = f"trial {trial}: both images are the same file, byte for byte"
            raise TestSetError(message, path=path)
        if same:
            parent[max(root(one), root(other))] = min(root(one), root(other))
    for trial, same in enumerate(mated):
        if not same and root(names[2 * trial]) == root(names[2 * trial + 1]):
            message = f"trial {trial} is non-mated, but mated trials make it one subject"
            raise TestSetError(message, path=path)
    return {name: root(name).replace("image", "subject") for name in names}


def _samples(
    path: Path, images: Sequence[bytes], names: Sequence[str], subjects: dict[str, str]
) -> Iterator[NewSample]:
    seen: set[str] = set()
    for image, name in zip(images, names, strict=True):
        if name not in seen:
            seen.add(name)
            suffix = ".png" if image.startswith(b"\x89PNG") else ".jpg"
            yield NewSample(name, image, suffix, subjects[name], origin=Origin(path))


def _fold(trial: int, trials: int, folds: int | None) -> int | None:
    return None if folds is None else trial * folds // trials
