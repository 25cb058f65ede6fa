import csv
import io

import pytest

from portal.core.exports import csv_response, file_response, spreadsheet_safe
from portal.core.models import AuditEvent


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "  ="])
def test_text_that_a_spreadsheet_would_run_is_defused(start):
    assert spreadsheet_safe(f"{start}HYPERLINK(1)") == f"'{start}HYPERLINK(1)"


@pytest.mark.parametrize(("cell", "written"), [(-0.5, -0.5), (3, 3), ("a=b", "a=b"), (None, "")])
def test_numbers_and_plain_text_stay_as_they_are(cell, written):
    assert spreadsheet_safe(cell) == written


@pytest.fixture
def asked(rf, official):
    """Return a function that makes an official's request."""

    def ask(method="get", **filters):
        request = getattr(rf, method)("/list.csv", filters)
        request.user = official
        return request

    return ask


@pytest.mark.django_db
def test_the_trail_keeps_who_took_a_list_and_how_much_of_it(asked, official):
    csv_response(asked(q="acme"), "list", ["A"], [[1], [2]])
    file_response(asked(), "one.pdf", b"%PDF")
    csv_response(asked("head"), "list", ["A"], [[1]])

    taken = {one.target_name: one for one in AuditEvent.objects.filter(verb="list.exported")}
    assert {name: one.by for name, one in taken.items()} == {
        "list.csv": official, "one.pdf": official,
    }  # fmt: skip
    assert taken["list.csv"].facts == {"rows": 2, "filters": ["q acme"]}


@pytest.mark.django_db
def test_every_cell_of_a_file_is_defused_and_quoted(asked):
    response = csv_response(asked(), "list", ["=A", "B"], [["=1+1", 'x,"y"'], ["é", -1]])

    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="list.csv"'
    rows = list(csv.reader(io.StringIO(response.content.decode())))
    assert rows == [["'=A", "B"], ["'=1+1", 'x,"y"'], ["é", "-1"]]
