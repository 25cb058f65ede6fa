"""Marked faces: ``sample, x, y, width, height, ignored`` and perhaps five landmarks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from evaluation.testsets.protocol_tables.context import NewTable, fail, int32
from evaluation.testsets.protocols import DetectionProtocol
from evaluation.testsets.types import LANDMARK_COLUMNS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from evaluation.testsets.manifest import ProtocolEntry
    from evaluation.testsets.new import NewDetection, NewFace
    from evaluation.testsets.protocol_tables.context import ReadContext, WriteContext
    from evaluation.testsets.tables import Row

_BOX = ("x", "y", "width", "height")
_HEADER = ("sample", *_BOX, "ignored")


def read_detection(context: ReadContext, entry: ProtocolEntry) -> DetectionProtocol:
    """Read the faces, by image.

    Raises
    ------
    TestSetError
        A box has no area, or a landmark is missing where others are given.
    """
    header, rows = context.rows(entry, _HEADER)
    sample = int32(context.known(row, "sample") for row in rows)
    order = np.argsort(sample, kind="stable")
    boxes = np.array([_box(row) for row in rows], dtype=np.float64).reshape(-1, 4)
    landmarks = None
    if set(LANDMARK_COLUMNS) <= set(header):
        landmarks = np.stack([_landmarks(row) for row in rows])[order]
    ignored = np.array([row.truth("ignored") for row in rows], dtype=np.bool_)
    return DetectionProtocol(
        entry.name, entry.title, sample[order], boxes[order], landmarks, ignored[order]
    )


def write_detection(
    context: WriteContext, new: NewDetection, entry: ProtocolEntry
) -> list[NewTable]:
    """Check every face.

    Raises
    ------
    TestSetError
    """
    context.require(new.name, "face", (face.sample for face in new.faces))
    for number, face in enumerate(new.faces, start=1):
        problem = _fault(face)
        if problem:
            fail(new.name, f"face {number}: {problem}")
    has_landmarks = any(face.landmarks is not None for face in new.faces)
    header = (*_HEADER, *(LANDMARK_COLUMNS if has_landmarks else ()))
    lines = (_line(face, has_landmarks=has_landmarks) for face in new.faces)
    return [NewTable(entry.files[0], header, lines, len(new.faces))]


def _box(row: Row) -> list[float]:
    box = [row.number(column) for column in _BOX]
    if not (box[2] > 0 and box[3] > 0):
        row.fail(f"a box of {box[2]:g} x {box[3]:g} px has no area")
    return box


def _landmarks(row: Row) -> NDArray[np.float64]:
    if not any(row.values[column] for column in LANDMARK_COLUMNS):
        return np.full((5, 2), np.nan)
    return np.array([row.number(column) for column in LANDMARK_COLUMNS]).reshape(5, 2)


def _fault(face: NewFace) -> str:
    box = np.array(face.box)
    if not bool(np.all(np.abs(box) < 1e6)) or box[2] <= 0 or box[3] <= 0:
        return f"its box {face.box} has no area or is no box"
    points = face.landmarks
    if points is not None and not (points.shape == (5, 2) and bool(np.all(np.abs(points) < 1e6))):
        return "its landmarks are not five finite points"
    return ""


def _line(face: NewFace, *, has_landmarks: bool) -> tuple[str, ...]:
    cells: tuple[str, ...] = ()
    if has_landmarks and face.landmarks is None:
        cells = ("",) * len(LANDMARK_COLUMNS)
    elif has_landmarks and face.landmarks is not None:
        cells = tuple(repr(float(value)) for value in face.landmarks.ravel())
    box = (repr(float(value)) for value in face.box)
    return (face.sample, *box, str(int(face.ignored)), *cells)
