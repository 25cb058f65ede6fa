"""The first page, which differs by role."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.accounts.models import Role
from portal.core.access import signed_in
from portal.home import selectors

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse

    from portal.accounts.models import User
    from portal.core.requests import SignedInRequest

PAGES: dict[str, tuple[str, Callable[[User], Any]]] = {
    Role.SUPPLIER: ("home/supplier.html", selectors.supplier_home),
    Role.OFFICIAL: ("home/official.html", selectors.official_home),
    Role.JSARC: ("home/jsarc.html", selectors.jsarc_home),
    Role.ADMINISTRATOR: ("home/administrator.html", selectors.administrator_home),
}


@signed_in
@require_safe
def home(request: SignedInRequest) -> HttpResponse:
    template, gather = PAGES[request.user.role]
    return render(request, template, {"home": gather(request.user)})
