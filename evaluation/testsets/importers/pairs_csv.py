"""A samples CSV with its folder of images, and optionally a CSV of pairs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evaluation.testsets.importers.details import PAIRS_NAME, PAIRS_TITLE
from evaluation.testsets.importers.samples_table import SampleColumns, read_samples
from evaluation.testsets.importers.source import Source
from evaluation.testsets.new import NewPairs
from evaluation.testsets.protocol_tables.context import MAX_FOLDS
from evaluation.testsets.tables import read_table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from evaluation.testsets.importers.samples_table import SamplesTable
    from evaluation.testsets.new import PairRow
    from evaluation.testsets.tables import Row


@dataclass(frozen=True, slots=True)
class PairColumns:
    """What the columns of the pairs table are called; ``fold`` is None without folds."""

    reference: str = "reference"
    probe: str = "probe"
    mated: str = "mated"
    fold: str | None = None


def read_pairs_csv(
    samples_csv: Path,
    pairs_csv: Path | None,
    images: Path,
    *,
    columns: SampleColumns | None = None,
    pair_columns: PairColumns | None = None,
    landmarks_csv: Path | None = None,
) -> Source:
    """Read CSV tables.

    Parameters
    ----------
    samples_csv, pairs_csv, landmarks_csv : Path
        UTF-8 tables with a header line; without pairs, another protocol must be added.
    images : Path
        Folder of the image files.
    columns, pair_columns : optional
        Where the tables use other names than the package.

    Raises
    ------
    TestSetError
        Something is wrong; names the file and line.
    """
    columns = columns or SampleColumns()
    samples = read_samples(samples_csv, columns, landmarks_csv=landmarks_csv)
    protocols = []
    if pairs_csv is not None:
        rows = _read_pairs(pairs_csv, pair_columns or PairColumns(), samples)
        protocols.append(NewPairs(PAIRS_NAME, PAIRS_TITLE, rows))
    return Source(samples.new_samples(images), protocols, columns.attributes)


def _read_pairs(path: Path, columns: PairColumns, samples: SamplesTable) -> Sequence[PairRow]:
    needed = [columns.reference, columns.probe, columns.mated]
    if columns.fold is not None:
        needed.append(columns.fold)
    return [_pair(row, columns, samples) for row in read_table(path, needed)[1]]


def _pair(row: Row, columns: PairColumns, samples: SamplesTable) -> PairRow:
    reference, probe = row.name(columns.reference), row.name(columns.probe)
    for name in (reference, probe):
        if name not in samples.rows:
            row.fail(f"there is no sample '{name}'")
    if reference == probe:
        row.fail(f"the pair compares '{reference}' with itself")
    mated = row.truth(columns.mated)
    subjects = [samples.subject(name) for name in (reference, probe)]
    if mated != (subjects[0] == subjects[1]):
        said = "mated" if mated else "non-mated"
        row.fail(f"the pair is {said}, but its subjects are '{subjects[0]}' and '{subjects[1]}'")
    fold = None if columns.fold is None else row.whole(columns.fold, below=MAX_FOLDS)
    return reference, probe, mated, fold
