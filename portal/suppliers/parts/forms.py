"""The forms of parts; rates are typed as percentages and kept as proportions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms

from portal.core.forms import GovukDateField, GovukModelForm
from portal.suppliers.models import AssuranceEvidence, Claim, Contact, Framework, Site, Source
from portal.suppliers.parts.kinds import CLAIM, CONTACT, EVIDENCE, FRAMEWORK, SITE, SOURCE

if TYPE_CHECKING:
    from collections.abc import Mapping

PERCENTAGES = ("value", "target")


class ContactForm(GovukModelForm):
    consent_on = GovukDateField(
        label="Date of consent",
        help_text="When this person agreed that their details are kept, for example 27 3 2026",
        error_messages={"required": "Enter when this person agreed that their details are kept."},
    )
    keep_until = GovukDateField(
        label="Keep until",
        help_text="The details are deleted after this day",
        error_messages={"required": "Enter until when the details are kept."},
    )

    class Meta:
        model = Contact
        fields = CONTACT.fields
        labels: ClassVar = {
            "name": "Full name", "job_title": "Job title", "email": "Email address",
            "phone": "Telephone number",
        }  # fmt: skip
        help_texts: ClassVar = {"consent_how": "For example, by email or at an event"}


class FrameworkForm(GovukModelForm):
    ends_on = GovukDateField(label="Ends on", required=False)

    class Meta:
        model = Framework
        fields = FRAMEWORK.fields


class SiteForm(GovukModelForm):
    class Meta:
        model = Site
        fields = SITE.fields


class SourceForm(GovukModelForm):
    consulted_on = GovukDateField(
        label="Consulted on", error_messages={"required": "Enter when it was consulted."}
    )

    class Meta:
        model = Source
        fields = SOURCE.fields
        help_texts: ClassVar = {"reference": "Address or document"}


class EvidenceForm(GovukModelForm):
    issued_on = GovukDateField(
        label="Issued on", error_messages={"required": "Enter the date of issue."}
    )
    expires_on = GovukDateField(label="Expires on", required=False)

    class Meta:
        model = AssuranceEvidence
        fields = EVIDENCE.fields
        labels: ClassVar = {"kind": "Kind of evidence"}


class ClaimForm(GovukModelForm):
    made_on = GovukDateField(
        label="Date of the claim", error_messages={"required": "Enter the date of the claim."}
    )

    class Meta:
        model = Claim
        fields = CLAIM.fields
        labels: ClassVar = {
            "metric": "What is claimed",
            "value": "Claimed value, in %",
            "target": "At a false match or false positive rate of, in %",
            "gallery_size": "People enrolled",
            "test_set": "Test set",
            "version": "Version of the product",
            "document": "Where it is claimed",
        }
        help_texts: ClassVar = {
            "version": "As it was submitted to us. Leave it empty where the claim names none.",
            "target": "Needed for rates that hold at a false match rate (FMR) or a false positive "
            "identification rate (FPIR), for example 0.01 for 1 in 10,000.",
            "gallery_size": "Needed for claims about searches.",
            "test_set": "As the claim names it. Where it is one of our test sets, use our title.",
            "document": "The document or its address.",
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
