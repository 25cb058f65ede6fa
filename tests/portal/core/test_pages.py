"""Health, the audit trail and the cutting of lists into pages."""

import datetime
import socket

import pytest
from django.conf import settings
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from portal.accounts.models import User
from portal.core import audit, health
from portal.core.models import AuditEvent
from portal.core.pages import paginate
from portal.core.slugs import free_slug
from portal.submissions import monitoring
from portal.suppliers.models import Supplier
from tests.portal.builders import (
    make_audit_event,
    make_run,
    make_shard,
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


def test_a_ready_portal_says_so(monkeypatch):
    monkeypatch.setattr(monitoring, "_is_sandbox_whole", lambda: True)  # whatever this system has
    settings.ASSAY_DATA.mkdir(exist_ok=True)
    response = Client().get("/health/ready")

    parts = ("database", "data", "broker", "sandbox", "workers")
    assert response.json() == {"status": "ok", "checks": dict.fromkeys(parts, "ok")}


def test_a_portal_without_its_broker_serves_and_says_so_soon(settings):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    settings.CELERY_BROKER_URL = f"redis://:secret@127.0.0.1:{port}/0"

    response = Client().get("/health/ready")

    assert (response.status_code, response.json()["checks"]["broker"]) == (200, "failing")


def test_a_broker_that_takes_calls_and_says_nothing_is_not_waited_for(settings, monkeypatch):
    limits, connect = {}, health.Redis.from_url
    monkeypatch.setattr(
        health.Redis,
        "from_url",
        lambda url, **given: (limits.update(given), connect(url, **given))[1],
    )
    monkeypatch.setattr(health, "BROKER_SECONDS", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.CELERY_BROKER_URL = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"

        response = Client().get("/health/ready")

    assert response.json()["checks"]["broker"] == "failing"
    assert (limits["socket_timeout"], limits["socket_connect_timeout"]) == (0.05, 0.05)


def test_a_missing_layer_of_the_sandbox_is_told(monkeypatch):
    monkeypatch.setattr(monitoring, "_is_sandbox_whole", lambda: False)

    response = Client().get("/health/ready")

    assert (response.status_code, response.json()["checks"]["sandbox"]) == (200, "failing")


def test_workers_fail_where_work_waits_long_and_nobody_renews_a_lease():
    def workers():
        return Client().get("/health/ready").json()["checks"]["workers"]

    an_hour_ago = timezone.now() - datetime.timedelta(hours=1)
    make_run()
    assert workers() == "ok"  # it was queued just now
    make_run(queued_at=an_hour_ago)
    assert workers() == "failing"
    lease = {"lease_expires_at": timezone.now() + datetime.timedelta(minutes=1)}
    make_shard(make_run("running"), state="running", **lease)
    assert workers() == "ok"


def test_a_portal_without_its_data_folder_is_not_ready_and_tells_strangers_no_path(
    settings, tmp_path
):
    settings.ASSAY_DATA = tmp_path / "gone"
    response = Client().get("/health/ready")

    assert response.status_code == 503
    assert response.json()["checks"]["data"] == "failing"
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
