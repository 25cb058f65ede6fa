"""What a government buyer keeps of a supplier: research, sites, frameworks, sources and prices."""

import html
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from portal.core.models import AuditEvent
from portal.suppliers.models import Framework, Product, Site, Source, Supplier
from tests.portal.builders import (
    make_contact,
    make_framework,
    make_product,
    make_source,
    make_supplier,
    make_supplier_user,
)

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture
def supplier():
    return make_supplier(slug="acme", legal_name="Acme")


def words_of(response):
    return " ".join(html.unescape(response.content.decode()).split())


def day(field, when):
    return {f"{field}_day": when.day, f"{field}_month": when.month, f"{field}_year": when.year}


def page_of(supplier):
    return reverse("suppliers:supplier_detail", args=[supplier.slug])


def test_ownership_and_size_are_kept_and_shown(sign_in, supplier):
    client = sign_in(make_supplier_user(supplier))
    typed = {"legal_name": "Acme", "country": "France", "ownership": "subsidiary",
             "owner": "Big Holding", "owner_country": "Malta", "size": "small"}  # fmt: skip

    client.post("/suppliers/acme/edit/", typed)

    shown = words_of(client.get(page_of(supplier)))
    assert "Owned by another company" in shown
    assert "Ultimate owner: Big Holding, Malta" in shown
    assert "Small: 11 to 50 people" in shown


@pytest.mark.parametrize(
    ("kind", "typed", "model", "shown"),
    [
        ("framework", {"name": "Faces", "reference": "Lot 1"}, Framework, "Faces, Lot 1"),
        (
            "site",
            {"kind": "office", "place": "Leeds", "country": "United Kingdom"},
            Site,
            "Office, Leeds, United Kingdom",
        ),
        (
            "source",
            {"title": "A visit", "reference": "Our notes", **day("consulted_on", TODAY)},
            Source,
            "A visit",
        ),
    ],
)
def test_a_part_is_added_once_changed_and_removed(
    sign_in, jsarc, supplier, kind, typed, model, shown
):
    client = sign_in(jsarc)
    new = reverse(f"suppliers:{kind}_create", args=["acme"])

    assert shown in words_of(client.post(new, typed, follow=True))
    row = model.objects.get()
    client.post(reverse(f"suppliers:{kind}_remove", args=[row.pk]))

    assert not model.objects.exists()
    verbs = set(AuditEvent.objects.values_list("verb", flat=True))
    assert verbs == {f"{kind}.added", f"{kind}.removed"}


@pytest.mark.parametrize("kind", ["framework", "site"])
def test_the_same_row_is_refused_in_words(sign_in, jsarc, supplier, kind):
    client = sign_in(jsarc)
    typed = {"name": "Faces", "reference": "1", "kind": "office", "place": "Hull", "country": "UK"}
    new = reverse(f"suppliers:{kind}_create", args=["acme"])

    client.post(new, typed)

    assert f"This {kind} is recorded for the supplier." in words_of(client.post(new, typed))


def test_a_framework_that_has_ended_is_marked(sign_in, official, supplier):
    make_framework(supplier=supplier, ends_on=TODAY - timedelta(days=1))
    make_framework(supplier=supplier, ends_on=TODAY)
    make_framework(supplier=supplier)

    assert words_of(sign_in(official).get(page_of(supplier))).count("Ended</strong>") == 1


def test_what_government_thinks_of_a_supplier_stays_with_government(sign_in, official, supplier):
    Supplier.objects.update(confidence="low", last_researched_on=TODAY)
    make_source(supplier=supplier, title="A rumour")
    own = sign_in(make_supplier_user(supplier))
    answer = own.get("/api/v1/suppliers/acme/").json()

    assert (answer["confidence"], answer["last_researched_on"]) == ("", None)
    assert own.get("/api/v1/sources/").status_code == 403
    for secret in ("A rumour", "researched", "own word"):
        assert secret not in words_of(own.get(page_of(supplier)))
        assert secret in words_of(sign_in(official).get(page_of(supplier)))


