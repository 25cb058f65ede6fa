"""Every page of every role asks the database as often, however much is in it."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from fixtures.large.filling import fill
from portal.accounts.models import Role, User
from tests.portal.large_world import SIDE_BY_SIDE, large_pages

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

FEW = {"n_models": SIDE_BY_SIDE, "n_sets": 1}
MORE = {"n_models": 2 * SIDE_BY_SIDE, "n_sets": 2}
NO_PAGE = {302, 403, 404, 405, 409}


@pytest.fixture
def counted(settings, tmp_path):
    """Return a function that fills a portal, counts every page's queries and empties it again."""

    def count(folder: str, sizes: dict[str, int]) -> dict[tuple[str, str], int]:
        settings.ASSAY_DATA = tmp_path / folder
        settings.ASSAY_TEST_SETS = tmp_path / folder / "testsets"
        with transaction.atomic():
            fill(**sizes, password="secret-enough", say=list)
            found = {
                (role.value, name): queries
                for role in Role
                for name, queries in _pages(User.objects.filter(role=role).get())
            }
            transaction.set_rollback(True)
        return found

    return count


def _pages(person):
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    for name, address in large_pages(person).items():
        status = client.get(address).status_code  # what is kept from the first time is kept now
        if status in NO_PAGE:
            continue
        assert status == 200, address
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(address)
        yield name, len(queries)


def test_no_page_asks_more_often_when_more_is_there(counted):
    few, more = counted("few", FEW), counted("more", MORE)

    assert few.keys() == more.keys()
    grown = {page: (few[page], more[page]) for page in few if more[page] > few[page]}
    assert not grown
    assert len(few) > 100
