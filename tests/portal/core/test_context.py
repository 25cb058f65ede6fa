"""Which section of the navigation is open, and who finds which sections."""

import pytest

from portal.accounts.models import Role
from portal.core.context import navigation
from tests.portal.builders import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def open_section(rf):
    """Return the open sections of a page, as an official sees them."""
    official = make_user(Role.OFFICIAL)

    def open_section(view_name):
        request = rf.get("/")
        request.user = official
        request.resolver_match = type(
            "Match", (), {"view_name": view_name, "app_name": view_name.split(":")[0]}
        )
        return [link.text for link in navigation(request)["navigation"] if link.is_active]

    return open_section


@pytest.mark.parametrize(
    ("view_name", "section"),
    [
        ("home:home", "Home"),
        ("home:market", "Market"),
        ("home:coverage", "Market"),
        ("suppliers:claim_edit", "Suppliers"),
        ("home:supplier_activity", "Suppliers"),
        ("comparison:model_list", "Models"),
        ("comparison:model_detail", "Models"),
        ("comparison:model_groups", "Models"),
        ("comparison:compare", "Compare"),
        ("comparison:saved_list", "Compare"),
        ("comparison:leaderboard", "Leaderboard"),
        ("comparison:profile", "Leaderboard"),
        ("comparison:versions", "Leaderboard"),
        ("comparison:claim_list", "Claims"),
        ("deployments:record_list", "Deployments"),
        ("roadmap:item_edit", "Roadmap"),
    ],
)
def test_one_section_is_open_on_every_page(open_section, view_name, section):
    assert open_section(view_name) == [section]


def test_a_page_of_no_section_opens_none(open_section):
    assert open_section("core:audit_list") == []


def test_a_supplier_s_people_find_their_own_words_and_no_comparison(rf):
    request = rf.get("/")
    request.user, request.resolver_match = make_user(Role.SUPPLIER), None

    found = [link.text for link in navigation(request)["navigation"]]

    assert "Your results" in found
    assert not {"Compare", "Leaderboard", "Deployments"} & set(found)
