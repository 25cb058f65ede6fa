"""Health, the audit trail and the cutting of lists into pages."""

import datetime

import pytest
from django.conf import settings
from django.test import Client, RequestFactory
from django.urls import reverse

from portal.accounts.models import User
from portal.core import audit, health
from portal.core.models import AuditEvent
from portal.core.pages import paginate
from portal.core.slugs import free_slug
from portal.suppliers.models import Supplier
from tests.portal.builders import (
    make_audit_event,
    make_run,
    make_supplier,
    make_test_set,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("asked", "given"), [("2", 2), ("99", 3), ("-1", 3), ("x", 1), ("", 1)])
def test_a_page_out_of_range_gives_the_nearest(asked, given):
    for _ in range(5):
        make_user()
    request = RequestFactory().get("/", {"page": asked})

    assert paginate(request, User.objects.all(), per_page=2).number == given


def test_a_ready_portal_says_so():
    settings.ASSAY_DATA.mkdir(exist_ok=True)
    response = Client().get("/health/ready")

    assert response.json() == {"status": "ok", "checks": {"database": "ok", "data": "ok"}}


def test_a_portal_without_its_data_folder_is_not_ready_and_tells_strangers_no_path(
    settings, tmp_path
):
    settings.ASSAY_DATA = tmp_path / "gone"
    response = Client().get("/health/ready")

    assert response.status_code == 503
    assert response.json()["checks"] == {"database": "ok", "data": "failing"}
    assert "gone" not in response.content.decode()


def test_a_portal_whose_disk_is_full_is_not_ready(monkeypatch):
    monkeypatch.setattr(health, "LEAST_FREE_BYTES", 1 << 62)

    assert Client().get("/health/ready").status_code == 503


def test_an_audit_event_keeps_dates_and_the_name_of_what_it_is_about(jsarc):
    run = make_run(test_set=make_test_set(title="T" * 200))  # its name is longer than that
    event = audit.record("x.done", target=run, by=jsarc, on=datetime.date(2026, 11, 22))

    event.refresh_from_db()
    assert event.facts == {"on": "2026-11-22"}
    assert event.target_type == "runs.evaluationrun"
    assert event.target_id == str(run.pk)
    assert len(event.target_name) == 200


def test_the_audit_trail_is_narrowed_by_the_address(sign_in, administrator):
    make_audit_event(target_name="Acme", verb="supplier.created")
    make_audit_event(target_name="Other", verb="supplier.archived", by=administrator)
    client = sign_in(administrator)

    def found(**filters):
        page = client.get(reverse("core:audit_list"), filters).context["page"]
        return [event.target_name for event in page]

    assert found() == ["Other", "Acme"]
    assert found(about="acm") == ["Acme"]
    assert found(verb="supplier.archived") == ["Other"]
    assert found(by=administrator.email) == ["Other"]
    assert AuditEvent.objects.count() == 2


def test_an_audit_event_reads_as_words():
    facts = {"changed": ["legal_name", "country"], "is_active": True, "reason": "Left"}
    event = make_audit_event(verb="roadmap_item.edited", facts=facts)

    assert event.words == "Roadmap item edited"
    assert event.fact_words == [
        "Changed: legal name, country", "Is active: True", "Reason: Left"
    ]  # fmt: skip


def test_slugs_are_numbered_where_taken_and_never_a_word_of_an_address():
    make_supplier(slug="acme")
    make_supplier(slug="acme-2")

    def slug_of(text):
        return free_slug(Supplier.objects.all(), text, max_length=80)

    assert slug_of("Acme!") == "acme-3"
    assert slug_of("New") == "new-2"
    assert slug_of("株式会社") == "unnamed"
    assert len(slug_of("x" * 300)) <= 80
