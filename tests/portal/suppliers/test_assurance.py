"""Assurance evidence: what is kept, what is refused, and how its expiry is shown."""

import html
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from portal.core.models import AuditEvent
from portal.suppliers.models import AssuranceEvidence
from tests.portal.builders import make_evidence, make_product, make_supplier_user

pytestmark = pytest.mark.django_db

API = reverse("api:evidence-list")


@pytest.fixture
def product():
    return make_product(name="Finder", slug="finder")


def new(product):
    return reverse("suppliers:evidence_create", args=[product.supplier.slug, product.slug])


def page_of(product):
    return reverse("suppliers:product_detail", args=[product.supplier.slug, product.slug])


def typed(**overrides):
    fields = {
        "kind": "bias_test", "issuer": "A laboratory", "reference": "Report 7",
        "issued_on_day": "2", "issued_on_month": "3", "issued_on_year": "2026",
    }  # fmt: skip
    return fields | overrides


def words_of(response):
    return " ".join(html.unescape(response.content.decode()).split())


def test_a_supplier_s_person_adds_changes_and_removes_evidence(sign_in, product):
    client = sign_in(make_supplier_user(product.supplier))

    page = words_of(client.post(new(product), typed(), follow=True))
    evidence = AssuranceEvidence.objects.get()
    client.post(reverse("suppliers:evidence_edit", args=[evidence.pk]), typed(issuer="Another"))
    evidence.refresh_from_db()

    assert "Independent bias test, by A laboratory, 2 March 2026: Report 7" in page
    assert evidence.issuer == "Another"
    client.post(reverse("suppliers:evidence_remove", args=[evidence.pk]))
    assert not AssuranceEvidence.objects.exists()
    assert set(AuditEvent.objects.values_list("verb", flat=True)) >= {
        "evidence.added", "evidence.edited", "evidence.removed"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"issued_on_year": "2999"}, "The date of issue is in the future"),
        (
            {"expires_on_day": "1", "expires_on_month": "3", "expires_on_year": "2026"},
            "It expires before it was issued",
        ),
        ({"kind": "other"}, "Select a valid choice"),
        ({"issued_on_day": ""}, "Enter a real date"),
        ({"reference": ""}, "Enter where it can be read"),
    ],
)
def test_what_cannot_be_is_told_and_what_was_typed_stays(sign_in, jsarc, product, wrong, said):
    page = words_of(sign_in(jsarc).post(new(product), typed(issuer="Kept Limited", **wrong)))

    assert said in page
    assert 'value="Kept Limited"' in page
    assert not AssuranceEvidence.objects.exists()


def test_what_has_expired_or_soon_will_is_marked(sign_in, official, product):
    today = timezone.localdate()
    make_evidence(product=product, expires_on=today - timedelta(days=1))
    make_evidence(product=product, expires_on=today + timedelta(days=10))
    make_evidence(product=product)

    page = words_of(sign_in(official).get(page_of(product)))

    assert page.count("Expired</strong>") == 1
    assert page.count("Expires soon</strong>") == 1


def test_nobody_adds_evidence_for_another_supplier(sign_in, product):
    stranger = sign_in(make_supplier_user())
    sent = {"product": str(product.pk), "kind": "pad", "issuer": "x", "issued_on": "2026-03-02",
            "reference": "x"}  # fmt: skip

    assert stranger.post(new(product), typed()).status_code == 404
    assert stranger.post(API, sent).status_code == 400
    assert not AssuranceEvidence.objects.exists()


def test_the_api_has_the_same_rules(sign_in, jsarc, product):
    client = sign_in(jsarc)
    sent = {"product": str(product.pk), "kind": "pad", "issuer": "A laboratory",
            "issued_on": "2026-03-02", "reference": "Report 8"}  # fmt: skip

    made = client.post(API, sent, content_type="application/json").json()
    address = f"{API}{made['id']}/"
    refused = client.patch(address, {"expires_on": "2026-03-01"}, content_type="application/json")

    assert made["expires_on"] is None
    assert refused.status_code == 400
    assert client.delete(address).status_code == 204
