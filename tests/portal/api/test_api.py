"""The API does what the pages do, through the same services, with the same words."""

import io
import json

import pytest
from django.core.management import call_command
from django.test import Client
from rest_framework.authtoken.models import Token

from portal.accounts.models import User
from portal.core.models import AuditEvent
from portal.roadmap.models import RoadmapItem
from portal.suppliers.models import Supplier
from tests.portal.builders import (
    make_capability,
    make_contact,
    make_product,
    make_roadmap_item,
    make_supplier,
    make_supplier_user,
    make_test_set,
    make_user,
)

pytestmark = pytest.mark.django_db
V1 = "/api/v1"


@pytest.fixture
def call(db):
    """``call(person, "post", "suppliers/", {...})`` with the person's token."""

    def call_as(person, method, path, body=None):
        token, _ = Token.objects.get_or_create(user=person)
        headers = {"Authorization": f"Token {token.key}"}
        sent = {"data": json.dumps(body), "content_type": "application/json"} if body else {}
        return getattr(Client(), method)(f"{V1}/{path}", headers=headers, **sent)

    return call_as


def test_the_schema_describes_every_address_without_a_warning():
    written = io.StringIO()
    call_command("spectacular", validate=True, fail_on_warn=True, stdout=written)

    for path in ("suppliers/{slug}/archive/", "test-sets/", "people/{id}/", "roadmap-items/"):
        assert f"/api/v1/{path}:" in written.getvalue()


def test_the_documentation_loads_nothing_from_elsewhere(sign_in, official):
    page = sign_in(official).get(f"{V1}/docs/").content.decode()

    assert "https://" not in page
    assert "<script>" not in page  # the content-security policy admits nothing inline
    assert "<style" not in page


def test_a_supplier_is_created_edited_archived_and_restored(call, jsarc):
    body = {"legal_name": "Acme", "country": "France"}
    created = call(jsarc, "post", "suppliers/", body)
    assert created.status_code == 201
    assert created.json()["slug"] == "acme"
    assert Supplier.objects.get().organisation.name == "Acme"

    edited = call(jsarc, "patch", "suppliers/acme/", {"country": "Finland"})
    assert edited.json()["country"] == "Finland"

    archived = call(jsarc, "post", "suppliers/acme/archive/", {"reason": "Left"})
    assert archived.json()["archived_reason"] == "Left"
    assert call(jsarc, "post", "suppliers/acme/archive/", {"reason": "Again"}).status_code == 409
    assert call(jsarc, "get", "suppliers/").json()["count"] == 0
    assert call(jsarc, "get", "suppliers/?archived=all").json()["count"] == 1
    assert call(jsarc, "post", "suppliers/acme/restore/").json()["archived_at"] is None
    verbs = list(AuditEvent.objects.order_by("pk").values_list("verb", flat=True))
    assert verbs == [
        "supplier.created", "supplier.edited", "supplier.archived", "supplier.restored"
    ]  # fmt: skip


def test_a_refused_write_is_explained_at_its_field(call, jsarc):
    taken = make_supplier()
    name = taken.organisation.name

    answer = call(jsarc, "post", "suppliers/", {"legal_name": name, "country": "France"})

    assert answer.status_code == 400
    assert answer.json() == {"legal_name": [f"{name} is already recorded."]}


def test_a_suppliers_program_reaches_its_own_records_alone(call):
    own, other = make_supplier(slug="own"), make_supplier(slug="other")
    mine, theirs = make_product(supplier=own), make_product(supplier=other)
    contact = make_contact(supplier=other)
    person = make_supplier_user(own)

    assert [row["id"] for row in call(person, "get", "products/").json()["results"]] == [
        str(mine.pk)
    ]
    for path in (f"products/{theirs.pk}/", "suppliers/other/", f"contacts/{contact.pk}/"):
        assert call(person, "get", path).status_code == 404
        assert call(person, "patch", path, {"name": "Taken over"}).status_code == 404
    body = {"supplier": "other", "name": "Foreign", "for_rfr": True}
    assert call(person, "post", "products/", body).status_code == 400
    body["supplier"] = "own"
    assert call(person, "post", "products/", body).status_code == 201


