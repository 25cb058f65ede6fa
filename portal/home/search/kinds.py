"""What is searched: for each kind of record the rows that a person may see, and their texts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from portal.comparison.selectors import models_visible_to
from portal.core import wording
from portal.core.access import may
from portal.deployments.selectors import records_visible_to
from portal.exploration.selectors import answers_visible_to, calls_visible_to
from portal.home.search.matching import Text
from portal.roadmap.selectors import items_visible_to
from portal.suppliers.parts.kinds import CLAIM, CONTACT, EVIDENCE, FRAMEWORK
from portal.suppliers.selectors import (
    parts_visible_to,
    products_visible_to,
    suppliers_visible_to,
)
from portal.testsets.selectors import test_sets_visible_to

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from django.db.models import QuerySet

    from portal.accounts.models import User


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of record: who sees which rows, and what a row is found by."""

    key: str
    label: str
    """What several of them are called."""
    needs: str
    """The right to open their pages."""
    rows: Callable[[User], QuerySet[Any]]
    text: Callable[[Any], Text]
    href: Callable[[Any], str]
    said: Callable[[Any], str]
    """What stands below the title: whose it is, or what it is for."""


def _joined(parts: Iterable[str | None]) -> str:
    return " ".join(part for part in parts if part)


KINDS = (
    Kind(
        "suppliers", "Suppliers", "suppliers.view",
        suppliers_visible_to,
        lambda row: Text(
            row.legal_name, _joined([row.country, row.companies_house_number, row.owner,
                                     row.summary]),
        ),
        lambda row: row.get_absolute_url(),
        lambda row: row.country,
    ),
    Kind(
        "products", "Products", "suppliers.view",
        products_visible_to,
        lambda row: Text(
            row.name, _joined([row.supplier.legal_name, row.summary, row.integration,
                               *(use.label for use in row.use_cases)]),
        ),
        lambda row: row.get_absolute_url(),
        lambda row: row.supplier.legal_name,
    ),
    Kind(
        "models", "Models", "comparison.view",
        lambda user: models_visible_to(user).defer("card", "check_report"),
        lambda row: Text(str(row), row.product.supplier.legal_name),
        lambda row: reverse("comparison:model_detail", args=[row.pk]),
        lambda row: row.product.supplier.legal_name,
    ),
    Kind(
        "claims", "Claims", "suppliers.view",
        lambda user: parts_visible_to(user, CLAIM).select_related("product__supplier"),
        lambda row: Text(str(row), _joined([row.product.name, row.document])),
        lambda row: row.product.get_absolute_url(),
        lambda row: f"{row.product.name}, {row.product.supplier.legal_name}",
    ),
    Kind(
        "evidence", "Assurance evidence", "suppliers.view",
        lambda user: parts_visible_to(user, EVIDENCE).select_related("product__supplier"),
        lambda row: Text(str(row), _joined([row.product.name, row.reference])),
        lambda row: row.product.get_absolute_url(),
        lambda row: f"{row.product.name}, {row.product.supplier.legal_name}",
    ),
    Kind(
        "frameworks", "Frameworks", "suppliers.view",
        lambda user: parts_visible_to(user, FRAMEWORK),
        lambda row: Text(str(row), row.supplier.legal_name),
        lambda row: row.supplier.get_absolute_url(),
        lambda row: row.supplier.legal_name,
    ),
    Kind(
        "contacts", "Contacts", "suppliers.view",
        lambda user: parts_visible_to(user, CONTACT),
        lambda row: Text(
            row.name, _joined([row.job_title, row.email, row.supplier.legal_name])
        ),
        lambda row: row.supplier.get_absolute_url(),
        lambda row: row.supplier.legal_name,
    ),
    Kind(
        "test-sets", "Test sets", "testsets.view",
        lambda user: test_sets_visible_to(user).only("slug", "title", "revision"),
        lambda row: Text(row.title),
        lambda row: reverse("testsets:testset_detail", args=[row.slug]),
        lambda row: f"Revision {row.revision}",
    ),
    Kind(
        "roadmap", "Roadmap", "roadmap.view",
        items_visible_to,
        lambda row: Text(row.title, _joined([row.outcome, row.capability.name])),
        lambda row: reverse("roadmap:item_detail", args=[row.slug]),
        lambda row: row.capability.name,
    ),
    Kind(
        "calls",
        "Calls to the market",
        "exploration.view",
        calls_visible_to,
        lambda row: Text(row.title, row.purpose),
        lambda row: row.get_absolute_url(),
        lambda row: f"Answers until {wording.uk_date(row.closes_on)}",
    ),
    Kind(
        "answers",
        "Answers to calls",
        "exploration.view",
        answers_visible_to,
        lambda row: Text(str(row), _joined([row.summary, row.supplier.legal_name])),
        lambda row: row.get_absolute_url(),
        lambda row: f"{row.supplier.legal_name}, {row.call.title}",
    ),
    Kind(
        "field-records", "Field records", "deployments.view",
        records_visible_to,
        lambda row: Text(
            f"{row.force}, {row.place}", _joined([row.system_name, row.note])
        ),
        lambda row: reverse("deployments:record_detail", args=[row.pk]),
        lambda row: row.system_name,
    ),
)  # fmt: skip


def kinds_open_to(user: User) -> list[Kind]:
    """Return the kinds whose pages a person may open."""
    return [kind for kind in KINDS if may(user, kind.needs)]
