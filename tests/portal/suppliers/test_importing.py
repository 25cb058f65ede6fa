"""Suppliers from a file: found, shown before anything changes, and taken in as shown."""

import csv
import html
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from portal.core.errors import DomainError
from portal.core.models import AuditEvent
from portal.suppliers.importing.preview import RowState, preview_of
from portal.suppliers.importing.services import bring_file, take_in
from portal.suppliers.models import Supplier, SupplierImport
from portal.suppliers.services import archive_supplier, create_supplier, edit_supplier
from tests.portal.builders import make_organisation, make_product

pytestmark = pytest.mark.django_db


@pytest.fixture
def acme(jsarc):
    return create_supplier(
        by=jsarc, legal_name="Acme Limited", country="France", companies_house_number="01234567",
        summary="Finds faces",
    )  # fmt: skip


@pytest.fixture
def bring(jsarc):
    def do(*rows, header=("Legal name", "Country")):
        lines = io.StringIO()
        csv.writer(lines).writerows([header, *rows])
        return bring_file(file=io.BytesIO(lines.getvalue().encode()), name="list.csv", by=jsarc)

    return do


def states(brought):
    return [(row.number, row.state.value) for row in preview_of(brought).rows]


def test_rows_are_new_or_change_or_stay_and_nothing_is_written_yet(acme, bring):
    brought = bring(["acme LIMITED", "Malta"], ["", ""], ["Brill", "Peru"])

    assert states(brought) == [(2, "changed"), (4, "new")]
    differences = preview_of(brought).rows[0].differences
    assert [(one.column, one.old, one.new) for one in differences] == [
        ("Legal name", "Acme Limited", "acme LIMITED"),
        ("Country", "France", "Malta"),
    ]
    assert states(bring(["Acme Limited", "France"])) == [(2, "unchanged")]
    assert list(Supplier.objects.all()) == [acme]
    assert acme.country == "France"


def test_a_supplier_is_found_by_its_number_under_another_name(acme, bring):
    header = ("Legal name", "Country", "Companies House number")

    (row,) = preview_of(bring(["Acme plc", "France", "01234567"], header=header)).rows

    assert (row.state, row.supplier) == (RowState.CHANGED, acme)


def test_a_column_that_is_not_there_stays_and_an_empty_cell_empties(acme, bring, jsarc):
    header = ("Legal name", "Country", "Summary")
    brought = bring(["Acme Limited", "France", ""], header=header)

    take_in(brought=brought, agreed=preview_of(brought).digest, by=jsarc)

    acme.refresh_from_db()
    assert (acme.summary, acme.companies_house_number) == ("", "01234567")


def test_each_row_says_all_that_is_wrong_with_it(acme, bring, jsarc):
    header = ("Legal name", "Country", "Companies House number", "Website", "Size")
    closed = create_supplier(by=jsarc, legal_name="Closed", country="Peru")
    archive_supplier(supplier=closed, by=jsarc, reason="Closed")
    make_organisation(name="Ministry", kind="home_office")

    brought = bring(
        ["", "Peru"],
        ["Brill", "", "12", "no address", "huge"],
        ["Closed", "Peru"],
        ["Closed", "Peru", "01234567"],
        ["Twice", "Peru"],
        ["TWICE", "Peru"],
        ["Ministry", "Peru"],
        header=header,
    )

    plans = {row.number: row for row in preview_of(brought).rows}
    assert {number: row.state for number, row in plans.items()} == {
        2: "error", 3: "error", 4: "error", 5: "error", 6: "new", 7: "error", 8: "error",
    }  # fmt: skip
    assert plans[2].errors == ("Legal name: Enter legal name.",)
    assert {error.partition(":")[0] for error in plans[3].errors} == {
        "Country", "Size", "Companies House number", "Website",
    }  # fmt: skip
    assert plans[4].errors == ("Closed is archived. Put it back on the lists first.",)
    assert plans[5].errors == ("The number is that of Acme Limited, and the name that of Closed.",)
    assert plans[7].errors == ("Row 6 is about the same supplier.",)
    assert plans[8].errors == ("Ministry is the name of an organisation that is no supplier.",)


@pytest.mark.parametrize(
    ("header", "said"),
    [
        (("Legal name",), "The column “Country” is missing."),
        (("Legal name", "Country", "Colour"), "The column “Colour” is not known."),
        (("Legal name", "Country", "COUNTRY"), "The column “Country” is there twice."),
    ],
)
def test_a_file_with_other_columns_is_refused(bring, header, said):
    with pytest.raises(DomainError, match=said):
        bring(["x"] * len(header), header=header)
    assert not SupplierImport.objects.exists()


def test_choices_are_read_in_words_and_in_codes(bring, jsarc):
    header = ("Legal name", "Country", "Size", "Ownership")
    brought = bring(
        ["One", "Peru", "small: 11 to 50 people", "listed"],
        ["Two", "Peru", "large", "Privately owned"],
        header=header,
    )

    take_in(brought=brought, agreed=preview_of(brought).digest, by=jsarc)

    assert {(one.legal_name, one.size, one.ownership) for one in Supplier.objects.all()} == {
        ("One", "small", "listed"), ("Two", "large", "private"),
    }  # fmt: skip


