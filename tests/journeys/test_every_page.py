"""Each role opens every page that its rights admit: no error, nothing clipped, accessible."""

import pytest
from django.test import Client
from django.urls import resolve

from portal.accounts.models import Role
from portal.core.access import access_of, may
from tests.journeys.addresses import names, pages

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NARROWEST_PX = 320


def looked_at(visitor, name, address):
    """Open one page and return what is wrong with it."""
    status = visitor.open(address)
    wrong = [] if status == 200 else [f"status {status}"]
    wrong += visitor.axe()
    if visitor.page.locator("h1").count() != 1:
        wrong.append("not exactly one h1")
    wrong += visitor.overflowing(NARROWEST_PX)
    wrong += visitor.problems
    visitor.problems.clear()
    return [f"{name}: {problem}" for problem in wrong]


@pytest.mark.parametrize("role", list(Role), ids=str)
def test_every_page_of_a_role_opens_and_is_accessible(visit, world, role):
    visitor = visit(role)
    client = Client()
    client.force_login(world.people[role])
    wrong, opened = [], 0

    for name, address in pages(world).items():
        admitted = may(world.people[role], access_of(resolve(address).func).needs)
        if not admitted or client.get(address).status_code in (302, 403, 404, 405, 409):
            continue  # a record of somebody else, or nothing to decide on it
        wrong += looked_at(visitor, name, address)
        opened += 1

    assert not wrong, "\n".join(wrong)
    assert opened >= 8


def test_pages_for_everyone_open_and_are_accessible(visit):
    visitor = visit(None)

    assert looked_at(visitor, "sign in", "/sign-in/") == []


@pytest.mark.parametrize(("address", "status"), [("/no-such-page/", 404), ("/people/", 403)])
def test_pages_that_say_no_are_accessible(visit, address, status):
    visitor = visit(Role.OFFICIAL)

    assert visitor.open(address) == status
    assert visitor.axe() == []
    assert visitor.overflowing(NARROWEST_PX) == []


def test_addresses_have_names():
    assert len(list(names())) > 30
