"""Pages on which assurance evidence is entered."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.contrib import messages
from django.forms.models import model_to_dict
from django.shortcuts import get_object_or_404, redirect, render

from portal.core.access import require, right
from portal.core.errors import DomainError, show_on_form
from portal.core.forms import GovukDateField, GovukModelForm
from portal.core.requests import form_page, posted
from portal.suppliers import assurance, selectors
from portal.suppliers.models import AssuranceEvidence

if TYPE_CHECKING:
    from django.http import HttpResponse

    from portal.core.requests import SignedInRequest
    from portal.suppliers.models import Product


class EvidenceForm(GovukModelForm):
    issued_on = GovukDateField(
        label="Issued on", error_messages={"required": "Enter the date of issue."}
    )
    expires_on = GovukDateField(label="Expires on", required=False)

    class Meta:
        model = AssuranceEvidence
        fields = assurance.EVIDENCE
        labels: ClassVar = {"kind": "Kind of evidence"}


@right("suppliers.edit")
@form_page
def evidence_create(request: SignedInRequest, supplier: str, product: str) -> HttpResponse:
    products = selectors.products_visible_to(request.user)
    found = get_object_or_404(products, supplier__slug=supplier, slug=product)
    return _evidence_form(request, found, None)


@right("suppliers.edit")
@form_page
def evidence_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    evidence = get_object_or_404(selectors.evidence_visible_to(request.user), pk=pk)
    return _evidence_form(request, evidence.product, evidence)


def _evidence_form(
    request: SignedInRequest, product: Product, evidence: AssuranceEvidence | None
) -> HttpResponse:
    require(request.user, "suppliers.edit", product)
    initial = model_to_dict(evidence, assurance.EVIDENCE) if evidence else None
    form = EvidenceForm(posted(request), initial=initial)
    if form.is_valid():
        try:
            assurance.save_evidence(
                product=product, evidence=evidence, by=request.user, **form.cleaned_data
            )
        except DomainError as error:
            show_on_form(form, error)
        else:
            messages.success(request, "The evidence has been saved.")
            return _to_product(product)
    context = {"form": form, "product": product, "evidence": evidence}
    return render(request, "suppliers/evidence_form.html", context)


@right("suppliers.edit")
@form_page
def evidence_remove(request: SignedInRequest, pk: int) -> HttpResponse:
    evidence = get_object_or_404(selectors.evidence_visible_to(request.user), pk=pk)
    require(request.user, "suppliers.edit", evidence)
    if request.method == "POST":
        product = evidence.product
        assurance.remove_evidence(evidence=evidence, by=request.user)
        messages.success(request, "The evidence has been removed.")
        return _to_product(product)
    return render(request, "suppliers/evidence_remove.html", {"evidence": evidence})


def _to_product(product: Product) -> HttpResponse:
    return redirect(
        "suppliers:product_detail", supplier=product.supplier.slug, product=product.slug
    )
