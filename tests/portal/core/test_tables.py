"""Files that people bring: what is read of them, and what is refused with which words."""

import io
import zipfile
from datetime import date, datetime

import pytest
from openpyxl import Workbook

from portal.core import tables
from portal.core.errors import InvalidInputError
from portal.core.tables import read_table


def csv_of(text, encoding="utf-8"):
    return io.BytesIO(text.encode(encoding)), "list.csv"


def sheet_of(*rows):
    book, file = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(file)
    return io.BytesIO(file.getvalue()), "list.xlsx"


def read(brought):
    file, name = brought
    return read_table(file, name=name)


@pytest.mark.parametrize(
    "brought",
    [
        csv_of('Name,Town\r\nAna," Brno "\r\nBo,\r\n'),
        csv_of("\ufeffName;Town\nAna;Brno\nBo;\n\n\n"),
        sheet_of(["Name", "Town"], ["Ana", "Brno"], ["Bo", None], [None, None]),
    ],
    ids=["commas", "semicolons and a mark", "spreadsheet"],
)
def test_a_table_is_read_as_text(brought):
    assert read(brought) == (["Name", "Town"], [["Ana", "Brno"], ["Bo", ""]])


def test_numbers_and_dates_of_a_spreadsheet_are_read_as_people_write_them():
    _, (row,) = read(
        sheet_of(["A", "B", "C", "D"], [12.0, 1.5, datetime(2026, 3, 1), date(2026, 3, 2)])  # noqa: DTZ001
    )
    assert row == ["12", "1.5", "2026-03-01", "2026-03-02"]


def test_an_empty_row_in_the_middle_keeps_its_place():
    _, rows = read(csv_of("A,B\n1,2\n,\n3,4\n"))
    assert rows == [["1", "2"], ["", ""], ["3", "4"]]


def test_the_apostrophe_of_our_own_exports_is_taken_off_and_no_other():
    _, rows = read(csv_of("A\n'=1+1\n'Allo\n"))
    assert rows == [["=1+1"], ["'Allo"]]


def bomb():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * (tables.MOST_BYTES_UNPACKED + 1))
    return io.BytesIO(file.getvalue()), "list.xlsx"


def entities():
    """A spreadsheet whose text is an entity that holds itself many times over."""
    good, _ = sheet_of(["A"], ["x"])
    file = io.BytesIO()
    laugh = b'<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;">]>'
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(file, "w") as target:
        for one in source.infolist():
            content = source.read(one)
            if one.filename == "xl/workbook.xml":
                content = laugh + content
            target.writestr(one, content)
    return io.BytesIO(file.getvalue()), "list.xlsx"


@pytest.mark.parametrize(
    ("brought", "said"),
    [
        ((io.BytesIO(b"x" * (tables.MOST_BYTES + 1)), "list.csv"), "larger than 5 MB"),
        (csv_of(""), "no rows below its header"),
        (csv_of("A,B\n\n,\n"), "no rows below its header"),
        (csv_of("A\n1,2\n"), "more cells than its header"),
        (csv_of("A\né\n", "latin-1"), "neither CSV in UTF-8 nor"),
        (csv_of("A\n\x00\n"), "neither CSV in UTF-8 nor"),
        (csv_of('A\n"x\n'), "cannot be read as CSV"),
        (csv_of("A\n" + "x\n" * (tables.MOST_ROWS + 1)), "more than 2,000 rows"),
        (csv_of(",".join("A" * (tables.MOST_COLUMNS + 1)) + "\n1\n"), "more than 100 columns"),
        (csv_of("A\n" + "x" * (tables.MOST_CHARACTERS + 1)), "Row 2 has a cell with more than"),
        ((io.BytesIO(b"PK\x03\x04 no archive"), "list.xlsx"), "neither CSV in UTF-8 nor"),
        (bomb(), "too large when it is unpacked"),
        (entities(), "neither CSV in UTF-8 nor"),
    ],
    ids=range(13),
)
def test_what_is_no_table_is_refused_beside_the_file(brought, said):
    with pytest.raises(InvalidInputError, match=said) as refusal:
        read(brought)
    assert refusal.value.field == "file"


def test_as_many_rows_as_may_be_are_read():
    _, rows = read(csv_of("A\n" + "x\n" * tables.MOST_ROWS))
    assert len(rows) == tables.MOST_ROWS