def test_a_part_never_moves_to_another_supplier(call, jsarc):
    contact, other = make_contact(), make_supplier()
    body = {"supplier": other.slug, "name": "Ana"}

    answer = call(jsarc, "patch", f"contacts/{contact.pk}/", body).json()

    assert (answer["name"], answer["supplier"]) == ("Ana", contact.supplier.slug)


def test_a_contact_is_written_once_and_deleted(call, jsarc):
    contact = make_contact()
    body = {"supplier": contact.supplier.slug, "name": "Ana", "email": contact.email,
            "consent_on": "2026-01-02", "keep_until": "2999-01-01"}  # fmt: skip

    again = call(jsarc, "post", "contacts/", body)
    assert again.json() == {"email": ["This supplier has a contact with this email address."]}
    assert call(jsarc, "delete", f"contacts/{contact.pk}/").status_code == 204
    assert AuditEvent.objects.get().verb == "contact.removed"


def test_a_roadmap_item_is_created_and_checked(call, jsarc):
    body = {
        "capability": make_capability(slug="search").slug,
        "title": "National search",
        "outcome": "One gallery.",
        "use_case": "rfr",
        "starts_on": "2027-04-01",
        "owner": jsarc.email,
    }
    assert call(jsarc, "post", "roadmap-items/", body).json()["slug"] == "national-search"

    answer = call(jsarc, "patch", "roadmap-items/national-search/", {"ends_on": "2027-03-31"})
    assert answer.status_code == 400
    assert answer.json() == {"ends_on": ["The end must not be before the start."]}
    assert RoadmapItem.objects.get().ends_on is None


def test_people_are_added_and_changed_and_no_password_is_ever_answered(call, administrator):
    body = {"name": "Ana", "email": "Ana@Example.test", "role": "official"}
    assert call(administrator, "post", "people/", body).json() == {
        "password": ["Enter a first password."]
    }
    body["password"] = "larks over the fen"
    created = call(administrator, "post", "people/", body)
    assert created.status_code == 201
    assert "password" not in created.json()
    assert Client().login(email="ana@example.test", password="larks over the fen")

    pk = created.json()["id"]
    answer = call(administrator, "patch", f"people/{pk}/", {"is_active": False})
    assert answer.json()["is_active"] is False
    assert User.objects.get(pk=pk).check_password("larks over the fen")


def test_the_last_administrator_stays_one_here_too(call, administrator):
    answer = call(administrator, "patch", f"people/{administrator.pk}/", {"role": "official"})

    assert answer.status_code == 409
    assert "last administrator" in answer.json()["detail"]


def test_a_browsers_session_needs_the_forms_token(jsarc):
    client = Client(enforce_csrf_checks=True)
    client.force_login(jsarc, backend="django.contrib.auth.backends.ModelBackend")
    body = {"legal_name": "Acme", "country": "France"}

    answer = client.post(f"{V1}/suppliers/", body, "application/json")

    assert answer.status_code == 403
    assert not Supplier.objects.exists()


@pytest.mark.parametrize(
    ("path", "make"),
    [
        ("suppliers/", make_supplier),
        ("products/", make_product),
        ("contacts/", make_contact),
        ("test-sets/", make_test_set),
        ("roadmap-items/", make_roadmap_item),
        ("people/", make_user),
    ],
)
def test_lists_take_the_same_queries_however_long(
    call, administrator, path, make, django_assert_max_num_queries
):
    for _ in range(30):
        make()
    call(administrator, "get", path)  # makes the token

    with django_assert_max_num_queries(6):
        answer = call(administrator, "get", path)
    assert answer.json()["count"] >= 30
