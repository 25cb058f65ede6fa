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


@dataclass(frozen=True, slots=True)
class Link:
    text: str
    href: str
    is_active: bool


SECTIONS = (
    Section("Home", "home:home", SIGNED_IN),
    Section("Suppliers", "suppliers:supplier_list", "suppliers.view", own_text="Your organisation"),
    Section("Models", "comparison:model_list", "comparison.view", own_text="Your results"),
    Section("Compare", "comparison:compare", "comparison.compare"),
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
    comparing = "comparison:compare"
    if comparing in (section.page, match.view_name):
        return section.page == match.view_name
    return section.page.split(":")[0] == match.app_name
