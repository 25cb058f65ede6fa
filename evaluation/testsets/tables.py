"""CSV tables whose every fault is reported with its file and line."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NoReturn

from evaluation.errors import TestSetError
from evaluation.testsets.paths import read_bounded

if TYPE_CHECKING:
    from pathlib import Path

MAX_TABLE_BYTES = 1 << 30
MAX_NAME_CHARACTERS = 255
TRUE_WORDS = frozenset({"1", "true", "yes"})
FALSE_WORDS = frozenset({"0", "false", "no"})


class Row:
    """One line of a table, which knows where it stands."""

    __slots__ = ("line", "path", "values")

    def __init__(self, path: Path, line: int, values: Mapping[str, str]) -> None:
        self.path = path
        self.line = line
        self.values = values

    def fail(self, message: str) -> NoReturn:
        """Raise a TestSetError that names this file and line."""
        raise TestSetError(message, path=self.path, line=self.line)

    def text(self, column: str) -> str:
        """Value of a column: any printable text, perhaps empty."""
        value = self.values[column]
        if not value.isprintable():
            self.fail(f"{column} holds a control character")
        if len(value) > MAX_NAME_CHARACTERS:
            self.fail(f"{column} is longer than {MAX_NAME_CHARACTERS} characters")
        return value

    def name(self, column: str) -> str:
        """Value of a column that must not be empty or padded with spaces."""
        value = self.text(column)
        if not value:
            self.fail(f"{column} is empty")
        if value != value.strip():
            self.fail(f"{column} {value!r} begins or ends with a space")
        return value

    def truth(self, column: str) -> bool:
        """Value of a column as a truth value: 1/0, true/false or yes/no."""
        word = self.values[column].strip().lower()
        if word not in TRUE_WORDS | FALSE_WORDS:
            self.fail(f"{column} is {self.values[column]!r}, not 1/0, true/false or yes/no")
        return word in TRUE_WORDS

    def whole(self, column: str, *, below: int) -> int:
        """Value of a column as a whole number from 0 to ``below`` - 1."""
        value = self.values[column].strip()
        if not (value.isascii() and value.isdigit() and len(value) < 10 and int(value) < below):
            self.fail(f"{column} is {value!r}, not a whole number from 0 to {below - 1}")
        return int(value)

    def number(self, column: str) -> float:
        """Value of a column as a finite number of at most six digits before the point."""
        try:
            value = float(self.values[column])
        except ValueError:
            self.fail(f"{column} is {self.values[column]!r}, not a number")
        if not abs(value) < 1e6:
            self.fail(f"{column} is {self.values[column]!r}, out of any image")
        return value


def read_table(path: Path, needed: Sequence[str]) -> tuple[tuple[str, ...], list[Row]]:
    """Read a UTF-8 CSV file with a header line.

    A byte-order mark and either kind of line end are accepted; blank lines are skipped.

    Returns
    -------
    tuple of (tuple of str, list of Row)
        The header's columns, and the rows.

    Raises
    ------
    TestSetError
        The file is unreadable or not UTF-8, lacks a needed column, has one column
        twice, or a line has another number of fields than the header.
    """
    header, rows = stream_table(path, needed)
    return header, list(rows)


def stream_table(path: Path, needed: Sequence[str]) -> tuple[tuple[str, ...], Iterator[Row]]:
    """As ``read_table``, but the rows come one by one, for tables of millions of lines.

    Raises
    ------
    TestSetError
        As ``read_table``; faults of a line are raised when its turn comes.
    """
    lines = _lines(path, read_bounded(path, limit=MAX_TABLE_BYTES))
    header = tuple(next(lines, (0, []))[1])
    if not header:
        raise TestSetError("the table is empty: a header line is needed", path=path)
    if len(set(header)) != len(header):
        raise TestSetError("two columns have the same name", path=path, line=1)
    for column in needed:
        if column not in header:
            known = ", ".join(header)
            message = f"there is no column '{column}'; there are {known}"
            raise TestSetError(message, path=path, line=1)
    return header, (_row(path, line, header, values) for line, values in lines)


def require_rows(path: Path, found: int, expected: int) -> None:
    """Refuse a table of another length than the manifest says.

    Raises
    ------
    TestSetError
    """
    if found != expected:
        raise TestSetError(f"{found} rows instead of the {expected} of the manifest", path=path)


def write_table(header: Sequence[str], rows: Iterator[Sequence[str]]) -> bytes:
    """Return a CSV table as UTF-8 bytes with line feeds, the same for the same rows."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return stream.getvalue().encode("utf-8")


def _lines(path: Path, content: bytes) -> Iterator[tuple[int, list[str]]]:
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise TestSetError("this is not UTF-8 text", path=path, line=line) from error
    # Decoded once more, line by line: the whole text would take four bytes a character.
    text = io.TextIOWrapper(io.BytesIO(content), encoding="utf-8-sig", newline="")
    reader = csv.reader(text, strict=True)
    try:
        for values in reader:
            if values:
                yield reader.line_num, values
    except csv.Error as error:
        raise TestSetError(f"no valid CSV: {error}", path=path, line=reader.line_num) from error


def _row(path: Path, line: int, header: Sequence[str], values: list[str]) -> Row:
    if len(values) != len(header):
        fields = f"{len(values)} fields instead of {len(header)}"
        raise TestSetError(f"the line has {fields}", path=path, line=line)
    return Row(path, line, dict(zip(header, values, strict=True)))
