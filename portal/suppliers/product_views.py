"""Pages of products."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.forms.models import model_to_dict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from portal.core.access import may, require, right
from portal.core.errors import DomainError, show_on_form
from portal.core.requests import form_page, posted
from portal.suppliers import selectors, services
from portal.suppliers.forms import ProductForm
from portal.suppliers.parts.kinds import CLAIM, EVIDENCE
from portal.suppliers.views import visible_supplier

if TYPE_CHECKING:
    from django.http import HttpResponse

    from portal.core.requests import SignedInRequest
    from portal.suppliers.models import Product, Supplier


@right("suppliers.view")
@require_safe
def product_detail(request: SignedInRequest, supplier: str, product: str) -> HttpResponse:
    found = _visible_product(request, supplier, product)
    context = {
        "product": found,
        "supplier": found.supplier,
        "evidence": [
            (one, one.expiry(timezone.localdate()))
            for one in selectors.parts_visible_to(request.user, EVIDENCE).filter(product=found)
        ],
        "claims": selectors.parts_visible_to(request.user, CLAIM).filter(product=found),
        "may_edit": may(request.user, "suppliers.edit", found),
        "may_confirm": found.is_candidate and may(request.user, "suppliers.confirm", found),
        "may_submit": may(request.user, "submissions.create", found),
    }
    return render(request, "suppliers/product_detail.html", context)


@right("suppliers.confirm")
@require_POST
def product_confirm(request: SignedInRequest, supplier: str, product: str) -> HttpResponse:
    found = _visible_product(request, supplier, product)
    services.confirm_product(product=found, by=request.user)
    messages.success(request, f"{found} is confirmed as a product.")
    return redirect(found.get_absolute_url())


def _visible_product(request: SignedInRequest, supplier: str, product: str) -> Product:
    products = selectors.products_visible_to(request.user)
    return get_object_or_404(products, supplier__slug=supplier, slug=product)


@right("suppliers.edit")
@form_page
def product_create(request: SignedInRequest, slug: str) -> HttpResponse:
    return _product_form(request, visible_supplier(request, slug), None)


@right("suppliers.edit")
@form_page
def product_edit(request: SignedInRequest, supplier: str, product: str) -> HttpResponse:
    found = _visible_product(request, supplier, product)
    return _product_form(request, found.supplier, found)


def _product_form(
    request: SignedInRequest, supplier: Supplier, product: Product | None
) -> HttpResponse:
    require(request.user, "suppliers.edit", supplier)
    initial = model_to_dict(product, services.PRODUCT) if product else None
    form = ProductForm(posted(request), initial=initial)
    if form.is_valid():
        try:
            saved = services.save_product(
                supplier=supplier, product=product, by=request.user, **form.cleaned_data
            )
        except DomainError as error:
            show_on_form(form, error)
        else:
            messages.success(request, f"{saved} has been saved.")
            return redirect("suppliers:product_detail", supplier=supplier.slug, product=saved.slug)
    context = {"form": form, "supplier": supplier, "product": product}
    return render(request, "suppliers/product_form.html", context)
