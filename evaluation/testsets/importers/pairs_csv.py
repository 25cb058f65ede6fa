"""A samples CSV with its folder of images, and optionally CSVs of pairs and landmarks.

Columns are named by the caller, so that a CSV is imported as it was published.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import numpy as np

from evaluation.errors import TestSetError
from evaluation.testsets.importers.details import (
    ALL_PAIRS_NAME,
    ALL_PAIRS_TITLE,
    PAIRS_NAME,
    PAIRS_TITLE,
)
from evaluation.testsets.new import NewAllPairs, NewPairs, NewSample, Origin
from evaluation.testsets.paths import locate_inside
from evaluation.testsets.reading import MAX_FOLDS
from evaluation.testsets.tables import read_table
from evaluation.testsets.types import LANDMARK_COLUMNS
from evaluation.testsets.writing import require_free, write_test_set

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from evaluation.testsets.importers.details import Progress, SetDetails
    from evaluation.testsets.new import NewProtocol, PairRow
    from evaluation.testsets.tables import Row
    from evaluation.testsets.types import TestSet


@dataclass(frozen=True, slots=True)
class ColumnNames:
    """What the columns of the source tables are called.

    Attributes
    ----------
    sample, file, subject : str
        Of the samples table; ``file`` is a path inside the folder of images.
    attributes : tuple of str
        Columns of the samples table to keep as sample attributes.
    reference, probe, mated, fold : str
        Of the pairs table; ``fold`` is None where there are no folds.
    landmark_sample : str
        Column of the landmarks table that names the sample; '' means as ``sample``.
    """

    sample: str = "sample"
    file: str = "file"
    subject: str = "subject"
    attributes: tuple[str, ...] = ()
    reference: str = "reference"
    probe: str = "probe"
    mated: str = "mated"
    fold: str | None = None
    landmark_sample: str = ""


def import_pairs_csv(
    samples_csv: Path,
    pairs_csv: Path | None,
    images: Path,
    destination: Path,
    details: SetDetails,
    *,
    columns: ColumnNames | None = None,
    landmarks_csv: Path | None = None,
    all_pairs: bool = False,
    progress: Progress | None = None,
) -> TestSet:
    """Import CSV tables.

    Parameters
    ----------
    samples_csv, pairs_csv, landmarks_csv : Path
        UTF-8 tables with a header line. Landmarks have the columns x0, y0 ... x4, y4 in
        pixels of the image; a sample without a line there has none.
    images : Path
        Folder of the image files.
    destination : Path
        Folder to make.
    columns : ColumnNames, optional
        Where the tables use other names than the package.
    all_pairs : bool
        Add the protocol of all pairs; needed where there is no ``pairs_csv``.

    Raises
    ------
    TestSetError
        Something is wrong; names the file and line.
    """
    require_free(destination)
    columns = columns or ColumnNames()
    if pairs_csv is None and not all_pairs:
        raise TestSetError("no protocol was asked for: give a table of pairs, or ask for all pairs")
    samples = _read_samples(samples_csv, columns)
    landmarks = _read_landmarks(landmarks_csv, columns, samples) if landmarks_csv else {}
    protocols: list[NewProtocol] = []
    if pairs_csv is not None:
        rows = _read_pairs(pairs_csv, columns, samples)
        protocols.append(NewPairs(PAIRS_NAME, PAIRS_TITLE, rows))
    if all_pairs:
        protocols.append(NewAllPairs(ALL_PAIRS_NAME, ALL_PAIRS_TITLE))
    return write_test_set(
        destination,
        **asdict(details),
        samples=_new_samples(samples, images, columns, landmarks),
        protocols=protocols,
        attributes=columns.attributes,
        progress=progress,
    )


def _read_samples(path: Path, columns: ColumnNames) -> dict[str, Row]:
    needed = (columns.sample, columns.file, columns.subject, *columns.attributes)
    samples: dict[str, Row] = {}
    for row in read_table(path, needed)[1]:
        name = row.name(columns.sample)
        if name in samples:
            row.fail(f"sample '{name}' stands already on line {samples[name].line}")
        row.name(columns.subject)
        samples[name] = row
    if not samples:
        raise TestSetError("the table names no sample", path=path)
    return samples


def _read_landmarks(
    path: Path, columns: ColumnNames, samples: Mapping[str, Row]
) -> dict[str, NDArray[np.float64]]:
    column = columns.landmark_sample or columns.sample
    landmarks: dict[str, NDArray[np.float64]] = {}
    for row in read_table(path, (column, *LANDMARK_COLUMNS))[1]:
        name = row.name(column)
        if name not in samples:
            row.fail(f"there is no sample '{name}'")
        if name in landmarks:
            row.fail(f"sample '{name}' has landmarks already")
        if any(row.values[cell] for cell in LANDMARK_COLUMNS):
            points = [row.number(cell) for cell in LANDMARK_COLUMNS]
            landmarks[name] = np.array(points).reshape(5, 2)
    return landmarks


def _read_pairs(path: Path, columns: ColumnNames, samples: Mapping[str, Row]) -> Sequence[PairRow]:
    needed = [columns.reference, columns.probe, columns.mated]
    if columns.fold is not None:
        needed.append(columns.fold)
    return [_pair(row, columns, samples) for row in read_table(path, needed)[1]]


def _pair(row: Row, columns: ColumnNames, samples: Mapping[str, Row]) -> PairRow:
    reference, probe = row.name(columns.reference), row.name(columns.probe)
    for name in (reference, probe):
        if name not in samples:
            row.fail(f"there is no sample '{name}'")
    if reference == probe:
        row.fail(f"the pair compares '{reference}' with itself")
    mated = row.truth(columns.mated)
    subjects = [samples[name].values[columns.subject] for name in (reference, probe)]
    if mated != (subjects[0] == subjects[1]):
        said = "mated" if mated else "non-mated"
        row.fail(f"the pair is {said}, but its subjects are '{subjects[0]}' and '{subjects[1]}'")
    fold = None if columns.fold is None else row.whole(columns.fold, below=MAX_FOLDS)
    return reference, probe, mated, fold


def _new_samples(
    samples: Mapping[str, Row],
    images: Path,
    columns: ColumnNames,
    landmarks: Mapping[str, NDArray[np.float64]],
) -> Iterator[NewSample]:
    for name, row in samples.items():
        file = row.name(columns.file)
        try:
            located = locate_inside(images, file)
        except TestSetError as error:
            row.fail(f"image '{file}': {error.message}")
        yield NewSample(
            sample=name,
            image=located,
            suffix=PurePosixPath(file).suffix,
            subject=row.values[columns.subject],
            landmarks=landmarks.get(name),
            attributes={attribute: row.text(attribute) for attribute in columns.attributes},
            origin=Origin(row.path, row.line),
        )
