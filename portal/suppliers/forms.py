"""What people enter about suppliers, contacts and products."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.core.validators import RegexValidator

from portal.core.forms import GovukDateField, GovukFilterForm, GovukForm, GovukModelForm
from portal.suppliers import selectors
from portal.suppliers.models import Product, Supplier, UseCase
from portal.suppliers.services import PRODUCT, PROFILE, RESEARCH

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import QuerySet


def level_input() -> forms.TextInput:
    """Return a box for a technology readiness level, one figure wide."""
    return forms.TextInput(attrs={"class": "govuk-input--width-2", "inputmode": "numeric"})


def price_input() -> forms.TextInput:
    """Return a box for an amount of money."""
    return forms.TextInput(attrs={"class": "govuk-input--width-10", "inputmode": "decimal"})


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
        help_texts: ClassVar = {
            "owner": "Who owns or controls it in the end, where that is somebody else",
        }

    def clean_companies_house_number(self) -> str:
        return str(self.cleaned_data["companies_house_number"]).upper()


class ResearchForm(GovukModelForm):
    last_researched_on = GovukDateField(
        label="Last researched on",
        error_messages={"required": "Enter when the supplier was researched."},
    )

    class Meta:
        model = Supplier
        fields = RESEARCH
        labels: ClassVar = {"confidence": "How far the record is trusted"}


class ArchiveForm(GovukForm):
    reason = forms.CharField(
        label="Why it is archived", max_length=300, help_text="Colleagues will read this later."
    )


class ProductForm(GovukModelForm):
    uses = forms.MultipleChoiceField(
        label="Uses",
        choices=UseCase.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text="Select every use that the product is for.",
        error_messages={"required": "Select at least one use of the product."},
    )
    field_order = ("name", "summary", "uses")

    class Meta:
        model = Product
        fields = tuple(name for name in PRODUCT if name not in selectors.FLAGS.values())
        labels: ClassVar = {"name": "Product name", "summary": "What the product does"}
        widgets: ClassVar = {
            "summary": forms.Textarea(attrs={"rows": 5}),
            "trl_now": level_input(),
            "trl_in_18_months": level_input(),
            "trl_evidence": forms.Textarea(attrs={"rows": 3}),
            "integration": forms.Textarea(attrs={"rows": 3}),
            "price_from": price_input(),
            "price_to": price_input(),
        }
        help_texts: ClassVar = {
            "trl_now": "A whole number from 1 to 9",
            "trl_in_18_months": "A whole number from 1 to 9",
            "trl_evidence": "What shows that the product is, or will be, at these levels",
            "integration": "Interfaces, formats and systems that it works with",
            "price_from": "Without VAT",
            "price_for": "For example, one camera for a year",
        }

    def __init__(self, *args: Any, initial: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        shown = dict(initial or {})
        shown["uses"] = [use for use, flag in selectors.FLAGS.items() if shown.get(flag)]
        super().__init__(*args, initial=shown, **kwargs)

    def clean(self) -> dict[str, Any]:
        entered = super().clean() or self.cleaned_data
        uses = entered.pop("uses", [])
        return entered | {flag: use in uses for use, flag in selectors.FLAGS.items()}


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
