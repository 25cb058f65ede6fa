"""The demonstration's records: enough of them, made up, and never written over."""

import pytest
from django.utils import timezone

from fixtures.demo import load_demo, load_deployments
from portal.accounts.models import Role, User
from portal.core.models import AuditEvent
from portal.deployments.models import FieldGroup, FieldRecord
from portal.roadmap.models import Capability, RoadmapItem
from portal.suppliers.models import AssuranceEvidence, Claim, Contact, Product, Supplier
from tests.portal.builders import make_submission

pytestmark = pytest.mark.django_db
PASSWORD = "larks over the fen"


def counts():
    return [
        model.objects.count()
        for model in (User, Supplier, Product, Contact, Capability, RoadmapItem, AuditEvent)
    ]


def test_there_is_enough_to_look_at():
    world = load_demo(password=PASSWORD)

    assert Supplier.objects.count() >= 8
    assert Product.objects.count() >= 13
    assert Capability.objects.count() >= 6
    assert RoadmapItem.objects.count() >= 15
    assert RoadmapItem.objects.filter(starts_on=None, ends_on=None).exists()
    assert set(RoadmapItem.objects.values_list("status", flat=True)) == set(
        RoadmapItem.Status.values
    )
    assert set(world.people) == set(Role.values)
    assert len({found.reference_model for found in world.products}) == 9


def test_each_reference_model_is_submitted_by_a_person_of_its_own_supplier():
    for found in load_demo(password=PASSWORD).products:
        assert found.submitter.organisation_id == found.product.supplier.organisation_id


def test_claims_and_evidence_show_every_state():
    load_demo(password=PASSWORD)

    today = timezone.localdate()
    assert Claim.objects.count() >= 8
    assert {one.expiry(today) for one in AssuranceEvidence.objects.all()} == {
        "valid", "expiring", "expired"
    }  # fmt: skip


def test_a_second_load_creates_nothing():
    load_demo(password=PASSWORD)
    before = counts()

    world = load_demo(password="another password")

    assert counts() == before
    assert world.people[Role.JSARC].check_password(PASSWORD)


def test_a_second_load_keeps_what_people_changed_and_removed():
    load_demo(password=PASSWORD)
    supplier = Supplier.objects.get(slug="larkspur-vision-demonstration")
    supplier.legal_name = "Larkspur renamed"
    supplier.save()
    supplier.contacts.all().delete()
    item = RoadmapItem.objects.first()
    item.title = "Another title"
    item.save()

    load_demo(password=PASSWORD)

    supplier.refresh_from_db()
    item.refresh_from_db()
    assert supplier.legal_name == "Larkspur renamed"
    assert not supplier.contacts.exists()
    assert item.title == "Another title"


def test_nobody_and_nothing_in_it_can_be_real():
    load_demo(password=PASSWORD)

    for supplier in Supplier.objects.all():
        assert "(demonstration)" in supplier.legal_name
        assert supplier.website.endswith(".example")
    for email in [*User.objects.values_list("email", flat=True)]:
        assert email.endswith(".example")


def test_deployments_are_entered_once_and_kept_as_people_changed_them():
    world = load_demo(password=PASSWORD)
    product = next(one.product for one in world.products if one.product.name.endswith("Casefinder"))
    card = {"name": "cnn", "task": "embedding", "recommended_threshold": 0.61}
    submission = make_submission(product=product, card=card)

    load_deployments([submission], by=world.people[Role.JSARC])
    FieldRecord.objects.filter(place="Ferry terminal").update(faces=9_999)
    load_deployments([submission], by=world.people[Role.JSARC])

    records = FieldRecord.objects.all()
    assert records.count() >= 5
    assert records.get(place="Ferry terminal").faces == 9_999
    assert set(records.filter(submission=submission).values_list("threshold", flat=True)) == {0.61}
    assert records.filter(false_alerts=0).exists()
    assert FieldGroup.objects.filter(faces=None).exists()
