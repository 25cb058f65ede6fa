"""A CSV of marked faces, one a line; a line without a box is a picture without a face."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from evaluation.errors import TestSetError
from evaluation.testsets.importers.boxes import BoxColumns
from evaluation.testsets.importers.details import DETECTION_NAME, DETECTION_TITLE
from evaluation.testsets.importers.files import images_below, locate_listed
from evaluation.testsets.importers.samples_table import landmarks_of
from evaluation.testsets.importers.source import Source
from evaluation.testsets.new import NewDetection, NewFace, NewSample, Origin
from evaluation.testsets.tables import stream_table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from evaluation.testsets.tables import Row


@dataclass(frozen=True, slots=True)
class DetectionColumns:
    """What the columns are called; landmarks and ``ignored`` are not needed.

    Attributes
    ----------
    image : str
        Path inside the folder of images.
    landmarks : tuple of str
        x and y of both eyes, nose and both mouth corners, or none.
    ignored : str or None
        1 for a face that counts neither as found nor as missed.
    """

    image: str = "image"
    box: BoxColumns = field(default_factory=BoxColumns)
    landmarks: tuple[str, ...] = ()
    ignored: str | None = None


@dataclass(slots=True)
class _Picture:
    """First line of a picture, and its faces so far."""

    line: int
    faces: list[NewFace]


def read_detection_csv(
    table: Path,
    images: Path,
    *,
    columns: DetectionColumns | None = None,
    all_images: bool = False,
) -> Source:
    """Read a CSV of marked faces.

    Parameters
    ----------
    table : Path
        UTF-8 with a header line.
    images : Path
        Folder of the image files.
    all_images : bool
        Take the folder's other images too, as pictures without a face.

    Raises
    ------
    TestSetError
        Something is wrong; names the file and line.
    """
    columns = columns or DetectionColumns()
    optional = (columns.ignored,) if columns.ignored else ()
    needed = (columns.image, *columns.box.names, *columns.landmarks, *optional)
    pictures: dict[str, _Picture] = {}
    for row in stream_table(table, needed)[1]:
        _add(pictures, row, columns)
    faces = [face for picture in pictures.values() for face in picture.faces]
    if not faces:
        raise TestSetError("the table marks no face", path=table)
    found = images_below(images, "") if all_images else ()
    further = [name for name in found if name not in pictures]
    samples = _samples(table, images, pictures, further)
    protocol = NewDetection(DETECTION_NAME, DETECTION_TITLE, faces)
    return Source(samples, [protocol], subjects_known=False)


def _add(pictures: dict[str, _Picture], row: Row, columns: DetectionColumns) -> None:
    name = row.name(columns.image)
    known = pictures.get(name)
    box = columns.box.read(row)
    if known is not None and (box is None or not known.faces):
        row.fail(f"'{name}' stands here and on line {known.line}, once without a face")
    picture = pictures.setdefault(name, _Picture(row.line, []))
    if box is not None:
        landmarks = landmarks_of(row, columns.landmarks) if columns.landmarks else None
        ignored = columns.ignored is not None and row.truth(columns.ignored)
        picture.faces.append(NewFace(name, box, landmarks, ignored))


def _samples(
    table: Path, images: Path, pictures: dict[str, _Picture], further: list[str]
) -> Iterator[NewSample]:
    listed = [(name, Origin(table, picture.line)) for name, picture in pictures.items()]
    found = [(name, Origin(images / name)) for name in further]
    for name, origin in (*listed, *found):
        image = locate_listed(images, name, origin)
        suffix = PurePosixPath(name).suffix
        yield NewSample(name, image, suffix, subject=name, origin=origin)
