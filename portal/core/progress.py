"""Answers to pages that ask how far something is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import render

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

STOP_POLLING = 286
"""What htmx takes as "ask no more"."""


def render_progress(
    request: HttpRequest, template: str, context: dict[str, Any], *, is_over: bool
) -> HttpResponse:
    """Render the part of a page that changes; when it is over, have the whole page read anew.

    The rest of the page, its history and what may be done next, is only true for the state in
    which the page was read.
    """
    if not is_over:
        return render(request, template, context)
    response = render(request, template, context, status=STOP_POLLING)
    response["HX-Refresh"] = "true"
    return response
