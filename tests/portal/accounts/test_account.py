"""One's own account: password and API token."""

import pytest
from django.test import Client
from rest_framework.authtoken.models import Token

from portal.core.models import AuditEvent
from tests.portal.builders import PASSWORD, make_user

pytestmark = pytest.mark.django_db
NEW = "larks over the fen"


def change(client, **typed):
    fields = {"present": PASSWORD, "password": NEW, "again": NEW} | typed
    return client.post("/account/password/", fields)


def test_a_changed_password_signs_in_and_keeps_this_session(sign_in):
    person = make_user()
    client = sign_in(person)

    assert change(client)["Location"] == "/account/"

    assert client.get("/account/").status_code == 200
    assert Client().login(email=person.email, password=NEW)
    assert AuditEvent.objects.get().verb == "person.password_set"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"present": "wrong"}, "This is not your password."),
        ({"again": "another one entirely"}, "The two new passwords differ."),
        ({"password": "short", "again": "short"}, "too short"),
        ({"password": "password1234", "again": "password1234"}, "too common"),
    ],
)
def test_a_password_that_cannot_be_taken_is_explained_at_its_field(sign_in, typed, words):
    person = make_user()
    response = change(sign_in(person), **typed)

    assert response.status_code == 200
    assert words in response.content.decode()
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


def test_a_token_is_shown_once_and_opens_the_api(sign_in):
    person = make_user()
    client = sign_in(person)
    client.post("/account/token/")
    key = Token.objects.get(user=person).key

    assert key in client.get("/account/").content.decode()
    assert key not in client.get("/account/").content.decode()
    headers = {"Authorization": f"Token {key}"}
    assert Client().get("/api/v1/suppliers/", headers=headers).status_code == 200


def test_a_new_token_ends_the_old_one_and_revoking_ends_both(sign_in):
    person = make_user()
    client = sign_in(person)
    client.post("/account/token/")
    first = Token.objects.get().key
    client.post("/account/token/")
    second = Token.objects.get().key
    assert first != second

    client.post("/account/token/revoke/")

    headers = {"Authorization": f"Token {second}"}
    assert Client().get("/api/v1/suppliers/", headers=headers).status_code == 401
