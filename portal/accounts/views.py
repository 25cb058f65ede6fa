"""Signing in and out, one's own account, and the people whom an administrator manages."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import login, logout, update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from portal.accounts import selectors, services
from portal.accounts.forms import ChangePasswordForm, PersonFilterForm, PersonForm, SignInForm
from portal.accounts.models import User
from portal.accounts.sign_in import check_credentials
from portal.core.access import public, right, signed_in
from portal.core.errors import DomainError, show_on_form
from portal.core.pages import paginate
from portal.core.requests import SignedInRequest, form_page, posted
from portal.core.selectors import events_about

BACKEND = "django.contrib.auth.backends.ModelBackend"
NEW_TOKEN = "new_api_token"  # noqa: S105 - the session's key, not a secret


@public
@never_cache
@sensitive_post_parameters("password")
@form_page
def sign_in(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect(_address_after_sign_in(request))
    form = SignInForm(posted(request))
    if form.is_valid():
        try:
            user = check_credentials(request=request, **form.cleaned_data)
        except DomainError as error:
            show_on_form(form, error)
        else:
            login(request, user, backend=BACKEND)
            return redirect(_address_after_sign_in(request))
    context = {"form": form, "next": request.GET.get("next", request.POST.get("next", ""))}
    return render(request, "accounts/sign_in.html", context)


def _address_after_sign_in(request: HttpRequest) -> str:
    """Return where the person wanted to go, if that lies within this service."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe else resolve_url("home:home")


@public
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("accounts:sign_in")


@signed_in
@never_cache
@require_GET
def account(request: SignedInRequest) -> HttpResponse:
    context = {
        "person": request.user,
        "token": selectors.token_of(request.user),
        "new_token": request.session.pop(NEW_TOKEN, ""),
    }
    return render(request, "accounts/account.html", context)


@signed_in
@sensitive_post_parameters()
def change_password(request: SignedInRequest) -> HttpResponse:
    form = ChangePasswordForm(posted(request), user=request.user)
    if form.is_valid():
        password = form.cleaned_data["password"]
        services.set_password(user=request.user, password=password, by=request.user)
        update_session_auth_hash(request, request.user)
        messages.success(request, "Your password has been changed.")
        return redirect("accounts:account")
    return render(request, "accounts/change_password.html", {"form": form})


@signed_in
@require_POST
def create_token(request: SignedInRequest) -> HttpResponse:
    # Shown once, on the page that follows; then it is in nobody's hands but the person's.
    request.session[NEW_TOKEN] = services.create_token(user=request.user).key
    return redirect("accounts:account")


@signed_in
@require_POST
def revoke_token(request: SignedInRequest) -> HttpResponse:
    services.revoke_token(user=request.user)
    messages.success(request, "Your API token has been revoked.")
    return redirect("accounts:account")


@right("people.manage")
@require_GET
def person_list(request: SignedInRequest) -> HttpResponse:
    filters = PersonFilterForm(request.GET)
    page = paginate(request, selectors.people(**filters.chosen()))
    return render(request, "accounts/person_list.html", {"filters": filters, "page": page})


@right("people.manage")
@sensitive_post_parameters("password")
def person_create(request: SignedInRequest) -> HttpResponse:
    form = PersonForm(posted(request))
    if form.is_valid():
        try:
            user = services.create_person(
                person=form.person(), password=form.cleaned_data["password"], by=request.user
            )
        except DomainError as error:
            show_on_form(form, error)
        else:
            messages.success(request, f"{user.name} can sign in now.")
            return redirect("accounts:person_detail", pk=user.pk)
    return render(request, "accounts/person_form.html", {"form": form, "person": None})


@right("people.manage")
@sensitive_post_parameters("password")
def person_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    user = get_object_or_404(User, pk=pk)
    present = {name: getattr(user, name) for name in services.CHANGEABLE}
    form = PersonForm(posted(request), user=user, initial=present)
    if form.is_valid():
        try:
            services.update_person(
                user=user,
                person=form.person(),
                password=form.cleaned_data["password"],
                by=request.user,
            )
        except DomainError as error:
            show_on_form(form, error)
        else:
            messages.success(request, "The changes have been saved.")
            return redirect("accounts:person_detail", pk=user.pk)
    events = events_about(user)[:20]
    context = {"form": form, "person": user, "events": events}
    return render(request, "accounts/person_form.html", context)
