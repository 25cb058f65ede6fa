"""Pages of suppliers: what is found, who sees what, and that nothing typed is lost."""

import csv
import io
from datetime import date

import pytest
from django.utils import timezone

from portal.core.models import AuditEvent
from portal.suppliers.models import Contact, Product, Supplier
from tests.portal.builders import (
    make_contact,
    make_organisation,
    make_product,
    make_supplier,
    make_supplier_user,
    make_user,
)

pytestmark = pytest.mark.django_db
PROFILE = {
    "legal_name": "Acme Faces Limited",
    "country": "United Kingdom",
    "website": "https://acme.example",
    "companies_house_number": "sc123456",
    "summary": "Search.",
}


def day(field, when):
    """A date as its three boxes send it."""
    return {f"{field}_day": when.day, f"{field}_month": when.month, f"{field}_year": when.year}


def names(client, **filters):
    return [row.legal_name for row in client.get("/suppliers/", filters).context["page"]]


@pytest.fixture
def market():
    acme = make_supplier(legal_name="Acme", country="France")
    make_product(supplier=acme, name="Finder", for_rfr=False, for_lfr=True)
    make_product(supplier=acme, name="Seeker", for_rfr=True, for_lfr=True)
    brill = make_supplier(legal_name="Brill", country="Finland", summary="face finder")
    make_product(supplier=brill, name="Other", for_rfr=True)
    make_supplier(
        legal_name="Closed",
        country="France",
        archived_at="2026-01-01T00:00Z",
        archived_reason="Left the market",
    )
    return acme


def test_the_list_is_narrowed_by_the_address(sign_in, official, market):
    client = sign_in(official)

    assert names(client) == ["Acme", "Brill"]
    assert names(client, q="find") == ["Acme", "Brill"]  # a product's name, and a summary
    assert names(client, q="seek") == ["Acme"]
    assert names(client, use_case="lfr") == ["Acme"]
    assert names(client, country="Finland") == ["Brill"]
    assert names(client, archived="all") == ["Acme", "Brill", "Closed"]
    assert names(client, archived="only") == ["Closed"]
    assert names(client, use_case="nonsense", country="Atlantis") == ["Acme", "Brill"]


def test_the_list_is_cut_into_pages_that_keep_the_filters(sign_in, official):
    for _ in range(30):
        make_supplier(country="Peru")
    make_supplier(country="Chile")
    client = sign_in(official)

    page = client.get("/suppliers/", {"country": "Peru"}).content.decode()

    assert "country=Peru&amp;page=2" in page
    assert len(names(client, country="Peru", page=2)) == 5


def test_the_file_holds_what_the_list_holds_and_no_formula(sign_in, official, market):
    make_supplier(legal_name="=HYPERLINK(1)", country="France")
    response = sign_in(official).get("/suppliers.csv", {"country": "France"})

    rows = list(csv.reader(io.StringIO(response.content.decode())))
    assert rows[0][:3] == ["Legal name", "Companies House number", "Country"]
    assert [row[0] for row in rows[1:]] == ["'=HYPERLINK(1)", "Acme"]
    assert rows[2][-3:-1] == ["Finder; Seeker", "Retrospective (RFR); Live (LFR)"]


def test_a_suppliers_people_find_their_own_alone(sign_in, market):
    client = sign_in(make_supplier_user(market))

    assert names(client, archived="all") == ["Acme"]
    assert "Finland" not in client.get("/suppliers/").content.decode()
    rows = client.get("/suppliers.csv").content.decode().splitlines()
    assert len(rows) == 2


@pytest.mark.parametrize("n_rows", [3, 20])
def test_the_list_takes_the_same_queries_however_long(
    sign_in, official, n_rows, django_assert_num_queries
):
    for _ in range(n_rows):
        make_product(supplier=make_supplier())
    client = sign_in(official)

    with django_assert_num_queries(6):
        client.get("/suppliers/")


@pytest.mark.parametrize("n_rows", [3, 30])
def test_a_supplier_page_takes_the_same_queries_however_much_it_holds(
    sign_in, jsarc, n_rows, django_assert_num_queries
):
    supplier = make_supplier()
    for _ in range(n_rows):
        make_product(supplier=supplier)
        make_contact(supplier=supplier)
    client = sign_in(jsarc)

    with django_assert_num_queries(8):
        client.get(f"/suppliers/{supplier.slug}/")


def test_a_new_supplier_has_an_address_and_an_organisation(sign_in, jsarc):
    response = sign_in(jsarc).post("/suppliers/new/", PROFILE)

    assert response["Location"] == "/suppliers/acme-faces-limited/"
    supplier = Supplier.objects.get()
    assert supplier.organisation.name == "Acme Faces Limited"
    assert supplier.companies_house_number == "SC123456"
    assert AuditEvent.objects.get().verb == "supplier.created"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"legal_name": "Taken"}, "Taken is already recorded."),
        ({"legal_name": ""}, "Enter"),
        ({"companies_house_number": "12"}, "Enter eight characters"),
        ({"website": "not an address"}, "valid URL"),
    ],
)
def test_what_cannot_be_taken_is_explained_and_nothing_typed_is_lost(sign_in, jsarc, typed, words):
    make_supplier(organisation=make_organisation(name="Taken"))
    page = sign_in(jsarc).post("/suppliers/new/", PROFILE | typed).content.decode()

    assert "There is a problem" in page
    assert words in page
    assert "Search." in page


