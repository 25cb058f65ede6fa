"""Pages on which claims are entered; how they stand to our figures is another app's page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.forms.models import model_to_dict
from django.shortcuts import get_object_or_404, redirect, render

from portal.core.access import require, right
from portal.core.errors import DomainError, show_on_form
from portal.core.requests import form_page, posted
from portal.suppliers import claims, selectors
from portal.suppliers.claim_forms import ClaimForm

if TYPE_CHECKING:
    from django.http import HttpResponse

    from portal.core.requests import SignedInRequest
    from portal.suppliers.models import Claim, Product


@right("suppliers.edit")
@form_page
def claim_create(request: SignedInRequest, supplier: str, product: str) -> HttpResponse:
    products = selectors.products_visible_to(request.user)
    found = get_object_or_404(products, supplier__slug=supplier, slug=product)
    return _claim_form(request, found, None)


@right("suppliers.edit")
@form_page
def claim_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    claim = get_object_or_404(selectors.claims_visible_to(request.user), pk=pk)
    return _claim_form(request, claim.product, claim)


def _claim_form(request: SignedInRequest, product: Product, claim: Claim | None) -> HttpResponse:
    require(request.user, "suppliers.edit", product)
    initial = model_to_dict(claim, claims.CLAIM) if claim else None
    form = ClaimForm(posted(request), initial=initial)
    if form.is_valid():
        try:
            claims.save_claim(product=product, claim=claim, by=request.user, **form.cleaned_data)
        except DomainError as error:
            show_on_form(form, error)
        else:
            messages.success(request, "The claim has been saved.")
            return _to_product(product)
    context = {"form": form, "product": product, "claim": claim}
    return render(request, "suppliers/claim_form.html", context)


@right("suppliers.edit")
@form_page
def claim_remove(request: SignedInRequest, pk: int) -> HttpResponse:
    claim = get_object_or_404(selectors.claims_visible_to(request.user), pk=pk)
    require(request.user, "suppliers.edit", claim)
    if request.method == "POST":
        product = claim.product
        claims.remove_claim(claim=claim, by=request.user)
        messages.success(request, "The claim has been removed.")
        return _to_product(product)
    return render(request, "suppliers/claim_remove.html", {"claim": claim})


def _to_product(product: Product) -> HttpResponse:
    return redirect(
        "suppliers:product_detail", supplier=product.supplier.slug, product=product.slug
    )
