"""The type of a request that has passed the default-deny middleware."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest

if TYPE_CHECKING:
    from django.contrib.auth.models import _User


class SignedInRequest(HttpRequest):
    """A request whose person is known; for annotations only, Django makes none of these."""

    user: _User
