"""Balanced Faces In the Wild: the datatable as CSV, one pair a line.

Columns fold (1 to 5), p1 and p2 (image files), label (1: same subject), id1 and id2
(subjects), att1 and att2 (``asian_females`` and seven more); others are not needed. The
datatable is also published as a pickle, which is refused: reading it would run code.

References
----------
Robinson et al., Face Recognition: Too Bias, or Not Too Bias?, CVPR Workshops 2020,
doi:10.1109/CVPRW50498.2020.00008.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from evaluation.errors import TestSetError
from evaluation.testsets.importers.details import PAIRS_NAME, PAIRS_TITLE
from evaluation.testsets.importers.files import locate_listed
from evaluation.testsets.importers.source import Source
from evaluation.testsets.new import NewPairs, NewSample, Origin
from evaluation.testsets.protocol_tables.context import MAX_FOLDS
from evaluation.testsets.tables import stream_table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from evaluation.testsets.new import PairRow
    from evaluation.testsets.tables import Row

ETHNICITY, SEX = "ethnicity", "sex"
_GROUP = re.compile(r"(?P<ethnicity>[a-z]+)_(?P<sex>female|male)s")
_PICKLES = (".pkl", ".pickle")


@dataclass(frozen=True, slots=True)
class BfwColumns:
    """What the columns are called; ``fold`` is None where there are no folds."""

    references: tuple[str, str, str] = ("p1", "id1", "att1")
    probes: tuple[str, str, str] = ("p2", "id2", "att2")
    mated: str = "label"
    fold: str | None = "fold"


@dataclass(frozen=True, slots=True)
class _Image:
    """Who an image shows, and the line that said so first."""

    subject: str
    ethnicity: str
    sex: str
    line: int


def read_bfw(table: Path, images: Path, *, columns: BfwColumns | None = None) -> Source:
    """Read BFW.

    Parameters
    ----------
    table : Path
        The datatable as CSV.
    images : Path
        Folder of ``asian_females`` and the other groups.

    Raises
    ------
    TestSetError
        The table is a pickle, a line is wrong, or two lines contradict each other; names
        the file and line.
    """
    _refuse_pickle(table)
    columns = columns or BfwColumns()
    seen: dict[str, _Image] = {}
    needed = [*columns.references, *columns.probes, columns.mated]
    if columns.fold is not None:
        needed.append(columns.fold)
    rows = [_pair(row, columns, seen) for row in stream_table(table, needed)[1]]
    if not rows:
        raise TestSetError("the table holds no pair", path=table)
    protocol = NewPairs(PAIRS_NAME, PAIRS_TITLE, rows)
    return Source(_samples(table, images, seen), [protocol], (ETHNICITY, SEX))


def _refuse_pickle(path: Path) -> None:
    try:
        with path.open("rb") as stream:
            first = stream.read(1)
    except OSError as error:
        raise TestSetError("the table is missing or cannot be read", path=path) from error
    if first == b"\x80" or path.suffix.lower() in _PICKLES:
        raise TestSetError(
            "this is a pickle, which is not read because reading it runs code that it names; "
            "take the CSV of the same name",
            path=path,
        )


def _pair(row: Row, columns: BfwColumns, seen: dict[str, _Image]) -> PairRow:
    reference = _note(row, columns.references, seen)
    probe = _note(row, columns.probes, seen)
    if reference == probe:
        row.fail(f"the pair compares '{reference}' with itself")
    mated = row.truth(columns.mated)
    subjects = [seen[name].subject for name in (reference, probe)]
    if mated != (subjects[0] == subjects[1]):
        said = "mated" if mated else "non-mated"
        row.fail(f"the pair is {said}, but its subjects are '{subjects[0]}' and '{subjects[1]}'")
    if columns.fold is None:
        return reference, probe, mated, None
    fold = row.whole(columns.fold, below=MAX_FOLDS + 1)
    if fold < 1:
        row.fail(f"{columns.fold} is {fold}; folds are numbered from 1")
    return reference, probe, mated, fold - 1


def _note(row: Row, columns: tuple[str, str, str], seen: dict[str, _Image]) -> str:
    """Name of one of a row's two images, once what the row says of it was looked at."""
    name, number, group = (row.name(column) for column in columns)
    subject = f"{group}/{number}"
    known = seen.get(name)
    if known is None:
        found = _GROUP.fullmatch(group)
        if found is None:
            row.fail(f"{columns[2]} is '{group}', not a group such as asian_females")
        seen[name] = _Image(subject, found["ethnicity"], found["sex"], row.line)
    elif known.subject != subject:
        row.fail(f"'{name}' is '{known.subject}' on line {known.line}, but '{subject}' here")
    return name


def _samples(table: Path, images: Path, seen: Mapping[str, _Image]) -> Iterator[NewSample]:
    for name, image in seen.items():
        origin = Origin(table, image.line)
        yield NewSample(
            sample=name,
            image=locate_listed(images, name, origin),
            suffix=PurePosixPath(name).suffix,
            subject=image.subject,
            attributes={ETHNICITY: image.ethnicity, SEX: image.sex},
            origin=origin,
        )
