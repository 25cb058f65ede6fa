"""Lists in plain text, one entry a line, whose every fault names its file and line."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

from evaluation.errors import TestSetError
from evaluation.testsets.new import Origin
from evaluation.testsets.paths import read_bounded
from evaluation.testsets.tables import MAX_TABLE_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Line:
    """One line, cut into fields."""

    path: Path
    number: int
    fields: tuple[str, ...]

    @property
    def origin(self) -> Origin:
        """Where this line stands."""
        return Origin(self.path, self.number)

    def fail(self, message: str) -> NoReturn:
        """Raise a TestSetError that names this file and line."""
        raise TestSetError(message, path=self.path, line=self.number)

    def require(self, count: int) -> None:
        """Refuse another number of fields."""
        if len(self.fields) != count:
            self.fail(f"the line has {len(self.fields)} fields instead of {count}")

    def whole(self, position: int, what: str, *, least: int = 0) -> int:
        """Field as a whole number of at most nine digits."""
        text = self.fields[position]
        if not (text.isascii() and text.isdigit() and len(text) <= 9 and int(text) >= least):
            self.fail(f"the {what} is {text!r}, not a whole number from {least}")
        return int(text)

    def decimal(self, position: int, what: str) -> float:
        """Field as a finite number."""
        text = self.fields[position]
        try:
            value = float(text)
        except ValueError:
            self.fail(f"the {what} is {text!r}, not a number")
        if not math.isfinite(value):
            self.fail(f"the {what} is {text!r}, not a finite number")
        return value


def read_lines(path: Path, *, divider: str = "") -> Iterator[Line]:
    """Lines of a UTF-8 text file that hold anything, one by one.

    A byte-order mark and either kind of line end are accepted.

    Parameters
    ----------
    divider : str, optional
        Divides the fields of a line that holds it; any other line is divided by runs of
        spaces and tabs.

    Raises
    ------
    TestSetError
        The file is missing, unreadable, not UTF-8, or empty.
    """
    content = read_bounded(path, limit=MAX_TABLE_BYTES)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        number = content.count(b"\n", 0, error.start) + 1
        raise TestSetError("this is not UTF-8 text", path=path, line=number) from error
    empty = True
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            empty = False
            parts = line.split(divider) if divider and divider in line else line.split()
            yield Line(path, number, tuple(part.strip() for part in parts))
    if empty:
        raise TestSetError("the file is empty", path=path)
