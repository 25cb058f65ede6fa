"""Lists cut into pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from django.core.paginator import Page, Paginator

if TYPE_CHECKING:
    from django.db.models import Model, QuerySet
    from django.http import HttpRequest

Row = TypeVar("Row", bound="Model")


def paginate(request: HttpRequest, queryset: QuerySet[Row, Any], per_page: int = 25) -> Page[Row]:
    """Return the page that the address asks for; a number out of range gives the nearest page."""
    return Paginator(queryset, per_page).get_page(request.GET.get("page"))
