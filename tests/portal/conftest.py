"""What every test of the portal may ask for: a signed-in browser for each role."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.test import Client

from portal.accounts.models import Role, User
from tests.portal.builders import make_user

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def sign_in(db) -> Callable[[User], Client]:
    """``client = sign_in(person)``."""

    def sign_in_as(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in_as


@pytest.fixture
def jsarc(db) -> User:
    return make_user(Role.JSARC)


@pytest.fixture
def official(db) -> User:
    return make_user(Role.OFFICIAL)


@pytest.fixture
def administrator(db) -> User:
    return make_user(Role.ADMINISTRATOR)
