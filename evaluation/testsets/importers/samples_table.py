"""A samples CSV with its folder of images, and optionally a CSV of landmarks.

Columns are named by the caller, so that a CSV is imported as it was published.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import numpy as np

from evaluation.errors import TestSetError
from evaluation.testsets.importers.files import locate_listed
from evaluation.testsets.new import NewSample, Origin
from evaluation.testsets.tables import read_table
from evaluation.testsets.types import LANDMARK_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from evaluation.testsets.importers.boxes import BoxColumns
    from evaluation.testsets.tables import Row

Landmarks = dict[str, "NDArray[np.float64]"]


@dataclass(frozen=True, slots=True)
class SampleColumns:
    """What the columns of the samples and landmarks tables are called.

    Attributes
    ----------
    sample, file, subject : str
        Of the samples table; ``file`` is a path inside the folder of images.
    attributes : tuple of str
        Columns of the samples table to keep as sample attributes.
    landmark_sample : str
        Column of the landmarks table that names the sample; '' means as ``sample``.
    landmarks : tuple of str
        x and y of both eyes, nose and both mouth corners, in pixels of the image.
    box : BoxColumns or None
        Face box in the samples table, where it has one.
    """

    sample: str = "sample"
    file: str = "file"
    subject: str = "subject"
    attributes: tuple[str, ...] = ()
    landmark_sample: str = ""
    landmarks: tuple[str, ...] = LANDMARK_COLUMNS
    box: BoxColumns | None = None


@dataclass(frozen=True, slots=True)
class SamplesTable:
    """Rows of a samples table by the samples' names, and what belongs to them."""

    path: Path
    rows: Mapping[str, Row]
    columns: SampleColumns
    landmarks: Landmarks

    def subject(self, name: str) -> str:
        """Subject of a sample as the table names it; perhaps empty."""
        return self.rows[name].values[self.columns.subject]

    def new_samples(
        self, images: Path, subjects: Mapping[str, str] | None = None
    ) -> Iterator[NewSample]:
        """Give the samples to write one by one; ``subjects`` overrides those of the table.

        Raises
        ------
        TestSetError
            An image is missing or lies elsewhere, or an attribute cannot be kept.
        """
        columns = self.columns
        for name, row in self.rows.items():
            file = row.name(columns.file)
            origin = Origin(row.path, row.line)
            yield NewSample(
                sample=name,
                image=locate_listed(images, file, origin),
                suffix=PurePosixPath(file).suffix,
                subject=subjects[name] if subjects else row.name(columns.subject),
                landmarks=self.landmarks.get(name),
                attributes={attribute: row.text(attribute) for attribute in columns.attributes},
                origin=origin,
                box=columns.box.read(row) if columns.box else None,
            )


def read_samples(
    path: Path,
    columns: SampleColumns,
    *,
    landmarks_csv: Path | None = None,
    further: Sequence[str] = (),
    anonymous: bool = False,
) -> SamplesTable:
    """Read a samples table.

    Parameters
    ----------
    path, landmarks_csv : Path
        UTF-8 tables with a header line; a sample without a line of landmarks has none.
    further : sequence of str
        More columns that the caller needs.
    anonymous : bool
        Subjects may be empty.

    Raises
    ------
    TestSetError
        A column is missing, a sample stands twice, or there is none.
    """
    box = columns.box.names if columns.box else ()
    needed = (columns.sample, columns.file, columns.subject, *columns.attributes, *box, *further)
    rows: dict[str, Row] = {}
    for row in read_table(path, needed)[1]:
        name = row.name(columns.sample)
        if name in rows:
            row.fail(f"sample '{name}' stands already on line {rows[name].line}")
        if not anonymous:
            row.name(columns.subject)
        rows[name] = row
    if not rows:
        raise TestSetError("the table names no sample", path=path)
    landmarks = read_landmarks(landmarks_csv, columns, rows) if landmarks_csv else {}
    return SamplesTable(path, rows, columns, landmarks)


def read_landmarks(path: Path, columns: SampleColumns, known: Mapping[str, object]) -> Landmarks:
    """Landmarks of each sample that has some.

    Raises
    ------
    TestSetError
        A sample is unknown or stands twice, or a cell is no number.
    """
    column = columns.landmark_sample or columns.sample
    landmarks: Landmarks = {}
    for row in read_table(path, (column, *columns.landmarks))[1]:
        name = row.name(column)
        if name not in known:
            row.fail(f"there is no sample '{name}'")
        if name in landmarks:
            row.fail(f"sample '{name}' has landmarks already")
        points = landmarks_of(row, columns.landmarks)
        if points is not None:
            landmarks[name] = points
    return landmarks


def landmarks_of(row: Row, columns: Sequence[str]) -> NDArray[np.float64] | None:
    """Five points of a row, shape (5, 2), px; None where all cells are empty."""
    if not any(row.values[cell].strip() for cell in columns):
        return None
    return np.array([row.number(cell) for cell in columns]).reshape(5, 2)
