"""Two records of one supplier become one: what moves, what stays, and what is refused."""

import html

import pytest
from django.apps import apps
from django.urls import reverse

from portal.core.errors import DomainError
from portal.core.models import AuditEvent
from portal.suppliers.merging import plan as plans
from portal.suppliers.merging.plan import plan_of
from portal.suppliers.merging.services import merge_suppliers
from portal.suppliers.models import Supplier
from portal.suppliers.services import archive_supplier, restore_supplier
from tests.portal.builders import (
    make_claim,
    make_contact,
    make_framework,
    make_product,
    make_site,
    make_source,
    make_submission,
    make_supplier,
    make_supplier_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def into():
    return make_supplier(slug="acme", legal_name="Acme Limited", website="")


@pytest.fixture
def duplicate():
    return make_supplier(slug="acme-2", legal_name="ACME Ltd", website="https://acme.example")


@pytest.fixture
def merge(duplicate, into, jsarc):
    def do(**changed):
        sent = {"duplicate": duplicate, "into": into, "by": jsarc} | changed
        sent.setdefault("agreed", plan_of(sent["duplicate"], sent["into"]).digest)
        return merge_suppliers(**sent)

    return do


def test_every_row_moves_with_what_hangs_on_it(duplicate, into, merge):
    product = make_product(supplier=duplicate, name="Gate", slug="gate")
    hanging = [make_submission(product=product), make_claim(product=product)]
    rows = [make(supplier=duplicate) for make in (make_contact, make_framework, make_site,
                                                  make_source)]  # fmt: skip
    person = make_supplier_user(duplicate)

    merge()

    for row in [product, *rows]:
        row.refresh_from_db()
        assert row.supplier == into
    for row in hanging:
        row.refresh_from_db()
        assert row.product.supplier == into
    person.refresh_from_db()
    assert person.organisation == into.organisation


def test_what_the_other_has_already_stays_with_the_archived_record(duplicate, into, merge):
    ours = make_framework(supplier=into, name="Faces", reference="Lot 1")
    theirs = make_framework(supplier=duplicate, name="Faces", reference="Lot 1")
    person = make_contact(supplier=duplicate, email="Ana@acme.example")
    make_contact(supplier=into, email="ana@acme.example")

    merge()

    theirs.refresh_from_db()
    person.refresh_from_db()
    assert (theirs.supplier, person.supplier) == (duplicate, duplicate)
    assert list(into.frameworks.all()) == [ours]


def test_the_duplicate_is_archived_and_names_the_record_that_stays(
    sign_in, official, duplicate, into, merge
):
    earlier = make_supplier()
    merge(duplicate=earlier, into=duplicate)

    merge()

    duplicate.refresh_from_db()
    earlier.refresh_from_db()
    assert duplicate.archived_at
    assert duplicate.merged_into == earlier.merged_into == into
    page = sign_in(official).get(duplicate.get_absolute_url()).content.decode()
    assert f'merged into <a class="govuk-link" href="{into.get_absolute_url()}">' in page


def test_only_empty_columns_are_filled(duplicate, into, merge):
    duplicate.summary, into.summary = "Theirs", "Ours"
    duplicate.save()
    into.save()

    merge()

    into.refresh_from_db()
    assert (into.website, into.summary) == ("https://acme.example", "Ours")
    assert into.legal_name == "Acme Limited"


def test_a_product_gets_an_address_that_is_free(duplicate, into, merge):
    make_product(supplier=into, name="Gate", slug="gate")
    moved = make_product(supplier=duplicate, name="Gate (new)", slug="gate")

    merge()

    moved.refresh_from_db()
    assert moved.slug == "gate-2"


def test_products_of_one_name_are_not_mixed(duplicate, into, merge):
    make_product(supplier=into, name="Gate")
    make_product(supplier=duplicate, name="GATE")

    with pytest.raises(DomainError, match="Both have a product named “GATE”"):
        merge()

    duplicate.refresh_from_db()
    assert duplicate.archived_at is None


@pytest.mark.parametrize("known", ["moved", "settled"])
def test_a_table_that_nobody_thought_of_is_refused(monkeypatch, merge, known):
    """As if a table had been added without a line in the merge."""
    if known == "moved":
        monkeypatch.delitem(plans.MOVED, ("suppliers.site", "supplier"))
        said = "sites"
    else:
        monkeypatch.setattr(plans, "SETTLED", plans.SETTLED - {("accounts.user", "organisation")})
        said = "users"

    with pytest.raises(DomainError, match=f"does not know what to do with “{said}”"):
        merge()


def test_the_merge_knows_every_table_there_is():
    assert plans.unknown() == []
    assert {
        apps.get_model(table)._meta.get_field(column).related_model for table, column in plans.MOVED
    } == {Supplier}


def test_a_merge_into_itself_into_an_archived_one_and_a_second_one_are_refused(
    duplicate, into, merge, jsarc
):
    with pytest.raises(DomainError, match="into itself"):
        merge(into=duplicate)
    archive_supplier(supplier=into, by=jsarc, reason="Closed")
    with pytest.raises(DomainError, match="is archived"):
        merge(into=Supplier.objects.get(pk=into.pk))
    restore_supplier(supplier=into, by=jsarc)
    merge(into=Supplier.objects.get(pk=into.pk))
    with pytest.raises(DomainError, match="was merged before"):
        merge(duplicate=Supplier.objects.get(pk=duplicate.pk))
    with pytest.raises(DomainError, match="merged into another record"):
        restore_supplier(supplier=duplicate, by=jsarc)


def test_what_changed_after_it_was_looked_at_is_not_merged_unseen(duplicate, into, merge):
    agreed = plan_of(duplicate, into).digest
    make_product(supplier=duplicate)

    with pytest.raises(DomainError, match="Look at what would move again"):
        merge(agreed=agreed)


def test_the_trail_has_it_on_both_records(duplicate, into, merge):
    make_product(supplier=duplicate)
    merge()

    verbs = {
        event.target_name: (event.verb, event.facts["moved"])
        for event in AuditEvent.objects.filter(verb__startswith="supplier.merged")
    }
    assert verbs == {
        "ACME Ltd": ("supplier.merged", ["1 products"]),
        "Acme Limited": ("supplier.merged_in", ["1 products"]),
    }


def test_the_pages_show_what_would_move_and_do_it(sign_in, jsarc, duplicate, into):
    make_product(supplier=duplicate, name="Gate")
    make_supplier_user(duplicate, email="sue@acme.example")
    client = sign_in(jsarc)
    address = reverse("suppliers:supplier_merge", args=["acme-2"])
    assert "Record that stays" in client.get(address).content.decode()
    assert "Choose the record that stays." in client.get(address, {"into": ""}).content.decode()

    response = client.get(address, {"into": "acme"})

    page = " ".join(html.unescape(response.content.decode()).split())
    assert "Move: Gate" in page
    assert "sue@acme.example" in page
    assert "Website: https://acme.example" in page
    asked = {"agreed": response.context["plan"].digest}
    response = client.post(f"{address}?into=acme", asked, follow=True)
    assert "ACME Ltd has been merged into Acme Limited." in response.content.decode()
    response = client.post(f"{address}?into=acme", asked)
    assert "was merged before" in response.content.decode()


def test_a_page_that_is_out_of_date_is_shown_anew_with_the_reason(sign_in, jsarc, duplicate, into):
    client = sign_in(jsarc)

    response = client.post("/suppliers/acme-2/merge/?into=acme", {"agreed": "old"})

    page = response.content.decode()
    assert "Look at what would move again" in page
    assert plan_of(duplicate, into).digest in page


def test_the_api_shows_the_plan_and_does_it(sign_in, jsarc, duplicate, into):
    make_product(supplier=duplicate, name="Gate")
    client = sign_in(jsarc)

    plan = client.get("/api/v1/suppliers/acme-2/merge/", {"into": "acme"}).json()
    answer = client.post(
        "/api/v1/suppliers/acme-2/merge/", {"into": "acme", "agreed": plan["digest"]},
        "application/json",
    )  # fmt: skip

    assert plan["moves"][0] == {"kind": "Products", "move": ["Gate"], "stay": []}
    assert plan["filled"] == {"website": "https://acme.example"}
    assert (answer.status_code, answer.json()["slug"]) == (200, "acme")
    duplicate.refresh_from_db()
    assert duplicate.merged_into == into
