"""Who may open which address: every view says so itself, and one that does not is refused.

A page declares ``@right("runs.release")``, ``@signed_in`` or ``@public``; a viewset or an API view
declares ``rights = {"list": "runs.view", "release": "runs.release"}``. What the names mean is
decided in ``portal.accounts.rights``; which records a person sees is decided in the selectors,
which make an unseen record not found.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import rules
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from rest_framework.permissions import BasePermission

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse
    from rest_framework.request import Request
    from rest_framework.views import APIView

logger = logging.getLogger(__name__)
View = TypeVar("View", bound="Callable[..., Any]")

PUBLIC = "public"
SIGNED_IN = "signed in"


@dataclass(frozen=True, slots=True)
class Access:
    """What a view asks for: ``PUBLIC``, ``SIGNED_IN`` or the name of a right."""

    needs: str


def _declare(needs: str) -> Callable[[View], View]:
    def mark(view: View) -> View:
        view.access = Access(needs)  # type: ignore[attr-defined]  # functions carry attributes
        return view

    return mark


def right(name: str) -> Callable[[View], View]:
    """Admit people who hold the right ``name``; put it outermost on the view."""
    return _declare(name)


def public(view: View) -> View:
    """Admit anyone, signed in or not."""
    return _declare(PUBLIC)(view)


def signed_in(view: View) -> View:
    """Admit every signed-in person."""
    return _declare(SIGNED_IN)(view)


def may(user: Any, name: str, record: object | None = None) -> bool:
    """Whether ``user`` holds a right, at all or over one record; an unknown right is held by none.

    Asks the table of predicates alone: no superuser passes by it, and no query is made.
    """
    if name == PUBLIC:
        return True
    active = bool(user and user.is_authenticated and user.is_active)
    if name == SIGNED_IN:
        return active
    return active and bool(rules.has_perm(name, user, record))


def require(user: Any, name: str, record: object | None = None) -> None:
    """Raise PermissionDenied (the 403 page) unless ``user`` holds the right over the record."""
    if not may(user, name, record):
        raise PermissionDenied


def access_of(view: Callable[..., Any]) -> Access | None:
    """Return the declaration of a page; None where there is none."""
    return getattr(view, "access", None)


def api_rights_of(view: Callable[..., Any]) -> dict[str, str] | None:
    """Return the rights per action of an API view that ``RightsPermission`` guards."""
    api_class = getattr(view, "cls", None)
    guarded = RightsPermission in getattr(api_class, "permission_classes", ())
    return getattr(api_class, "rights", None) if guarded else None


class DefaultDenyMiddleware:
    """Refuse every view that has no declaration, and every person who does not meet it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if api_rights_of(view) is not None:
            return None  # answered by RightsPermission, which knows tokens too
        access = access_of(view)
        if access is None:
            logger.error("refused %s: its view declares no right", request.path)
            raise PermissionDenied
        if may(request.user, access.needs):
            return None
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        raise PermissionDenied


class RightsPermission(BasePermission):
    """Admit an API call if the caller holds the right that the view names for its action.

    A viewset names actions (``list``, ``retrieve``, ``release``), a plain view methods (``get``).
    An action without a right is refused.
    """

    def has_permission(self, request: Request, view: APIView) -> bool:
        needs = self._needs(request, view)
        return needs is not None and may(request.user, needs)

    def has_object_permission(self, request: Request, view: APIView, obj: Any) -> bool:
        needs = self._needs(request, view)
        return needs is not None and may(request.user, needs, obj)

    def _needs(self, request: Request, view: APIView) -> str | None:
        rights: dict[str, str] = getattr(view, "rights", {})
        action = getattr(view, "action", None) or (request.method or "").lower()
        return SIGNED_IN if action in ("metadata", "options") else rights.get(action)
