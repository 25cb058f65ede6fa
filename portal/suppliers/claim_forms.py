"""The form of a claim; rates are typed as percentages and kept as proportions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms

from portal.core.forms import GovukDateField, GovukModelForm
from portal.suppliers.claims import CLAIM
from portal.suppliers.models import Claim

if TYPE_CHECKING:
    from collections.abc import Mapping

PERCENTAGES = ("value", "target")


class ClaimForm(GovukModelForm):
    made_on = GovukDateField(
        label="Date of the claim", error_messages={"required": "Enter the date of the claim."}
    )

    class Meta:
        model = Claim
        fields = CLAIM
        labels: ClassVar = {
            "metric": "What is claimed",
            "value": "Claimed value (%)",
            "target": "At a false rate of (%)",
            "gallery_size": "People enrolled",
            "test_set": "Test set",
            "version": "Version of the product",
            "document": "Where it is claimed",
        }
        help_texts: ClassVar = {
            "version": "As it was submitted to us. Leave empty if the claim names none",
            "target": "FMR or FPIR, for example 0.01 for 1 in 10,000",
            "gallery_size": "Of searches",
            "test_set": "In the words of the claim; a set of ours by its title",
            "document": "Document or address",
        }
        widgets: ClassVar = {
            name: forms.TextInput(attrs={"inputmode": "decimal"}) for name in PERCENTAGES
        }

    def __init__(self, *args: Any, initial: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        shown = dict(initial or {})
        for name in PERCENTAGES:
            if shown.get(name) is not None:
                shown[name] = f"{shown[name] * 100:.10g}"
        super().__init__(*args, initial=shown, **kwargs)

    def clean_value(self) -> float:
        return float(self.cleaned_data["value"]) / 100

    def clean_target(self) -> float | None:
        target = self.cleaned_data["target"]
        return None if target is None else float(target) / 100

    def _get_validation_exclusions(self) -> set[str]:
        """Leave proportions to the service, which says what is wrong beside the field."""
        return {*super()._get_validation_exclusions(), *PERCENTAGES}  # type: ignore[misc]
