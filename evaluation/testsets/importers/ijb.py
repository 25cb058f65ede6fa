"""IJB-B and IJB-C as InsightFace publishes their meta files: template pairs, 1:1.

``meta/ijbc_face_tid_mid.txt`` lists for each face its image, template and medium,
``meta/ijbc_template_pair_label.txt`` the trials between templates, and
``meta/ijbc_name_5pts_score.txt``, line by line as the first, five landmarks and the
detector's score. The faces lie in ``loose_crop/``. Nobody is named: templates that are
mated are one subject, and so are templates that share an image.

References
----------
Whitelam et al., IARPA Janus Benchmark-B, CVPR Workshops 2017; Maze et al., IARPA Janus
Benchmark-C, ICB 2018, doi:10.1109/ICB2018.2018.00033.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from evaluation.errors import TestSetError
from evaluation.testsets.importers.files import locate_listed
from evaluation.testsets.importers.lines import read_lines
from evaluation.testsets.importers.source import Source
from evaluation.testsets.manifest import Pooling
from evaluation.testsets.new import NewSample, NewTemplatePairs
from evaluation.testsets.numbers import read_whole_numbers
from evaluation.testsets.paths import locate_inside

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

DETECTOR_SCORE = "detector_score"
PROTOCOL_NAME = "template_pairs"
PROTOCOL_TITLE = "Listed pairs of templates"
_FACES, _PAIRS, _POINTS = "_face_tid_mid.txt", "_template_pair_label.txt", "_name_5pts_score.txt"


@dataclass(frozen=True, slots=True)
class _Faces:
    """The list of faces: image, template and medium of each line."""

    path: Path
    images: list[str]
    templates: NDArray[np.int32]
    media: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class _Trials:
    """Trials as places in ``numbers``, which are the templates' numbers, rising."""

    path: Path
    numbers: NDArray[np.int32]
    reference: NDArray[np.int64]
    probe: NDArray[np.int64]
    mated: NDArray[np.bool_]


def read_ijb(root: Path, *, pooling: Pooling | None = None) -> Source:
    """Read IJB-B or IJB-C.

    Parameters
    ----------
    root : Path
        Folder of ``meta`` and ``loose_crop``.
    pooling : Pooling, optional
        How the embeddings of a template's media become one; by default each is brought
        to unit length first and none is weighed.

    Raises
    ------
    TestSetError
        A file is missing or a line is wrong, a trial names an unknown template, or mated
        and non-mated trials contradict each other; names the file and line.
    """
    meta = root / "meta"
    prefix = _prefix(meta)
    faces = _read_faces(meta / f"{prefix}{_FACES}")
    trials = _read_trials(meta / f"{prefix}{_PAIRS}", faces)
    subjects = _infer_subjects(faces, trials)
    names = np.array([str(number) for number in trials.numbers], dtype=object)
    places = np.searchsorted(trials.numbers, faces.templates)
    protocol = NewTemplatePairs(
        PROTOCOL_NAME,
        PROTOCOL_TITLE,
        members=list(zip(names[places], faces.images, map(str, faces.media), strict=True)),
        reference=names[trials.reference].tolist(),
        probe=names[trials.probe].tolist(),
        pooling=pooling or Pooling(),
    )
    points = f"{prefix}{_POINTS}"
    locate_inside(meta, points)
    samples = _samples(meta / points, root / "loose_crop", faces.images, subjects[places])
    return Source(samples, [protocol], (DETECTOR_SCORE,), subjects_known=False)


def _prefix(meta: Path) -> str:
    found = sorted(path.name for path in meta.glob(f"*{_FACES}"))
    if len(found) != 1:
        message = f"there must be one file *{_FACES}, but there are {len(found)}"
        raise TestSetError(message, path=meta)
    return found[0].removesuffix(_FACES)


def _read_faces(path: Path) -> _Faces:
    images: list[str] = []
    numbers: list[tuple[int, int]] = []
    seen: dict[tuple[int, str], int] = {}
    for line in read_lines(path):
        line.require(3)
        name, template = line.fields[0], line.whole(1, "template")
        if (template, name) in seen:
            line.fail(f"'{name}' stands in template {template} on line {seen[template, name]} too")
        seen[template, name] = line.number
        images.append(name)
        numbers.append((template, line.whole(2, "medium")))
    templates, media = np.array(numbers, dtype=np.int32).T
    return _Faces(path, images, templates, media)


def _read_trials(path: Path, faces: _Faces) -> _Trials:
    rows = read_whole_numbers(path, 3)
    numbers = np.unique(faces.templates)
    for column in (0, 1):
        unknown = np.flatnonzero(~np.isin(rows[:, column], numbers))
        if unknown.size:
            message = f"template {rows[unknown[0], column]} has no image in {faces.path.name}"
            raise TestSetError(message, path=path, line=int(unknown[0]) + 1)
    for message, wrong in (
        ("the pair compares a template with itself", rows[:, 0] == rows[:, 1]),
        ("the third field is neither 0 nor 1", rows[:, 2] > 1),
    ):
        if wrong.any():
            raise TestSetError(message, path=path, line=int(np.argmax(wrong)) + 1)
    reference, probe = (np.searchsorted(numbers, rows[:, column]) for column in (0, 1))
    return _Trials(path, numbers, reference, probe, rows[:, 2] == 1)


def _infer_subjects(faces: _Faces, trials: _Trials) -> NDArray[np.object_]:
    """Name of each template's subject: the lowest template that is mated with it."""
    places = np.searchsorted(trials.numbers, faces.templates)
    first: dict[str, int] = {}
    shared = [first.setdefault(*pair) for pair in zip(faces.images, places.tolist(), strict=True)]
    one = np.concatenate([trials.reference[trials.mated], shared])
    other = np.concatenate([trials.probe[trials.mated], places])
    size = trials.numbers.size
    graph = coo_array((np.ones(one.size, dtype=np.bool_), (one, other)), shape=(size, size))
    _, component = connected_components(graph, directed=False)
    wrong = ~trials.mated & (component[trials.reference] == component[trials.probe])
    if wrong.any():
        message = "the pair is non-mated, but mated pairs make its templates one subject"
        raise TestSetError(message, path=trials.path, line=int(np.argmax(wrong)) + 1)
    _, lowest = np.unique(component, return_index=True)
    names = np.array([f"subject-{number}" for number in trials.numbers[lowest]], dtype=object)
    found: NDArray[np.object_] = names[component]
    return found


def _samples(
    path: Path, crops: Path, images: list[str], subjects: NDArray[np.object_]
) -> Iterator[NewSample]:
    seen: set[str] = set()
    count = 0
    for count, line in enumerate(read_lines(path), start=1):
        line.require(12)
        name = line.fields[0]
        if count > len(images) or name != images[count - 1]:
            there = f"'{images[count - 1]}'" if count <= len(images) else "nothing"
            line.fail(f"the line is about '{name}', but the list of faces has {there} here")
        points = [line.decimal(position, "landmark") for position in range(1, 11)]
        line.decimal(11, "detector's score")
        if name not in seen:
            seen.add(name)
            yield NewSample(
                sample=name,
                image=locate_listed(crops, name, line.origin),
                suffix=PurePosixPath(name).suffix,
                subject=subjects[count - 1],
                landmarks=np.array(points).reshape(5, 2),
                attributes={DETECTOR_SCORE: line.fields[11]},
                origin=line.origin,
            )
    if count < len(images):
        message = f"the file ends after {count} of the {len(images)} faces"
        raise TestSetError(message, path=path)