@pytest.mark.parametrize(
    ("researched", "is_stale"),
    [(None, True), (TODAY - timedelta(days=366), True), (TODAY - timedelta(days=365), False)],
)
def test_research_goes_stale_after_a_year(researched, is_stale):
    supplier = make_supplier(last_researched_on=researched)

    assert supplier.research_is_stale(TODAY) is is_stale


def test_research_is_recorded_by_jsarc_and_not_in_the_future(sign_in, jsarc, supplier):
    client = sign_in(jsarc)
    address = reverse("suppliers:supplier_research", args=["acme"])

    late = client.post(
        address, {"confidence": "high", **day("last_researched_on", TODAY + timedelta(days=1))}
    )
    assert "today or earlier" in words_of(late)
    client.post(address, {"confidence": "high", **day("last_researched_on", TODAY)})
    supplier.refresh_from_db()

    assert (supplier.confidence, supplier.last_researched_on) == ("high", TODAY)
    assert AuditEvent.objects.get().verb == "supplier.researched"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"consent_on_year": 2999}, "The date of consent is in the future"),
        ({"consent_on_day": "", "consent_on_month": "", "consent_on_year": ""}, "Enter when this"),
        ({"keep_until_year": 2020}, "today or later"),
    ],
)
def test_a_contact_is_kept_with_consent_and_not_for_ever(sign_in, jsarc, supplier, wrong, said):
    typed = {"name": "Ana", "email": "ana@acme.example", **day("consent_on", date(2026, 1, 2)),
             **day("keep_until", TODAY)} | wrong  # fmt: skip

    page = words_of(sign_in(jsarc).post("/suppliers/acme/contacts/new/", typed))

    assert said in page
    assert 'value="ana@acme.example"' in page
    assert not supplier.contacts.exists()


def test_the_database_keeps_no_contact_for_less_than_its_consent():
    with pytest.raises(IntegrityError), transaction.atomic():
        make_contact(consent_on=TODAY, keep_until=TODAY - timedelta(days=1))


@pytest.mark.parametrize(
    ("entered", "said"),
    [
        ({"trl_now": "7", "trl_in_18_months": "6"}, "must not be below the level now, 7"),
        ({"price_from": "10", "price_to": "9", "price_for": "x"}, "must not end below its start"),
        ({"price_to": "9"}, "Enter what the price is for"),
        ({"uses": []}, "Select at least one use of the product."),
    ],
)
def test_levels_and_prices_that_contradict_each_other_are_refused(
    sign_in, jsarc, supplier, entered, said
):
    typed = {"name": "Finder", "uses": ["rfr"]} | entered

    page = words_of(sign_in(jsarc).post("/suppliers/acme/products/new/", typed))

    assert said in page
    assert not Product.objects.exists()


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (None, None, ""),
        ("1000", "2500.50", "£1,000 to £2,500.50, a year"),
        ("1000", "1000.00", "£1,000, a year"),
        ("0.5", None, "From £0.50, a year"),
        (None, "3", "Up to £3, a year"),
        ("0", "3", "£0 to £3, a year"),
    ],
)
def test_a_price_is_told_in_words(low, high, words):
    product = Product(
        price_from=low and Decimal(low), price_to=high and Decimal(high), price_for="a year"
    )

    assert product.price_words == words


def test_a_product_s_page_says_where_it_runs_and_what_it_costs(sign_in, official):
    product = make_product(trl_now=4, trl_in_18_months=6, trl_evidence="A trial", hosting="uk",
                           deployment="device", price_from=Decimal(5), price_for="one")  # fmt: skip

    page = words_of(sign_in(official).get(product.get_absolute_url()))

    for words in ("4 now , 6 in 18 months", "A trial", "In the United Kingdom",
                  "On a camera, a vehicle or a telephone", "From £5, one"):  # fmt: skip
        assert words.replace(" ,", ",") in page.replace(" ,", ",")
