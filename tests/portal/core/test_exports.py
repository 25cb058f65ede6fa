import csv
import io

import pytest

from portal.core.exports import csv_response, spreadsheet_safe


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "  ="])
def test_text_that_a_spreadsheet_would_run_is_defused(start):
    assert spreadsheet_safe(f"{start}HYPERLINK(1)") == f"'{start}HYPERLINK(1)"


@pytest.mark.parametrize(("cell", "written"), [(-0.5, -0.5), (3, 3), ("a=b", "a=b"), (None, "")])
def test_numbers_and_plain_text_stay_as_they_are(cell, written):
    assert spreadsheet_safe(cell) == written


def test_every_cell_of_a_file_is_defused_and_quoted():
    response = csv_response("list", ["=A", "B"], [["=1+1", 'x,"y"'], ["é", -1]])

    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="list.csv"'
    rows = list(csv.reader(io.StringIO(response.content.decode())))
    assert rows == [["'=A", "B"], ["'=1+1", 'x,"y"'], ["é", "-1"]]
