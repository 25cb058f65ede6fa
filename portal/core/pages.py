"""Lists cut into pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, overload

from django.core.paginator import Page, Paginator

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import Model, QuerySet
    from django.http import HttpRequest

    from portal.core.chronicle import Chronicle, Entry

Row = TypeVar("Row", bound="Model")
Item = TypeVar("Item")


@overload
def paginate(request: HttpRequest, rows: QuerySet[Row, Any], per_page: int = 25) -> Page[Row]: ...


@overload
def paginate(request: HttpRequest, rows: Sequence[Item], per_page: int = 25) -> Page[Item]: ...


@overload
def paginate(request: HttpRequest, rows: Chronicle, per_page: int = 25) -> Page[Entry]: ...


def paginate(request: HttpRequest, rows: Any, per_page: int = 25) -> Any:
    """Return the page that the address asks for; a number out of range gives the nearest page."""
    return Paginator(rows, per_page).get_page(request.GET.get("page"))
