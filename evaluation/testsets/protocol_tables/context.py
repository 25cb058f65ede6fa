"""What a protocol's table is read with and written against."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from evaluation.errors import TestSetError
from evaluation.testsets.numbers import write_whole_numbers
from evaluation.testsets.tables import Row, require_rows, stream_table, write_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from evaluation.testsets.manifest import Manifest, ProtocolEntry
    from evaluation.testsets.types import Sample

MAX_FOLDS = 1000
REFERENCE, PROBE, FRAME = "reference", "probe", "frame"


@dataclass(frozen=True, eq=False)
class ReadContext:
    """A package whose samples are known.

    Attributes
    ----------
    index : mapping of str to int
        Number of each sample by its name.
    subjects : ndarray of int32, shape (n_samples,)
    """

    root: Path
    manifest: Manifest
    samples: Sequence[Sample]
    index: Mapping[str, int]
    subjects: NDArray[np.int32]

    def rows(
        self, entry: ProtocolEntry, needed: Sequence[str], *, number: int = 0
    ) -> tuple[tuple[str, ...], list[Row]]:
        """Header and rows of one of the protocol's tables, as many as the manifest says.

        Raises
        ------
        TestSetError
            The table is wrong; names the file and line.
        """
        header, rows = self.stream(entry, needed, number=number)
        return header, list(rows)

    def stream(
        self, entry: ProtocolEntry, needed: Sequence[str], *, number: int = 0
    ) -> tuple[tuple[str, ...], Iterator[Row]]:
        """As `rows`, but the rows come one by one; their number is checked at the end."""
        path = self.root / entry.files[number]
        header, rows = stream_table(path, needed)
        return header, self._counted(path, entry.files[number], rows)

    def require_rows(self, file: str, found: int) -> None:
        """Refuse a table of another length than the manifest says."""
        require_rows(self.root / file, found, self.manifest.tables[file].rows)

    def _counted(self, path: Path, file: str, rows: Iterable[Row]) -> Iterator[Row]:
        found = 0
        for row in rows:
            found += 1
            yield row
        require_rows(path, found, self.manifest.tables[file].rows)

    def known(self, row: Row, column: str) -> int:
        """Return the number of the sample that a column names."""
        name = row.values[column]
        if name not in self.index:
            row.fail(f"{column} '{name}' is not in samples.csv")
        return self.index[name]


@dataclass(frozen=True, slots=True)
class NewTable:
    """A table to write.

    Attributes
    ----------
    lines : iterable of sequence of str, or ndarray of int32, shape (count, n_columns)
        Read once. An array, of numbers that are not negative, is written quickly.
    """

    file: str
    header: tuple[str, ...]
    lines: Iterable[Sequence[str]] | NDArray[np.int32]
    count: int

    def content(self) -> bytes:
        """Bytes of the table, the same for the same lines."""
        if isinstance(self.lines, np.ndarray):
            return write_whole_numbers(self.header, self.lines)
        return write_table(self.header, iter(self.lines))


@dataclass(frozen=True, eq=False)
class WriteContext:
    """The samples that were written.

    Attributes
    ----------
    subject_of : mapping of str to str
        By the sample's name.
    """

    subject_of: Mapping[str, str]
    subjects_known: bool

    def require(self, protocol: str, place: str, names: Iterable[str]) -> None:
        """Refuse names that no sample has."""
        for number, name in enumerate(names, start=1):
            if name not in self.subject_of:
                fail(protocol, f"{place} {number}: there is no sample '{name}'")


def fail(protocol: str, problem: str) -> None:
    """Refuse a protocol that is to be written.

    Raises
    ------
    TestSetError
    """
    raise TestSetError(f"protocol '{protocol}', {problem}")


def first_twice(names: Iterable[str]) -> str | None:
    """Return the first name that stands twice."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    return None


def require_sizes(path: Path, sizes: Sequence[int], n_enrolled: int) -> None:
    """Refuse gallery sizes that are no part of the gallery.

    Raises
    ------
    TestSetError
    """
    if sizes and sizes[-1] >= n_enrolled:
        message = f"a gallery size of {sizes[-1]} is no part of the {n_enrolled} enrolled subjects"
        raise TestSetError(message, path=path)


def int32(values: Iterable[int]) -> NDArray[np.int32]:
    """Numbers of samples."""
    return np.array(list(values), dtype=np.int32)
