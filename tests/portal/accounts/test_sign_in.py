"""Signing in and out; guessing is slowed down per e-mail address."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.accounts.models import FailedSignIn, Role
from portal.accounts.sign_in import MAX_FAILURES, WINDOW
from tests.portal.builders import PASSWORD, make_user

pytestmark = pytest.mark.django_db
ADDRESS = "/sign-in/"


def sign_in_with(client, email, password=PASSWORD, **more):
    return client.post(ADDRESS, {"email": email, "password": password, **more})


def test_the_right_password_opens_the_home_page():
    person = make_user()
    client = Client()

    response = sign_in_with(client, person.email)

    assert response["Location"] == "/"
    assert client.get("/account/").context["person"] == person


def test_the_address_may_be_typed_in_capitals():
    person = make_user(email="Ana@Example.test")

    assert sign_in_with(Client(), person.email.upper()).status_code == 302


def test_a_wrong_password_says_not_which_part_was_wrong():
    person = make_user()
    known = sign_in_with(Client(), person.email, "wrong")
    unknown = sign_in_with(Client(), "nobody@example.test", "wrong")

    words = "The email address or the password is wrong."
    assert words in known.content.decode()
    assert words in unknown.content.decode()


def test_a_person_who_may_not_sign_in_is_refused_in_the_same_words():
    person = make_user(is_active=False)

    assert "or the password is wrong" in sign_in_with(Client(), person.email).content.decode()


def test_the_typed_address_is_kept_and_the_password_is_not():
    page = sign_in_with(Client(), "somebody@example.test", "typed-secret").content.decode()

    assert "somebody@example.test" in page
    assert "typed-secret" not in page


def test_after_ten_wrong_passwords_even_the_right_one_must_wait():
    person = make_user()
    for _ in range(10):
        sign_in_with(Client(), person.email, "wrong")

    response = sign_in_with(Client(), person.email)

    assert response.status_code == 200
    assert "Try again in 15 minutes" in response.content.decode()


def test_the_tenth_guess_is_still_answered():
    person = make_user()
    for _ in range(9):
        sign_in_with(Client(), person.email, "wrong")

    assert sign_in_with(Client(), person.email).status_code == 302


def test_waiting_ends_even_if_somebody_keeps_trying():
    person = make_user()
    long_ago = timezone.now() - WINDOW - timedelta(seconds=1)
    for _ in range(MAX_FAILURES):
        FailedSignIn.objects.create(email=person.email, at=long_ago)
    assert sign_in_with(Client(), person.email).status_code == 302

    for _ in range(MAX_FAILURES + 5):
        sign_in_with(Client(), person.email, "wrong")
    assert FailedSignIn.objects.filter(email=person.email).count() == MAX_FAILURES


def test_guessing_at_one_person_does_not_lock_out_another():
    victim, other = make_user(), make_user()
    for _ in range(MAX_FAILURES + 1):
        sign_in_with(Client(), victim.email, "wrong")

    assert sign_in_with(Client(), other.email).status_code == 302


def test_a_success_forgets_the_failures_before_it():
    person = make_user()
    for _ in range(MAX_FAILURES - 1):
        sign_in_with(Client(), person.email, "wrong")
    sign_in_with(Client(), person.email)

    assert not FailedSignIn.objects.exists()


@pytest.mark.parametrize(
    ("wanted", "given"),
    [
        ("/roadmap/?page=2", "/roadmap/?page=2"),
        ("https://elsewhere.example/", "/"),
        ("//elsewhere.example/", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_people_go_where_they_wanted_but_never_to_another_site(wanted, given):
    person = make_user()

    assert sign_in_with(Client(), person.email, next=wanted)["Location"] == given


def test_signing_out_ends_the_session(sign_in):
    client = sign_in(make_user())

    assert client.post(reverse("accounts:sign_out"))["Location"] == ADDRESS
    assert client.get("/account/").status_code == 302


def test_signing_out_needs_the_forms_token(sign_in):
    person = make_user(Role.OFFICIAL)
    client = Client(enforce_csrf_checks=True)
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")

    assert client.post(reverse("accounts:sign_out")).status_code == 403
