"""The kinds of parts, each with what must hold before it is saved."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from portal.core.errors import InvalidInputError
from portal.suppliers.models import (
    AssuranceEvidence,
    Claim,
    ClaimMetric,
    Contact,
    Framework,
    Site,
    Source,
)
from portal.suppliers.parts.part import Part


def _not_after_today(day: date | None, *, field: str, what: str) -> None:
    if day and day > timezone.localdate():
        raise InvalidInputError(f"{what} is in the future.", field=field)


def _check_contact(contact: Contact) -> None:
    if contact.consent_on is None:
        raise InvalidInputError(
            "Enter when this person agreed that their details are kept.", field="consent_on"
        )
    _not_after_today(contact.consent_on, field="consent_on", what="The date of consent")
    if contact.keep_until is None or contact.keep_until < timezone.localdate():
        raise InvalidInputError(
            "Enter until when the details are kept, today or later.", field="keep_until"
        )


def _check_claim(claim: Claim) -> None:
    metric = ClaimMetric(claim.metric)
    if not 0 <= claim.value <= 1:
        raise InvalidInputError("The claimed value must lie between 0% and 100%.", field="value")
    if metric.has_target and claim.target is None:
        raise InvalidInputError(
            "Enter the false rate that the value holds for: without it the claim says nothing.",
            field="target",
        )
    if claim.target is not None and not 0 < claim.target < 1:
        raise InvalidInputError(
            "The false rate must lie between 0% and 100%, and be neither.", field="target"
        )
    if metric == ClaimMetric.FNIR_AT_FPIR and not claim.gallery_size:
        raise InvalidInputError(
            "Enter how many people are enrolled: without it the claim says nothing.",
            field="gallery_size",
        )
    _not_after_today(claim.made_on, field="made_on", what="The date of the claim")


def _check_evidence(evidence: AssuranceEvidence) -> None:
    _not_after_today(evidence.issued_on, field="issued_on", what="The date of issue")
    if evidence.expires_on and evidence.expires_on <= evidence.issued_on:
        raise InvalidInputError("It expires before it was issued.", field="expires_on")


def _check_source(source: Source) -> None:
    _not_after_today(source.consulted_on, field="consulted_on", what="The date")


def _no_rule(row: Framework | Site) -> None:
    """Pass every row: what the columns themselves ask for is enough."""


CONTACT = Part(
    kind="contact",
    plural="contacts",
    model=Contact,
    of="supplier",
    fields=(
        "name", "job_title", "email", "phone", "consent_on", "consent_how", "keep_until"
    ),
    check=_check_contact,
    add="Add a contact",
    edit="Change a contact",
    remove="Remove contact",
    consequence="Everything recorded of this person here is deleted.",
    taken=("This supplier has a contact with this email address.", "email"),
    named="A contact",
)  # fmt: skip
FRAMEWORK = Part(
    kind="framework",
    plural="frameworks",
    model=Framework,
    of="supplier",
    fields=("name", "reference", "ends_on"),
    check=_no_rule,
    add="Add a framework",
    edit="Change a framework",
    remove="Remove framework",
    consequence="The supplier is no longer shown on this framework.",
    taken=("This framework is recorded for the supplier.", "name"),
)
SITE = Part(
    kind="site",
    plural="sites",
    model=Site,
    of="supplier",
    fields=("kind", "place", "country"),
    check=_no_rule,
    add="Add a site",
    edit="Change a site",
    remove="Remove site",
    consequence="The supplier is no longer shown at this place.",
    taken=("This site is recorded for the supplier.", "place"),
)
SOURCE = Part(
    kind="source",
    plural="sources",
    model=Source,
    of="supplier",
    fields=("title", "reference", "consulted_on"),
    check=_check_source,
    add="Add a source",
    edit="Change a source",
    remove="Remove source",
    consequence="The record of the supplier no longer says that it rests on this source.",
    view_right="suppliers.view_research",
    edit_right="suppliers.research",
)
CLAIM = Part(
    kind="claim",
    plural="claims",
    model=Claim,
    of="product",
    fields=(
        "version", "metric", "value", "target", "gallery_size", "test_set", "made_on", "document"
    ),
    check=_check_claim,
    add="Add a claim",
    edit="Change a claim",
    remove="Remove claim",
    consequence=(
        "It no longer stands beside our figures. The audit trail keeps that it was made."
    ),
)  # fmt: skip
EVIDENCE = Part(
    kind="evidence",
    plural="evidence",
    model=AssuranceEvidence,
    of="product",
    fields=("kind", "issuer", "issued_on", "expires_on", "reference"),
    check=_check_evidence,
    add="Add evidence",
    edit="Change evidence",
    remove="Remove evidence",
    consequence="It no longer counts for the product. The audit trail keeps that it was there.",
)
