"""Errors whose words people read, and their way to a page or an API answer.

DomainError                 a rule of the business says no (409)
├── InvalidInputError       one thing that was entered cannot be used (400), bound to its field
├── NotAllowedError         this person may not do this to this record (403)
└── TooManyAttemptsError    wait before trying again (429)

Nothing below a view or a viewset speaks HTTP; this file alone maps these errors to it.
"""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Any, ClassVar

from django.shortcuts import render
from rest_framework.response import Response
from rest_framework.views import exception_handler

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.forms import BaseForm
    from django.http import HttpRequest, HttpResponse


class DomainError(Exception):
    """A rule of the business says no; the message is written for the person who asked."""

    status: ClassVar[int] = 409
    title: ClassVar[str] = "This cannot be done now"


class InvalidInputError(DomainError):
    """What was entered in ``field`` cannot be used; None means the whole form."""

    status = 400
    title = "There is a problem with what you entered"

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class NotAllowedError(DomainError):
    status = 403
    title = "You cannot do this"


class TooManyAttemptsError(DomainError):
    status = 429
    title = "Too many attempts"


def show_on_form(form: BaseForm, error: DomainError) -> None:
    """Show a refused write on the form it came from, so that nothing typed is lost."""
    field = getattr(error, "field", None)
    form.add_error(field if field in form.fields else None, str(error))


class DomainErrorMiddleware:
    """Turn a domain error that reached no form into a page that says what happened."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, DomainError):
            return None
        context = {"title": exception.title, "message": str(exception)}
        return render(request, "409.html", context, status=exception.status)


def api_exception_handler(exc: Exception, context: dict[str, Any]) -> Response | None:
    """Answer the API with the same words that a page would show."""
    if not isinstance(exc, DomainError):
        return exception_handler(exc, context)
    field = getattr(exc, "field", None)
    body = {field: [str(exc)]} if field else {"detail": str(exc)}
    wait = getattr(exc, "retry_after", None)
    headers = {"Retry-After": str(ceil(wait.total_seconds()))} if wait else None
    return Response(body, status=exc.status, headers=headers)
