"""Each role opens every page that its rights admit: no error, nothing clipped, accessible."""

import pytest

from portal.accounts.models import Role
from tests.journeys.addresses import names, pages_of
from tests.journeys.looking import everything

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def looked_at(visitor, name, address):
    """Open one page and return what is wrong with it."""
    status = visitor.open(address)
    wrong = [] if status == 200 else [f"status {status}"]
    wrong += everything(visitor)
    return [f"{name}: {problem}" for problem in wrong]


@pytest.mark.parametrize("role", list(Role), ids=str)
def test_every_page_of_a_role_opens_and_is_accessible(visit, world, role):
    visitor = visit(role)
    wrong, opened = [], pages_of(world, role)

    for name, address in opened.items():
        wrong += looked_at(visitor, name, address)

    assert not wrong, "\n".join(wrong)
    assert len(opened) >= 8


def test_pages_for_everyone_open_and_are_accessible(visit):
    visitor = visit(None)

    assert looked_at(visitor, "sign in", "/sign-in/") == []


@pytest.mark.parametrize(("address", "status"), [("/no-such-page/", 404), ("/people/", 403)])
def test_pages_that_say_no_are_accessible(visit, address, status):
    visitor = visit(Role.OFFICIAL)

    assert visitor.open(address) == status
    assert [one for one in everything(visitor) if "console: Failed to load" not in one] == []


def test_addresses_have_names():
    assert len(list(names())) > 30
