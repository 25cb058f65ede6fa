"""Requests that have passed the rights, as types, and the form that a request brings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest
from django.views.decorators.http import require_http_methods
from rest_framework.request import Request

if TYPE_CHECKING:
    from django.contrib.auth.models import _User
    from django.http import QueryDict


class SignedInRequest(HttpRequest):
    """A page's request whose person is known; an annotation, Django makes none of these."""

    user: _User


class SignedInApiRequest(Request):
    """An API call whose caller is known: ``request: SignedInApiRequest`` in a viewset's body."""

    user: _User


form_page = require_http_methods(["GET", "HEAD", "POST"])
"""A page with a form: it is opened, and it is sent."""


def posted(request: HttpRequest) -> QueryDict | None:
    """Return what a form was sent with, even if it is empty; None where none was sent."""
    return request.POST if request.method == "POST" else None
