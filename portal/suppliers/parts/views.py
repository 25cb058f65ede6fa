"""Pages on which parts are entered; how claims stand to our figures is another app's page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.forms.models import model_to_dict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path

from portal.core.access import require, right
from portal.core.errors import DomainError, show_on_form
from portal.core.requests import form_page, posted
from portal.suppliers import selectors
from portal.suppliers.models import Product, Supplier
from portal.suppliers.parts.saving import remove_part, save_part

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse

    from portal.core.forms import GovukModelForm
    from portal.core.requests import SignedInRequest
    from portal.suppliers.parts.part import Part


@dataclass(frozen=True, slots=True)
class PartPages:
    """The three pages of one kind of part: add, edit and remove."""

    part: Part[Any]
    form: type[GovukModelForm]

    def addresses(self) -> list[URLPattern]:
        """Return the addresses: "claim_create", "claim_edit" and "claim_remove"."""
        kind, plural = self.part.kind, self.part.plural
        of_owner = {
            "supplier": "suppliers/<slug:slug>",
            "product": "products/<slug:supplier>/<slug:product>",
        }
        new = f"{of_owner[self.part.of]}/{plural}/new/"
        return [
            path(new, self._guarded(self._create), name=f"{kind}_create"),
            path(f"{plural}/<int:pk>/edit/", self._guarded(self._edit), name=f"{kind}_edit"),
            path(f"{plural}/<int:pk>/remove/", self._guarded(self._remove), name=f"{kind}_remove"),
        ]

    def _guarded(self, page: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        def view(request: SignedInRequest, **place: Any) -> HttpResponse:
            return page(request, **place)

        return right(self.part.edit_right)(form_page(view))

    def _create(self, request: SignedInRequest, **place: str) -> HttpResponse:
        owner: Supplier | Product
        if self.part.of == "supplier":
            owner = get_object_or_404(selectors.suppliers_visible_to(request.user), **place)
        else:
            owner = get_object_or_404(
                selectors.products_visible_to(request.user),
                supplier__slug=place["supplier"],
                slug=place["product"],
            )
        return self._form(request, owner, None)

    def _edit(self, request: SignedInRequest, pk: int) -> HttpResponse:
        row = self._found(request, pk)
        return self._form(request, getattr(row, self.part.of), row)

    def _found(self, request: SignedInRequest, pk: int) -> Any:
        return get_object_or_404(selectors.parts_visible_to(request.user, self.part), pk=pk)

    def _form(self, request: SignedInRequest, owner: Supplier | Product, row: Any) -> HttpResponse:
        part = self.part
        require(request.user, part.edit_right, owner)
        initial = model_to_dict(row, part.fields) if row else None
        form = self.form(posted(request), initial=initial)
        if form.is_valid():
            try:
                saved = save_part(part, owner, row=row, by=request.user, **form.cleaned_data)
            except DomainError as error:
                show_on_form(form, error)
            else:
                messages.success(request, f"“{saved}” has been saved.")
                return redirect(owner.get_absolute_url())
        heading = part.edit if row else part.add
        context = {"form": form, "heading": heading, "owner": owner}
        return render(request, "suppliers/part_form.html", context)

    def _remove(self, request: SignedInRequest, pk: int) -> HttpResponse:
        part = self.part
        row = self._found(request, pk)
        owner = getattr(row, part.of)
        require(request.user, part.edit_right, owner)
        if request.method == "POST":
            name = str(row)
            remove_part(part, row, by=request.user)
            messages.success(request, f"“{name}” has been removed.")
            return redirect(owner.get_absolute_url())
        context = {"part": part, "row": row, "owner": owner}
        return render(request, "suppliers/part_remove.html", context)
