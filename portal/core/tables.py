"""Tables that people bring as CSV or as a spreadsheet, read with limits on what they may cost."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date, datetime
from typing import IO, TYPE_CHECKING, Any

from openpyxl import load_workbook

from portal.core.errors import InvalidInputError
from portal.core.exports import FORMULA_STARTS

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_BYTES = 5 << 20
MOST_BYTES_UNPACKED = 50 << 20
MOST_ROWS = 2_000
MOST_COLUMNS = 100
MOST_CHARACTERS = 10_000
NOT_A_TABLE = "The file is neither CSV in UTF-8 nor an Excel spreadsheet (.xlsx)."


def read_table(file: IO[bytes], *, name: str) -> tuple[list[str], list[list[str]]]:
    """Return the header and the rows of a CSV or XLSX file as stripped text; empty rows are "".

    A row has as many cells as the header. Empty rows stay, so that a row's place in the list
    tells its place in the file; those at the end are cut. An apostrophe that our own exports put
    before a formula is taken off again.

    Raises
    ------
    InvalidInputError
        The file is too large, is no table, or has no rows; bound to the field ``file``.
    """
    content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise _refused(f"The file is larger than {MOST_BYTES >> 20} MB.")
    is_sheet = name.lower().endswith(".xlsx") or content[:4] == b"PK\x03\x04"
    table = _of_sheet(content) if is_sheet else _limited(_of_csv(content))
    while table and not any(table[-1]):
        table.pop()
    if len(table) < 2:
        raise _refused("The file has no rows below its header.")
    header, *rows = table
    width = len(header)
    if any(any(row[width:]) for row in rows):
        raise _refused("The file has rows with more cells than its header has columns.")
    return header, [(row + [""] * width)[:width] for row in rows]


def _refused(message: str) -> InvalidInputError:
    return InvalidInputError(message, field="file")


def _limited(rows: Iterable[Iterable[Any]]) -> list[list[str]]:
    """Return the cells as text; stop as soon as there are too many."""
    table: list[list[str]] = []
    for row in rows:
        if len(table) > MOST_ROWS:
            raise _refused(
                f"The file has more than {MOST_ROWS:,} rows. Divide it and bring its parts one"
                " after another."
            )
        cells = [_text(cell) for cell in row]
        while cells and not cells[-1]:
            cells.pop()
        if len(cells) > MOST_COLUMNS:
            raise _refused(f"The file has more than {MOST_COLUMNS} columns.")
        if any(len(cell) > MOST_CHARACTERS for cell in cells):
            raise _refused(
                f"Row {len(table) + 1} has a cell with more than {MOST_CHARACTERS:,} characters."
            )
        table.append(cells)
    return table


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        cell = cell.date()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = str(cell).strip()
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA_STARTS) else text


def _of_csv(content: bytes) -> list[list[str]]:
    """Read text with commas or, as some countries' spreadsheets write it, semicolons."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _refused(NOT_A_TABLE) from error
    if "\x00" in text:
        raise _refused(NOT_A_TABLE)
    first = text.partition("\n")[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise _refused(f"The file cannot be read as CSV: {error}.") from error


def _of_sheet(content: bytes) -> list[list[str]]:
    """Read the first sheet of a workbook: values, not formulas, and as many as are there."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(one.file_size for one in archive.infolist())
    except zipfile.BadZipFile as error:
        raise _refused(NOT_A_TABLE) from error
    if unpacked > MOST_BYTES_UNPACKED:
        raise _refused("The spreadsheet is too large when it is unpacked.")
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what the file says of its size may be wrong
        return _limited(sheet.iter_rows(values_only=True))
    except InvalidInputError:
        raise
    except Exception as error:  # a stranger's file: whatever its parser says, it is no table
        raise _refused(NOT_A_TABLE) from error
