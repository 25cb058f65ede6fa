"""The feed of a supplier as a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from portal.core.access import right
from portal.core.chronicle import Chronicle
from portal.core.forms import GovukFilterForm
from portal.core.pages import paginate
from portal.home.activity.sources import Kind, kinds_open_to, sources_of
from portal.suppliers.selectors import suppliers_visible_to

if TYPE_CHECKING:
    from typing import Any

    from django.http import HttpResponse

    from portal.accounts.models import User
    from portal.core.requests import SignedInRequest
    from portal.suppliers.models import Supplier


class ActivityForm(GovukFilterForm):
    """Which parts of the feed are shown."""

    kind = forms.ChoiceField(label="Show")

    def __init__(self, data: Any, *, reader: User) -> None:
        super().__init__(data)
        choices = [(kind.value, kind.label) for kind in kinds_open_to(reader)]
        self.fields["kind"].choices = [("", "Everything"), *choices]  # type: ignore[attr-defined]


def feed(supplier: Supplier, reader: User, form: ActivityForm) -> Chronicle:
    """Return a supplier's feed, narrowed as the form says."""
    chosen = form.chosen().get("kind")
    kinds = [Kind(chosen)] if chosen else list(Kind)
    return Chronicle(sources_of(supplier, reader, kinds))


@right("suppliers.view")
@require_safe
def supplier_activity(request: SignedInRequest, slug: str) -> HttpResponse:
    supplier = get_object_or_404(suppliers_visible_to(request.user), slug=slug)
    form = ActivityForm(request.GET, reader=request.user)
    context = {
        "supplier": supplier,
        "filters": form,
        "page": paginate(request, feed(supplier, request.user, form)),
    }
    return render(request, "home/activity.html", context)