def test_what_is_taken_in_is_what_was_shown_with_its_version_and_its_trail(acme, bring, jsarc):
    brought = bring(["Acme Limited", "Malta"], ["Brill", "Peru"], ["", "Chile"])

    take_in(brought=brought, agreed=preview_of(brought).digest, by=jsarc)

    acme.refresh_from_db()
    assert acme.country == "Malta"
    assert acme.history.latest().history_user == jsarc
    brought.refresh_from_db()
    counts = (brought.n_new, brought.n_changed, brought.n_unchanged, brought.n_left_out)
    assert counts == (1, 1, 0, 1)
    event = AuditEvent.objects.get(verb="supplier_import.taken_in")
    assert event.facts == {"new": 1, "changed": 1, "left_out": 1}


def test_a_second_click_takes_nothing_in(acme, bring, jsarc):
    brought = bring(["Brill", "Peru"])
    agreed = preview_of(brought).digest
    take_in(brought=brought, agreed=agreed, by=jsarc)

    with pytest.raises(DomainError, match="taken in already"):
        take_in(brought=brought, agreed=agreed, by=jsarc)
    assert Supplier.objects.filter(legal_name="Brill").count() == 1


def test_what_changed_after_it_was_looked_at_is_not_overwritten_unseen(acme, bring, jsarc):
    brought = bring(["Acme Limited", "Malta"], ["Brill", "Peru"])
    agreed = preview_of(brought).digest
    edit_supplier(supplier=acme, by=jsarc, country="Spain")

    with pytest.raises(DomainError, match="has changed since you looked"):
        take_in(brought=brought, agreed=agreed, by=jsarc)
    acme.refresh_from_db()
    assert acme.country == "Spain"
    assert not Supplier.objects.filter(legal_name="Brill").exists()


def test_one_row_that_fails_after_all_takes_nothing_in(acme, bring, jsarc, monkeypatch):
    brought = bring(["Brill", "Peru"], ["Corvid", "Peru"])
    agreed = preview_of(brought).digest

    def refuse(**profile):
        if profile["legal_name"] == "Corvid":
            raise DomainError("No.")
        return create_supplier(**profile)

    monkeypatch.setattr("portal.suppliers.importing.services.create_supplier", refuse)
    with pytest.raises(DomainError, match=r"Row 3: No\. Nothing was taken in\."):
        take_in(brought=brought, agreed=agreed, by=jsarc)
    assert not Supplier.objects.filter(legal_name="Brill").exists()


def test_our_own_export_changes_nothing_when_it_is_brought_back(sign_in, jsarc, acme, bring):
    create_supplier(
        by=jsarc, legal_name="=HYPERLINK(1)", country="Peru", size="small", ownership="state",
        summary="Two\nlines, and “quotes”", website="https://x.example",
    )  # fmt: skip
    make_product(supplier=acme)
    exported = sign_in(jsarc).get("/suppliers.csv").content

    brought = bring_file(file=io.BytesIO(exported), name="suppliers.csv", by=jsarc)

    assert [row.state for row in preview_of(brought).rows] == ["unchanged", "unchanged"]


def test_the_pages_show_and_take_in(sign_in, jsarc, acme):
    client = sign_in(jsarc)
    file = SimpleUploadedFile(
        "list.csv", b"Legal name,Country\nAcme Limited,Malta\nBrill,Peru\n,Chile\n"
    )

    response = client.post("/suppliers/import/", {"file": file}, follow=True)

    page = " ".join(html.unescape(response.content.decode()).split())
    assert "Country: from “France” to “Malta”" in page
    assert "Take in the rows without errors" in page
    address = response.redirect_chain[0][0]
    agreed = response.context["agreed"].initial["agreed"]
    response = client.post(address, {"agreed": agreed}, follow=True)
    assert "The file has been taken in" in response.content.decode()
    response = client.post(address, {"agreed": agreed})
    assert "This file has been taken in already." in response.content.decode()


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({}, "Choose a file of suppliers."),
        ({"file": SimpleUploadedFile("a.csv", b"Legal name\n")}, "no rows below its header"),
        ({"file": SimpleUploadedFile("a.csv", b"")}, "The submitted file is empty"),
    ],
)
def test_a_file_that_is_none_is_said_beside_the_field(sign_in, jsarc, sent, said):
    page = sign_in(jsarc).post("/suppliers/import/", sent).content.decode()

    assert said in html.unescape(page)
    assert 'class="govuk-error-message"' in page


def test_a_file_of_which_nothing_can_be_taken_in_says_so(sign_in, jsarc, bring):
    brought = bring(["", "Chile"])

    page = sign_in(jsarc).get(f"/suppliers/import/{brought.pk}/").content.decode()

    assert "Nothing in this file can be taken in" in page
    assert "<button" not in page.partition("<main")[2]


def test_the_api_shows_and_takes_in(sign_in, jsarc, acme):
    client = sign_in(jsarc)
    file = SimpleUploadedFile("list.csv", b"Legal name,Country\nAcme Limited,Malta\n")
    made = client.post("/api/v1/supplier-imports/", {"file": file}).json()
    at = f"/api/v1/supplier-imports/{made['id']}"

    preview = client.get(f"{at}/preview/").json()
    answer = client.post(f"{at}/apply/", {"agreed": preview["digest"]}, "application/json")

    assert preview["rows"] == [
        {"row": 2, "name": "Acme Limited", "state": "changed", "supplier": acme.slug,
         "differences": [{"column": "Country", "old": "France", "new": "Malta"}], "problems": []}
    ]  # fmt: skip
    assert answer.status_code == 200
    acme.refresh_from_db()
    assert acme.country == "Malta"
