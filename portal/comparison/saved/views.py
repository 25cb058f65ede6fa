"""Pages of saved comparisons; opening one is the compare page itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from portal.comparison.saved import services
from portal.comparison.saved.choice import choice_of
from portal.comparison.saved.forms import SavedComparisonForm
from portal.comparison.saved.selectors import lines_of, saved_visible_to
from portal.core.access import require, right
from portal.core.errors import DomainError, show_on_form
from portal.core.pages import paginate
from portal.core.requests import form_page, posted

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse

    from portal.comparison.models import SavedComparison
    from portal.core.requests import SignedInRequest


@right("comparison.compare")
@require_safe
def saved_list(request: SignedInRequest) -> HttpResponse:
    page = paginate(request, saved_visible_to(request.user))
    context = {"page": page, "lines": lines_of(request.user, page)}
    return render(request, "comparison/saved_list.html", context)


@right("comparison.compare")
@form_page
def saved_create(request: SignedInRequest) -> HttpResponse:
    choice = choice_of(request.GET)
    form = SavedComparisonForm(posted(request))
    if form.is_valid():
        try:
            saved = services.save_comparison(choice=choice, by=request.user, **form.cleaned_data)
        except DomainError as error:
            show_on_form(form, error)
        else:
            return _done(request, f"{saved} has been saved.")
    context = {"form": form, "choice": choice}
    return render(request, "comparison/saved_form.html", context)


@right("comparison.compare")
@form_page
def saved_edit(request: SignedInRequest, pk: UUID) -> HttpResponse:
    saved = _own(request, pk)
    form = SavedComparisonForm(
        posted(request), initial={"name": saved.name, "is_shared": saved.is_shared}
    )
    if form.is_valid():
        try:
            services.change_saved_comparison(saved=saved, by=request.user, **form.cleaned_data)
        except DomainError as error:
            show_on_form(form, error)
        else:
            return _done(request, f"{saved} has been saved.")
    return render(request, "comparison/saved_form.html", {"form": form, "saved": saved})


@right("comparison.compare")
@form_page
def saved_remove(request: SignedInRequest, pk: UUID) -> HttpResponse:
    saved = _own(request, pk)
    if request.method == "POST":
        services.remove_saved_comparison(saved=saved, by=request.user)
        return _done(request, f"{saved} has been removed.")
    return render(request, "comparison/saved_remove.html", {"saved": saved})


def _own(request: SignedInRequest, pk: UUID) -> SavedComparison:
    saved = get_object_or_404(saved_visible_to(request.user), pk=pk)
    require(request.user, "comparison.change_saved", saved)
    return saved


def _done(request: SignedInRequest, said: str) -> HttpResponse:
    messages.success(request, said)
    return redirect("comparison:saved_list")
