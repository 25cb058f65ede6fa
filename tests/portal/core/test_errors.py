"""A refused write reaches people in the words it was raised with, on a page, a form or the API."""

import pytest
from django import forms
from django.test import RequestFactory

from portal.core.errors import (
    DomainError,
    DomainErrorMiddleware,
    InvalidInputError,
    NotAllowedError,
    TooManyAttemptsError,
    api_exception_handler,
    show_on_form,
)

CASES = [
    (DomainError("It is too late."), 409),
    (InvalidInputError("This is wrong."), 400),
    (NotAllowedError("Not you."), 403),
    (TooManyAttemptsError("Wait."), 429),
]


class Form(forms.Form):
    name = forms.CharField()


@pytest.mark.parametrize(("error", "status"), CASES)
def test_a_page_says_what_happened(error, status):
    request = RequestFactory().get("/")
    response = DomainErrorMiddleware(None).process_exception(request, error)

    assert response.status_code == status
    assert str(error) in response.content.decode()


def test_other_exceptions_are_left_to_django():
    request = RequestFactory().get("/")

    assert DomainErrorMiddleware(None).process_exception(request, ValueError("bug")) is None


@pytest.mark.parametrize(("error", "status"), CASES)
def test_the_api_says_the_same(error, status):
    response = api_exception_handler(error, {})

    assert response.status_code == status
    assert response.data == {"detail": str(error)}


def test_the_api_names_the_field_that_is_wrong():
    response = api_exception_handler(InvalidInputError("Taken.", field="name"), {})

    assert response.data == {"name": ["Taken."]}


@pytest.mark.parametrize(("field", "key"), [("name", "name"), ("absent", "__all__")])
def test_a_form_shows_the_error_at_its_field_or_at_the_top(field, key):
    form = Form({"name": "typed"})
    show_on_form(form, InvalidInputError("Taken.", field=field))

    assert form.errors[key] == ["Taken."]
    assert form["name"].value() == "typed"
