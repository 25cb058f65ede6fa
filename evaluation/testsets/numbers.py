"""Columns of whole numbers in lists of many million lines, read as arrays.

Characters become numbers by array operations over blocks of the file, so a list of
15 million lines takes seconds; a fault is still reported with its line.
"""

from __future__ import annotations

from codecs import BOM_UTF8
from typing import TYPE_CHECKING

import numpy as np

from evaluation.errors import TestSetError
from evaluation.testsets.paths import read_bounded
from evaluation.testsets.tables import MAX_TABLE_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

_BLOCK_BYTES = 1 << 23
_MAX_DIGITS = 9
_NEWLINE = 10
_BLANK = np.isin(np.arange(256), (9, _NEWLINE, 13, 32, 44))
_DIGIT = np.isin(np.arange(256), np.arange(48, 58))


def read_whole_numbers(path: Path, columns: int, *, header: str = "") -> NDArray[np.int32]:
    """Whole numbers of a file that has ``columns`` of them on every line.

    Parameters
    ----------
    path : Path
        At most 1 GiB; numbers of at most nine digits, divided by spaces, tabs or commas.
    columns : int
        Numbers on each line.
    header : str
        First line of the file, which is then no line of numbers; '' where there is none.

    Returns
    -------
    ndarray of int32, shape (n_lines, columns)
        Row k is line k + 1 of the file, or k + 2 after a header.

    Raises
    ------
    TestSetError
        The file is missing, empty, or a line holds anything else; names the line.
    """
    content = read_bounded(path, limit=MAX_TABLE_BYTES).removeprefix(BOM_UTF8).rstrip()
    if not content:
        raise TestSetError("the file is empty", path=path)
    parts = []
    line = 1
    if header:
        first, _, content = content.partition(b"\n")
        if first.rstrip() != header.encode():
            raise TestSetError(f"the header must be {header}", path=path, line=1)
        line = 2
    for block in _blocks(content):
        part = _parse(path, np.frombuffer(block, dtype=np.uint8), columns, line)
        parts.append(part)
        line += len(part)
    return np.concatenate(parts) if parts else np.empty((0, columns), dtype=np.int32)


def _blocks(content: bytes) -> Iterator[memoryview]:
    """Pieces that end with whole lines."""
    view = memoryview(content)
    start = 0
    while start < len(content):
        end = content.find(b"\n", start + _BLOCK_BYTES) + 1 or len(content)
        yield view[start:end]
        start = end


def _parse(path: Path, block: NDArray[np.uint8], columns: int, line: int) -> NDArray[np.int32]:
    """Numbers of one block whose first line is ``line``."""
    digit = _DIGIT[block]
    strange = np.flatnonzero(~(digit | _BLANK[block]))
    if strange.size:
        at = line + int(np.count_nonzero(block[: strange[0]] == _NEWLINE))
        raise TestSetError("the line holds something else than whole numbers", path=path, line=at)
    edges = np.diff(digit, prepend=False, append=False)
    bounds = np.flatnonzero(edges)
    starts, ends = bounds[::2], bounds[1::2]
    _check_counts(path, block, starts, columns, line)
    lengths = ends - starts
    if lengths.max() > _MAX_DIGITS:
        at = line + int(np.argmax(lengths > _MAX_DIGITS)) // columns
        raise TestSetError(f"a number has more than {_MAX_DIGITS} digits", path=path, line=at)
    values = np.zeros(starts.size, dtype=np.int32)
    for place in range(int(lengths.max())):
        has = lengths > place
        values[has] += (block[ends[has] - 1 - place] - np.uint8(48)).astype(np.int32) * 10**place
    return values.reshape(-1, columns)


def _check_counts(
    path: Path, block: NDArray[np.uint8], starts: NDArray[np.int64], columns: int, line: int
) -> None:
    newlines = np.flatnonzero(block == _NEWLINE)
    lines = newlines.size + (block[-1] != _NEWLINE)
    counts = np.bincount(np.searchsorted(newlines, starts), minlength=lines)
    wrong = np.flatnonzero(counts != columns)
    if wrong.size:
        message = f"the line has {counts[wrong[0]]} fields instead of {columns}"
        raise TestSetError(message, path=path, line=line + int(wrong[0]))
