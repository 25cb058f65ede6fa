"""Entering claims: what is kept, what is refused, and by whom."""

import html

import pytest
from django.urls import reverse

from portal.core.models import AuditEvent
from portal.suppliers.models import Claim
from tests.portal.builders import make_claim, make_product, make_supplier_user

pytestmark = pytest.mark.django_db

API = reverse("api:claim-list")


@pytest.fixture
def product():
    return make_product(name="Finder", slug="finder")


def new(product):
    return reverse("suppliers:claim_create", args=[product.supplier.slug, product.slug])


def typed(**overrides):
    fields = {
        "metric": "fnmr_at_fmr", "value": "0.5", "target": "0.01", "gallery_size": "",
        "test_set": "LFW", "version": "", "document": "Data sheet",
        "made_on_day": "2", "made_on_month": "3", "made_on_year": "2026",
    }  # fmt: skip
    return fields | overrides


def words_of(response):
    return " ".join(html.unescape(response.content.decode()).split())


def test_percentages_are_kept_as_proportions_and_shown_as_typed(sign_in, product):
    client = sign_in(make_supplier_user(product.supplier))

    page = client.post(new(product), typed(), follow=True)

    claim = Claim.objects.get()
    assert (claim.value, claim.target) == (pytest.approx(0.005), pytest.approx(0.0001))
    assert "on LFW (2 March 2026, Data sheet)" in words_of(page)
    assert AuditEvent.objects.filter(verb="claim.added").count() == 1
    edit = words_of(client.get(reverse("suppliers:claim_edit", args=[claim.pk])))
    assert 'value="0.5"' in edit
    assert 'value="0.01"' in edit


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"value": "101"}, "must lie between 0% and 100%"),
        ({"value": "-1"}, "must lie between 0% and 100%"),
        ({"value": "good"}, "Enter a number"),
        ({"target": ""}, "Enter the false rate that the value holds for"),
        ({"target": "0"}, "must lie between 0% and 100%, and be neither"),
        ({"metric": "fnir_at_fpir"}, "Enter how many people are enrolled"),
        ({"made_on_year": "2999"}, "in the future"),
        ({"test_set": ""}, "Enter test set"),
        ({"made_on_day": "31", "made_on_month": "2"}, "Enter a real date"),
    ],
)
def test_what_says_nothing_is_refused_and_what_was_typed_stays(
    sign_in, jsarc, product, wrong, said
):
    page = words_of(sign_in(jsarc).post(new(product), typed(version="4.2", **wrong)))

    assert said in page
    assert 'value="4.2"' in page
    assert not Claim.objects.exists()


def test_a_claim_is_changed_and_removed(sign_in, jsarc):
    claim = make_claim()
    client = sign_in(jsarc)

    client.post(reverse("suppliers:claim_edit", args=[claim.pk]), typed(value="2"))
    claim.refresh_from_db()
    assert claim.value == pytest.approx(0.02)
    assert set(AuditEvent.objects.get(verb="claim.edited").facts["changed"]) >= {"value"}

    client.post(reverse("suppliers:claim_remove", args=[claim.pk]))
    assert not Claim.objects.exists()
    assert AuditEvent.objects.filter(verb="claim.removed").exists()


def test_nobody_claims_for_another_supplier(sign_in, product):
    stranger = sign_in(make_supplier_user())

    assert stranger.post(new(product), typed()).status_code == 404
    sent = {"product": str(product.pk), "metric": "eer", "value": 0.01, "test_set": "LFW",
            "made_on": "2026-03-02", "document": "x"}  # fmt: skip
    assert stranger.post(API, sent).status_code == 400
    assert not Claim.objects.exists()


def test_the_api_takes_and_gives_proportions(sign_in, jsarc, product):
    client = sign_in(jsarc)
    sent = {"product": str(product.pk), "metric": "fnmr_at_fmr", "value": 0.005, "target": 0.0001,
            "test_set": "LFW", "made_on": "2026-03-02", "document": "Data sheet"}  # fmt: skip

    made = client.post(API, sent, content_type="application/json").json()
    address = f"{API}{made['id']}/"
    refused = client.patch(address, {"value": 5}, content_type="application/json")

    assert (made["value"], made["target"]) == (0.005, 0.0001)
    assert refused.status_code == 400
    assert client.delete(address).status_code == 204
