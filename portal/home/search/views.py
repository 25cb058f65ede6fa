"""The page of the search."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.core.access import signed_in
from portal.core.forms import GovukFilterForm
from portal.core.pages import paginate
from portal.home.search.finding import Hit, find
from portal.home.search.kinds import kinds_open_to

if TYPE_CHECKING:
    from typing import Any

    from django.http import HttpResponse

    from portal.accounts.models import User
    from portal.core.requests import SignedInRequest


class SearchForm(GovukFilterForm):
    q = forms.CharField(label="Words", max_length=100)
    kind = forms.ChoiceField(label="Kind")

    def __init__(self, data: Any, *, reader: User) -> None:
        super().__init__(data)
        self._kinds = {kind.key: kind for kind in kinds_open_to(reader)}
        choices = [(key, kind.label) for key, kind in self._kinds.items()]
        self.fields["kind"].choices = [("", "Everything"), *choices]  # type: ignore[attr-defined]

    def answer(self, reader: User) -> list[Hit]:
        """Return what is found for what was typed."""
        asked = self.chosen()
        kinds = [self._kinds[asked["kind"]]] if "kind" in asked else None
        return find(reader, asked.get("q", ""), kinds)


@signed_in
@require_safe
def search(request: SignedInRequest) -> HttpResponse:
    form = SearchForm(request.GET, reader=request.user)
    context = {"filters": form, "page": paginate(request, form.answer(request.user))}
    return render(request, "home/search.html", context)
