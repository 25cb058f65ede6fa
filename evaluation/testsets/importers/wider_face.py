"""WIDER FACE: the faces of ``wider_face_val_bbx_gt.txt``, a list of pictures and boxes.

A picture's path (``0--Parade/0_Parade_Parade_0_452.jpg``) is followed by its number of
faces and a line for each: x, y, width, height, blur, expression, illumination, invalid,
occlusion, pose. After the number 0 one line of zeros stands all the same. An invalid
face counts neither as found nor as missed; a box without area, of which the published
lists have a few, marks nothing and is left out.

References
----------
Yang et al., WIDER FACE: A Face Detection Benchmark, CVPR 2016, doi:10.1109/CVPR.2016.596.
"""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from evaluation.errors import TestSetError
from evaluation.testsets.importers.details import DETECTION_NAME, DETECTION_TITLE
from evaluation.testsets.importers.files import locate_listed
from evaluation.testsets.importers.lines import read_lines
from evaluation.testsets.importers.source import Source
from evaluation.testsets.new import NewDetection, NewFace, NewSample
from evaluation.testsets.paths import IMAGE_SUFFIXES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from evaluation.testsets.importers.lines import Line

EVENT = "event"
_FIELDS = 10
_INVALID = 7


def read_wider_face(annotations: Path, images: Path) -> Source:
    """Read WIDER FACE.

    Parameters
    ----------
    annotations : Path
        Such as ``wider_face_split/wider_face_val_bbx_gt.txt``.
    images : Path
        Such as ``WIDER_val/images``.

    Returns
    -------
    Source
        A protocol of detection; the folder of a picture becomes its attribute ``event``.

    Raises
    ------
    TestSetError
        The list ends early, a line is wrong, or a picture stands twice or is missing;
        names the file and line.
    """
    lines = read_lines(annotations)
    pictures: dict[str, Line] = {}
    faces: list[NewFace] = []
    pushed_back: Line | None = None
    while line := pushed_back or next(lines, None):
        name = _picture(line, pictures)
        count_line = _next(lines, line)
        count_line.require(1)
        count = count_line.whole(0, "number of faces")
        for _ in range(count):
            face = _face(name, _next(lines, line))
            if face is not None:
                faces.append(face)
        pushed_back = None if count else _after_none(lines)
    if not faces:
        raise TestSetError("the list marks no face", path=annotations)
    protocol = NewDetection(DETECTION_NAME, DETECTION_TITLE, faces)
    return Source(_samples(images, pictures), [protocol], (EVENT,), subjects_known=False)


def _picture(line: Line, pictures: dict[str, Line]) -> str:
    name = " ".join(line.fields)
    if PurePosixPath(name).suffix.lower() not in IMAGE_SUFFIXES:
        line.fail(f"a picture's path is due here, not '{name}'")
    if name in pictures:
        line.fail(f"'{name}' stands on line {pictures[name].number} already")
    pictures[name] = line
    return name


def _next(lines: Iterator[Line], picture: Line) -> Line:
    line = next(lines, None)
    if line is None:
        picture.fail("the list ends within this picture's faces")
    return line


def _after_none(lines: Iterator[Line]) -> Line | None:
    """Line after a picture without faces, once the zeros were passed over."""
    line = next(lines, None)
    zeros = line is not None and set(line.fields) == {"0"}
    return next(lines, None) if zeros else line


def _face(picture: str, line: Line) -> NewFace | None:
    line.require(_FIELDS)
    x, y, width, height = (line.decimal(place, "box") for place in range(4))
    invalid = line.whole(_INVALID, "invalid flag")
    if invalid > 1:
        line.fail(f"the invalid flag is {invalid}, not 0 or 1")
    if width < 0 or height < 0:
        line.fail("the box has a negative size")
    if width == 0 or height == 0:
        return None
    return NewFace(picture, (x, y, width, height), ignored=bool(invalid))


def _samples(images: Path, pictures: dict[str, Line]) -> Iterator[NewSample]:
    for name, line in pictures.items():
        path = PurePosixPath(name)
        yield NewSample(
            sample=name,
            image=locate_listed(images, name, line.origin),
            suffix=path.suffix,
            subject=name,
            attributes={EVENT: path.parent.name},
            origin=line.origin,
        )