def test_editing_keeps_the_address_and_renames_the_organisation(sign_in):
    supplier = make_supplier(slug="first")
    person = make_supplier_user(supplier)

    response = sign_in(person).post("/suppliers/first/edit/", PROFILE)

    assert response["Location"] == "/suppliers/first/"
    supplier.refresh_from_db()
    assert supplier.legal_name == supplier.organisation.name == "Acme Faces Limited"
    changed = AuditEvent.objects.get(verb="supplier.edited").facts["changed"]
    assert "legal_name" in changed
    assert "country" not in changed


def test_a_name_that_somebody_else_has_is_refused_on_the_form(sign_in, jsarc):
    other = make_supplier()
    supplier = make_supplier(slug="mine", legal_name="Mine")
    typed = PROFILE | {"legal_name": other.organisation.name}

    page = sign_in(jsarc).post("/suppliers/mine/edit/", typed).content.decode()

    assert "is already recorded." in page
    supplier.refresh_from_db()
    assert supplier.legal_name == "Mine"


def test_archiving_needs_a_reason_and_can_be_undone(sign_in, jsarc):
    supplier = make_supplier(slug="acme")
    client = sign_in(jsarc)

    assert "There is a problem" in client.post("/suppliers/acme/archive/", {}).content.decode()
    client.post("/suppliers/acme/archive/", {"reason": "Left the market"})
    supplier.refresh_from_db()
    assert supplier.archived_reason == "Left the market"
    assert client.post("/suppliers/acme/archive/", {"reason": "Again"}).status_code == 409

    client.post("/suppliers/acme/restore/")
    supplier.refresh_from_db()
    assert supplier.archived_at is None
    assert client.post("/suppliers/acme/restore/").status_code == 409


def test_contacts_are_added_changed_and_removed_by_the_suppliers_own_people(sign_in):
    supplier = make_supplier(slug="acme")
    client = sign_in(make_supplier_user(supplier))
    typed = {"name": "Ana", "email": "ana@acme.example", "job_title": "Director", "phone": "",
             **day("consent_on", date(2026, 1, 2)),
             **day("keep_until", timezone.localdate())}  # fmt: skip

    client.post("/suppliers/acme/contacts/new/", typed)
    contact = Contact.objects.get()
    client.post(f"/contacts/{contact.pk}/edit/", typed | {"name": "Ana Sousa"})
    contact.refresh_from_db()
    assert contact.name == "Ana Sousa"
    edited = AuditEvent.objects.get(verb="contact.edited")
    assert edited.facts["changed"] == ["name"]

    again = client.post("/suppliers/acme/contacts/new/", typed)
    assert "has a contact with this email address" in again.content.decode()

    client.post(f"/contacts/{contact.pk}/remove/")
    assert not Contact.objects.exists()


def test_a_product_needs_a_use_a_level_and_a_name_of_its_own(sign_in, jsarc):
    supplier = make_supplier(slug="acme")
    client = sign_in(jsarc)
    typed = {"name": "Finder", "summary": "", "uses": ["lfr"], "trl_now": "7"}

    response = client.post("/suppliers/acme/products/new/", typed)
    assert response["Location"] == "/products/acme/finder/"

    for wrong, words in [
        ({}, "has a product with this name"),
        ({"name": "B", "trl_now": "10"}, "less than or equal to 9"),
        ({"name": "FINDER"}, "has a product with this name"),
    ]:
        page = client.post("/suppliers/acme/products/new/", typed | wrong).content.decode()
        assert words in page
    page = client.post("/suppliers/acme/products/new/", {"name": "C"}).content.decode()
    assert "Select at least one use of the product." in page
    assert Product.objects.filter(supplier=supplier).count() == 1


def test_a_renamed_product_keeps_its_address(sign_in, jsarc):
    product = make_product(slug="finder")
    address = f"/products/{product.supplier.slug}/finder/"

    response = sign_in(jsarc).post(f"{address}edit/", {"name": "Seeker", "uses": ["rfr"]})

    assert response["Location"] == address
    product.refresh_from_db()
    assert product.name == "Seeker"


def test_officials_read_but_are_offered_no_changes(sign_in):
    supplier = make_supplier(slug="acme")
    page = sign_in(make_user("official")).get(f"/suppliers/{supplier.slug}/").content.decode()

    assert "Edit the profile" not in page
    assert "Archive" not in page
    assert "Add a" not in page


@pytest.mark.parametrize(("role", "reads"), [("jsarc", True), ("official", True), ("own", False)])
def test_why_a_supplier_was_archived_is_for_colleagues(sign_in, role, reads):
    supplier = make_supplier(archived_at="2026-01-01T00:00Z", archived_reason="Debts, they say")
    client = sign_in(make_supplier_user(supplier) if role == "own" else make_user(role))

    for address in (f"/suppliers/{supplier.slug}/", f"/api/v1/suppliers/{supplier.slug}/"):
        assert ("Debts, they say" in client.get(address).content.decode()) == reads
