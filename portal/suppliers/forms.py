"""What people enter about suppliers, contacts and products."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.core.validators import RegexValidator

from portal.core.forms import GovukFilterForm, GovukForm, GovukModelForm
from portal.suppliers import selectors
from portal.suppliers.models import Contact, Product, Supplier, UseCase
from portal.suppliers.services import CONTACT, PRODUCT, PROFILE

if TYPE_CHECKING:
    from django.db.models import QuerySet


def level_input() -> forms.TextInput:
    """Return a box for a technology readiness level, one figure wide."""
    return forms.TextInput(attrs={"class": "govuk-input--width-2", "inputmode": "numeric"})


class SupplierForm(GovukModelForm):
    companies_house_number = forms.CharField(
        label="Companies House number",
        required=False,
        max_length=8,
        validators=[
            RegexValidator(
                r"^([0-9]{8}|[A-Za-z]{2}[0-9]{6})$",
                "Enter eight characters, like 01234567 or SC123456.",
            )
        ],
    )
    website = forms.URLField(label="Website", required=False, assume_scheme="https")

    class Meta:
        model = Supplier
        fields = PROFILE
        labels: ClassVar = {"legal_name": "Legal name", "summary": "What the supplier does"}
        widgets: ClassVar = {"summary": forms.Textarea(attrs={"rows": 5})}

    def clean_companies_house_number(self) -> str:
        return str(self.cleaned_data["companies_house_number"]).upper()


class ArchiveForm(GovukForm):
    reason = forms.CharField(
        label="Why it is archived", max_length=300, help_text="Colleagues will read this later."
    )


class ContactForm(GovukModelForm):
    class Meta:
        model = Contact
        fields = CONTACT
        labels: ClassVar = {
            "name": "Full name", "job_title": "Job title", "email": "Email address",
            "phone": "Telephone number",
        }  # fmt: skip


class ProductForm(GovukModelForm):
    class Meta:
        model = Product
        fields = PRODUCT
        labels: ClassVar = {"name": "Product name", "summary": "What the product does"}
        widgets: ClassVar = {
            "summary": forms.Textarea(attrs={"rows": 5}),
            "trl_now": level_input(),
        }
        help_texts: ClassVar = {"trl_now": "A whole number from 1 to 9"}

    def clean(self) -> dict[str, Any]:
        entered = super().clean() or self.cleaned_data
        if not any(entered.get(flag) for flag in selectors.FLAGS.values()):
            self.add_error("for_rfr", "Select at least one use of the product.")
        return entered


class SupplierFilterForm(GovukFilterForm):
    q = forms.CharField(label="Supplier or product")
    use_case = forms.ChoiceField(label="Use", choices=[("", "Any"), *UseCase.choices])
    country = forms.ChoiceField(label="Country")
    archived = forms.ChoiceField(
        label="Archived suppliers",
        choices=[("", "Leave out"), ("all", "Include"), ("only", "Show only these")],
    )

    def __init__(self, data: Any, *, suppliers: QuerySet[Supplier]) -> None:
        super().__init__(data)
        found = selectors.countries(suppliers)
        self.fields["country"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            ("", "Any"),
            *((country, country) for country in found),
        ]
