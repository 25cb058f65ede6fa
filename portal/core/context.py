"""What every page's frame needs: the sections this person may open, and which one is open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from portal.core.access import SIGNED_IN, may

if TYPE_CHECKING:
    from django.http import HttpRequest

SERVICE_NAME = "Assay"


@dataclass(frozen=True, slots=True)
class Section:
    """One entry of the service navigation."""

    text: str
    page: str
    needs: str
    own_text: str = ""
    """What a supplier's person reads, who finds only their own records there."""
    begins: tuple[str, ...] = ()
    """Beginnings of the names of its pages, where its app has more sections than one."""


@dataclass(frozen=True, slots=True)
class Link:
    text: str
    href: str
    is_active: bool


SECTIONS = (
    Section("Home", "home:home", SIGNED_IN),
    Section("Market", "home:market", "market.view", begins=("home:market", "home:coverage")),
    Section(
        "Suppliers",
        "suppliers:supplier_list",
        "suppliers.view",
        own_text="Your organisation",
        begins=("suppliers:", "home:supplier_"),
    ),
    Section("Models", "comparison:model_list", "comparison.view", own_text="Your results"),
    Section(
        "Leaderboard",
        "comparison:leaderboard",
        "comparison.rank",
        begins=("comparison:leaderboard", "comparison:profile", "comparison:versions"),
    ),
    Section(
        "Compare",
        "comparison:compare",
        "comparison.compare",
        begins=("comparison:compare", "comparison:saved"),
    ),
    Section("Claims", "comparison:claim_list", "comparison.view", begins=("comparison:claim",)),
    Section("Deployments", "deployments:calculator", "deployments.calculate"),
    Section("Calls", "exploration:call_list", "exploration.view"),
    Section("Submissions", "submissions:submission_list", "submissions.view"),
    Section("Test sets", "testsets:testset_list", "testsets.view"),
    Section("Roadmap", "roadmap:item_list", "roadmap.view"),
    Section("Queue", "runs:queue", "runs.view_operations"),
    Section("People", "accounts:person_list", "people.manage"),
)


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Context processor: ``service_name`` and ``navigation``, a list of ``Link``."""
    user = getattr(request, "user", None)
    sections = [section for section in SECTIONS if user and may(user, section.needs)]
    return {
        "service_name": SERVICE_NAME,
        "navigation": [
            Link(
                text=(section.own_text if is_supplier(user) else "") or section.text,
                href=reverse(section.page),
                is_active=_is_active(section, request),
            )
            for section in sections
        ],
    }


def is_supplier(user: Any) -> bool:
    return getattr(user, "role", "") == "supplier"


def _is_active(section: Section, request: HttpRequest) -> bool:
    match = request.resolver_match
    if match is None:
        return False
    named = [one for one in SECTIONS if one.begins and match.view_name.startswith(one.begins)]
    if named:
        return section in named
    return not section.begins and section.page.split(":")[0] == match.app_name
