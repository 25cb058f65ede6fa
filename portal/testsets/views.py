"""Pages of test sets; suppliers read what a set is, government what it can support."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from portal.core.access import may, right
from portal.core.errors import DomainError, show_on_form
from portal.core.pages import paginate
from portal.core.requests import form_page, posted
from portal.testsets import selectors, services
from portal.testsets.forms import RegisterForm, TestSetFilterForm
from portal.testsets.protocols import task_rows

if TYPE_CHECKING:
    from django.http import HttpResponse

    from portal.core.requests import SignedInRequest


@right("testsets.view")
@require_safe
def testset_list(request: SignedInRequest) -> HttpResponse:
    filters = TestSetFilterForm(request.GET)
    visible = selectors.test_sets_visible_to(request.user)
    context = {
        "filters": filters,
        "page": paginate(request, selectors.narrowed(visible, **filters.chosen())),
        "may_register": may(request.user, "testsets.register"),
    }
    return render(request, "testsets/testset_list.html", context)


@right("testsets.view")
@require_safe
def testset_detail(request: SignedInRequest, slug: str) -> HttpResponse:
    test_set = get_object_or_404(selectors.test_sets_visible_to(request.user), slug=slug)
    context = {
        "test_set": test_set,
        "tasks": task_rows(test_set),
        "shows_protocols": may(request.user, "testsets.view_protocols"),
        "shows_package": may(request.user, "testsets.view_package"),
        "may_register": may(request.user, "testsets.register"),
    }
    return render(request, "testsets/testset_detail.html", context)


@right("testsets.register")
@form_page
def testset_register(request: SignedInRequest) -> HttpResponse:
    form = RegisterForm(posted(request))
    if form.is_valid():
        try:
            test_set = services.register_test_set(by=request.user, **form.cleaned_data)
        except DomainError as error:
            show_on_form(form, error)
        else:
            messages.success(request, f"{test_set} has been registered.")
            return redirect("testsets:testset_detail", slug=test_set.slug)
    return render(request, "testsets/testset_register.html", {"form": form})


@right("testsets.register")
@require_POST
def testset_use(request: SignedInRequest, slug: str) -> HttpResponse:
    test_set = get_object_or_404(selectors.test_sets_visible_to(request.user), slug=slug)
    wanted = request.POST.get("in_use") == "yes"
    services.set_active(test_set=test_set, is_active=wanted, by=request.user)
    words = "is in use" if wanted else "is no longer used for new models"
    messages.success(request, f"{test_set} {words}.")
    return redirect("testsets:testset_detail", slug=slug)
