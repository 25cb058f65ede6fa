"""What people type about themselves and about each other."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from portal.accounts import selectors
from portal.accounts.models import Organisation, Role, User
from portal.accounts.services import Person
from portal.core.forms import GovukFilterForm, GovukForm


class SignInForm(GovukForm):
    email = forms.EmailField(
        label="Email address", widget=forms.EmailInput(attrs={"autocomplete": "username"})
    )
    password = forms.CharField(
        label="Password",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class ChangePasswordForm(GovukForm):
    present = forms.CharField(
        label="Your password now",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    password = forms.CharField(
        label="New password",
        help_text="At least 12 characters. Three random words are easy to remember.",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label="New password again",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_present(self) -> str:
        present: str = self.cleaned_data["present"]
        if not self.user.check_password(present):
            raise ValidationError("This is not your password.")
        return present

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password, self.user)
        return password

    def clean(self) -> dict[str, Any]:
        entered = super().clean() or self.cleaned_data
        if "password" in entered and entered.get("again") != entered["password"]:
            self.add_error("again", "The two new passwords differ.")
        return entered


class PersonForm(GovukForm):
    """One form for a new person and for a change; a password is needed only for a new one."""

    name = forms.CharField(label="Full name", max_length=150)
    email = forms.EmailField(label="Email address", help_text="They sign in with it.")
    role = forms.ChoiceField(label="Role", choices=Role.choices, widget=forms.RadioSelect)
    organisation: forms.ModelChoiceField[Organisation] = forms.ModelChoiceField(
        label="Organisation",
        queryset=None,
        required=False,
        empty_label="None",
        help_text="A person with the role Supplier needs one.",
    )
    password = forms.CharField(
        label="First password",
        help_text="At least 12 characters. Hand it over in person or by telephone.",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    is_active = forms.BooleanField(label="May sign in", required=False, initial=True)

    def __init__(self, *args: Any, user: User | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        organisation = self.fields["organisation"]
        organisation.queryset = selectors.organisations()  # type: ignore[attr-defined]
        if user:
            self.fields["password"].required = False
            self.fields["password"].label = "New password"
            self.fields["password"].help_text = "Leave empty to keep the present one."

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).strip().lower()

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        if password:
            validate_password(password, self.user)
        return password

    def person(self) -> Person:
        entered = self.cleaned_data
        return Person(
            name=entered["name"],
            email=entered["email"],
            role=entered["role"],
            organisation=entered["organisation"],
            is_active=entered["is_active"],
        )


class PersonFilterForm(GovukFilterForm):
    q = forms.CharField(label="Name, address or organisation", required=False)
    role = forms.ChoiceField(label="Role", choices=[("", "Any"), *Role.choices], required=False)
    state = forms.ChoiceField(
        label="May sign in",
        choices=[("", "Any"), ("active", "Yes"), ("inactive", "No")],
        required=False,
    )
