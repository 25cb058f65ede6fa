"""People and the administrator who manages them; the last administrator stays one."""

import threading
from contextlib import suppress

import pytest
from django.db import connection
from django.test import Client
from rest_framework.authtoken.models import Token

from portal.accounts import services
from portal.accounts.models import Organisation, Role, User
from portal.accounts.services import Person, create_person, update_person
from portal.core.errors import DomainError, InvalidInputError
from portal.core.models import AuditEvent
from tests.portal.builders import PASSWORD, make_organisation, make_user

pytestmark = pytest.mark.django_db


def entered(**changes):
    fields = {
        "name": "Ana Sousa",
        "email": "ana@example.test",
        "role": "official",
        "organisation": "",
        "password": "larks over the fen",
        "is_active": "on",
    }
    return fields | changes


def test_a_person_who_is_added_can_sign_in(sign_in, administrator):
    sign_in(administrator).post("/people/new/", entered())

    assert Client().login(email="ana@example.test", password="larks over the fen")
    event = AuditEvent.objects.get(verb="person.created")
    assert (event.by, event.target_name) == (administrator, "Ana Sousa")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"email": "TAKEN@example.test"}, "already has an account"),
        ({"role": "supplier"}, "Choose the supplier"),
        ({"password": ""}, "Enter"),
        ({"password": "short"}, "too short"),
        ({"name": ""}, "Enter"),
        ({"role": "king"}, "king"),
    ],
)
def test_what_cannot_be_taken_is_explained_and_nothing_typed_is_lost(
    sign_in, administrator, changes, words
):
    make_user(email="taken@example.test")
    response = sign_in(administrator).post("/people/new/", entered(**changes))

    page = response.content.decode()
    assert response.status_code == 200
    assert words in page
    assert "There is a problem" in page
    assert changes.get("email", "ana@example.test").lower() in page.lower()


def test_a_supplier_belongs_to_a_supplier_and_nobody_else_does(administrator):
    company = make_organisation()
    home_office = make_organisation(kind=Organisation.Kind.GOVERNMENT)
    for role, organisation in [
        (Role.SUPPLIER, home_office),
        (Role.SUPPLIER, None),
        (Role.OFFICIAL, company),
    ]:
        person = Person("A", "a@example.test", role, organisation)
        with pytest.raises(InvalidInputError) as caught:
            create_person(person=person, password=PASSWORD, by=administrator)
        assert caught.value.field == "organisation"
    assert not User.objects.filter(email="a@example.test").exists()


@pytest.mark.parametrize("changes", [{"role": "official"}, {"is_active": False}])
def test_the_last_administrator_stays_one(administrator, changes):
    make_user(Role.ADMINISTRATOR, is_active=False)  # cannot sign in, so does not count

    with pytest.raises(DomainError, match="last administrator"):
        update_person(
            user=administrator, person=Person.of(administrator, changes), by=administrator
        )

    administrator.refresh_from_db()
    assert (administrator.role, administrator.is_active) == (Role.ADMINISTRATOR, True)


def test_one_of_two_administrators_may_step_down(administrator):
    other = make_user(Role.ADMINISTRATOR)
    changes = Person.of(other, {"role": Role.OFFICIAL})

    update_person(user=other, person=changes, by=administrator)

    other.refresh_from_db()
    assert other.role == Role.OFFICIAL


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_demote_each_other_at_once_leave_one(monkeypatch):
    if connection.vendor != "postgresql":
        pytest.skip("threads do not share the in-memory SQLite of the tests")
    first, second = make_user(Role.ADMINISTRATOR), make_user(Role.ADMINISTRATOR)
    counted = threading.Barrier(2)
    check = services._check_organisation

    def wait_until_both_have_counted(person):
        # Without the lock both come here; with it the second waits for the first to commit.
        with suppress(threading.BrokenBarrierError):
            counted.wait(timeout=0.5)
        check(person)

    monkeypatch.setattr(services, "_check_organisation", wait_until_both_have_counted)

    def demote(user, by):
        try:
            with suppress(DomainError):
                update_person(user=user, person=Person.of(user, {"role": Role.OFFICIAL}), by=by)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=demote, args=pair) for pair in [(first, second), (second, first)]
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert User.objects.filter(role=Role.ADMINISTRATOR).count() == 1


def test_the_page_says_why_the_last_administrator_cannot_go(sign_in, administrator):
    fields = entered(name=administrator.name, email=administrator.email, password="")
    page = sign_in(administrator).post(f"/people/{administrator.pk}/", fields)

    assert "This is the last administrator" in page.content.decode()


def test_who_is_deactivated_loses_the_token_too(administrator):
    person = make_user()
    Token.objects.create(user=person)

    update_person(user=person, person=Person.of(person, {"is_active": False}), by=administrator)

    assert not Token.objects.exists()
    assert not Client().login(email=person.email, password=PASSWORD)


def test_a_change_without_a_new_password_keeps_the_old_one(sign_in, administrator):
    person = make_user(Role.OFFICIAL)
    fields = entered(name="New name", email=person.email, password="")
    sign_in(administrator).post(f"/people/{person.pk}/", fields)

    person.refresh_from_db()
    assert person.name == "New name"
    assert person.check_password(PASSWORD)
    assert AuditEvent.objects.get(verb="person.changed").facts["changed"] == ["name"]


def test_the_list_is_narrowed_by_the_address(sign_in, administrator):
    make_user(Role.OFFICIAL, name="Zoe", is_active=False)
    make_user(Role.JSARC, name="Ben")
    client = sign_in(administrator)

    def found(**filters):
        return {person.name for person in client.get("/people/", filters).context["page"]}

    assert found(q="zo") == {"Zoe"}
    assert found(role="jsarc") == {"Ben"}
    assert found(state="inactive") == {"Zoe"}
    assert found(role="nonsense") == {"Zoe", "Ben", administrator.name}


@pytest.mark.parametrize("n_rows", [3, 30])
def test_the_list_takes_the_same_queries_however_long(
    sign_in, administrator, n_rows, django_assert_num_queries
):
    for _ in range(n_rows):
        make_user(Role.SUPPLIER)
    client = sign_in(administrator)

    with django_assert_num_queries(4):
        client.get("/people/")
