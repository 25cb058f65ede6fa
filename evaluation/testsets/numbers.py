"""Columns of whole numbers in lists of many million lines, read and written as arrays.

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
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

_BLOCK_BYTES = 1 << 23
_MAX_DIGITS = 9
_LINES_AT_ONCE = 1 << 18
_NEWLINE, _COMMA, _ZERO = 10, 44, 48
_BLANK = np.isin(np.arange(256), (9, _NEWLINE, 13, 32, _COMMA))
_DIGIT = np.isin(np.arange(256), np.arange(_ZERO, _ZERO + 10))


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
    content = read_bounded(path, limit=MAX_TABLE_BYTES)
    start, end = len(BOM_UTF8) if content.startswith(BOM_UTF8) else 0, _end(content)
    if start >= end:
        raise TestSetError("the file is empty", path=path)
    line = 1
    if header:
        first = content.find(b"\n", start, end)
        first = end if first < 0 else first
        if content[start:first].rstrip() != header.encode():
            raise TestSetError(f"the header must be {header}", path=path, line=1)
        start, line = first + 1, 2
    n_lines = content.count(b"\n", start, end) + 1 if start < end else 0
    numbers = np.empty((n_lines, columns), dtype=np.int32)
    done = 0
    for block in _blocks(content, start, end):
        part = _parse(path, np.frombuffer(block, dtype=np.uint8), columns, line + done)
        numbers[done : done + len(part)] = part
        done += len(part)
    return numbers


def write_whole_numbers(header: Sequence[str], numbers: NDArray[np.int32]) -> bytes:
    """Return the numbers as a CSV table of UTF-8 bytes with line feeds.

    Parameters
    ----------
    header : sequence of str
        Names of the columns.
    numbers : ndarray of int32, shape (n_lines, n_columns)
        Not negative.
    """
    blocks = (
        numbers[start : start + _LINES_AT_ONCE] for start in range(0, len(numbers), _LINES_AT_ONCE)
    )
    return b"".join([",".join(header).encode() + b"\n", *map(_text, blocks)])


def _text(block: NDArray[np.int32]) -> bytes:
    """Lines of one block: all digits that there could be, then those that are shown."""
    width = len(str(int(block.max())))
    cells = np.empty((*block.shape, width + 1), dtype=np.uint8)
    shown = np.ones(cells.shape, dtype=np.bool_)
    for place in range(width):
        worth = 10 ** (width - 1 - place)
        cells[:, :, place] = block // worth % 10 + _ZERO
        shown[:, :, place] = block >= worth if worth > 1 else True
    cells[:, :-1, -1] = _COMMA
    cells[:, -1, -1] = _NEWLINE
    return cells[shown].tobytes()


def _end(content: bytes) -> int:
    """Where the last line's text ends; a copy without blanks would double the memory."""
    end = len(content)
    while end and content[end - 1 : end].isspace():
        end -= 1
    return end


def _blocks(content: bytes, start: int, end: int) -> Iterator[memoryview]:
    """Pieces that end with whole lines."""
    view = memoryview(content)
    while start < end:
        stop = content.find(b"\n", min(start + _BLOCK_BYTES, end), end) + 1 or end
        yield view[start:stop]
        start = stop


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
        values[has] += (block[ends[has] - 1 - place] - np.uint8(_ZERO)).astype(np.int32) * 10**place
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
