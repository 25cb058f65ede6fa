"""The types of requests that have passed the rights; for annotations, nothing makes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest
from rest_framework.request import Request

if TYPE_CHECKING:
    from django.contrib.auth.models import _User


class SignedInRequest(HttpRequest):
    """A page's request whose person is known."""

    user: _User


class SignedInApiRequest(Request):
    """An API call whose caller is known: ``request: SignedInApiRequest`` in a viewset's body."""

    user: _User
