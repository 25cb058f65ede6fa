"""Contacts are deleted after their last day, and no trace of who they were is left."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from portal.core.models import AuditEvent
from portal.suppliers import retention, tasks
from portal.suppliers.models import Contact
from portal.suppliers.parts.kinds import CONTACT
from portal.suppliers.parts.saving import remove_part, save_part
from tests.portal.builders import make_contact

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture
def contacts():
    """One past its day, one on it, and one from before days were recorded."""
    kept = {"consent_on": TODAY - timedelta(days=9)}
    return [
        make_contact(name="Gone Gwen", keep_until=TODAY - timedelta(days=1), **kept),
        make_contact(name="Today Tom", keep_until=TODAY, **kept),
        make_contact(name="Old Olga", keep_until=None, consent_on=None),
    ]


def test_a_contact_is_deleted_after_its_last_day_and_not_on_it(contacts):
    tasks.delete_expired_contacts()

    assert set(Contact.objects.all()) == set(contacts[1:])


def test_a_second_sweep_finds_nothing_to_delete(contacts):
    assert retention.delete_expired_contacts(TODAY) == 1
    assert retention.delete_expired_contacts(TODAY) == 0


def test_the_command_says_first_and_deletes_when_told(contacts, capsys):
    call_command("expired_contacts", "--dry-run")
    assert f"Gone Gwen of {contacts[0].supplier}" in capsys.readouterr().out
    assert Contact.objects.count() == 3

    call_command("expired_contacts")
    assert "Contacts deleted: 1." in capsys.readouterr().out
    assert Contact.objects.count() == 2


def test_the_trail_keeps_that_somebody_was_there_and_not_who(contacts, jsarc):
    supplier = contacts[0].supplier
    entered = {"name": "Nora Novak", "email": "nora@n.example", "consent_on": TODAY,
               "keep_until": TODAY}  # fmt: skip
    contact = save_part(CONTACT, supplier, by=jsarc, **entered)
    save_part(CONTACT, supplier, row=contact, by=jsarc, name="Nora Novakova")
    remove_part(CONTACT, contact, by=jsarc)
    retention.delete_expired_contacts(TODAY)

    events = AuditEvent.objects.filter(target_type="suppliers.contact")
    assert {event.verb for event in events} == {
        "contact.added", "contact.edited", "contact.removed", "contact.expired",
    }  # fmt: skip
    assert {event.target_name for event in events} == {"A contact"}
    assert not [event for event in events if "Nora" in str(event.facts)]


def test_no_table_keeps_versions_of_people():
    tables = connection.introspection.table_names()
    assert [name for name in tables if "historical" in name]
    assert not [name for name in tables if "historicalcontact" in name]
