"""The pages of a merge: which supplier it goes into, and what would move."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render

from portal.core.access import right
from portal.core.errors import DomainError, show_on_form
from portal.core.forms import GovukForm
from portal.core.requests import form_page, posted
from portal.suppliers import selectors
from portal.suppliers.merging.plan import plan_of
from portal.suppliers.merging.services import merge_suppliers
from portal.suppliers.models import Supplier
from portal.suppliers.views import visible_supplier

if TYPE_CHECKING:
    from typing import Any

    from django.db.models import QuerySet
    from django.http import HttpResponse

    from portal.core.requests import SignedInRequest


class IntoForm(GovukForm):
    into = forms.ModelChoiceField(
        label="Record that stays",
        queryset=Supplier.objects.none(),
        to_field_name="slug",
        empty_label="Choose one",
        help_text="Everything of this supplier moves there.",
        error_messages={
            "required": "Choose the record that stays.",
            "invalid_choice": "Choose a supplier from the list.",
        },
    )

    def __init__(self, *args: Any, suppliers: QuerySet[Supplier], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["into"].queryset = suppliers  # type: ignore[attr-defined]


class AgreementForm(GovukForm):
    agreed = forms.CharField(widget=forms.HiddenInput)


@right("suppliers.merge")
@form_page
def supplier_merge(request: SignedInRequest, slug: str) -> HttpResponse:
    duplicate = visible_supplier(request, slug)
    others = selectors.suppliers_visible_to(request.user).filter(archived_at=None)
    others = others.exclude(pk=duplicate.pk).select_related("organisation")
    choice = IntoForm(request.GET if "into" in request.GET else None, suppliers=others)
    context: dict[str, Any] = {"supplier": duplicate, "choice": choice}
    if not choice.is_valid():
        return render(request, "suppliers/merge_choice.html", context)
    plan = plan_of(duplicate, choice.cleaned_data["into"])
    form = AgreementForm(posted(request), initial={"agreed": plan.digest})
    if form.is_valid():
        try:
            merge_suppliers(
                duplicate=duplicate, into=plan.into, by=request.user, **form.cleaned_data
            )
        except DomainError as error:
            form = AgreementForm({"agreed": plan.digest})
            show_on_form(form, error)
        else:
            messages.success(request, f"{duplicate} has been merged into {plan.into}.")
            return redirect(plan.into.get_absolute_url())
    return render(request, "suppliers/merge_plan.html", context | {"plan": plan, "form": form})
