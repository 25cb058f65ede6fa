"""What the feed of a supplier is made of, as far as its reader may see each part."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q
from django.urls import reverse

from portal.accounts.models import Role
from portal.comparison.selectors import results_visible_to
from portal.core.access import may
from portal.core.chronicle import Entry, Source
from portal.core.history import PLATFORM, edits
from portal.deployments.models import FieldRecord
from portal.exploration.selectors import answers_visible_to
from portal.submissions.models import SubmissionEvent, SubmissionState
from portal.submissions.selectors import submissions_visible_to
from portal.suppliers.models import (
    AssuranceEvidence,
    Claim,
    Framework,
    Product,
    Site,
    Supplier,
)
from portal.suppliers.models import Source as ResearchSource
from portal.suppliers.services import RESEARCH

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from portal.accounts.models import User
    from portal.exploration.models import Answer

HOME_OFFICE = "the Home Office"


class Kind(models.TextChoices):
    """Parts of the feed, each of which can be read alone."""

    EDITS = "edits", "Changes to the record"
    SUBMISSIONS = "submissions", "Submissions"
    RESULTS = "results", "Results"
    ANSWERS = "answers", "Answers to calls"
    FIELD = "field", "Field records"


def kinds_open_to(user: User) -> list[Kind]:
    """Return the parts that a person may read."""
    rights = {
        Kind.EDITS: "suppliers.view", Kind.SUBMISSIONS: "submissions.view",
        Kind.RESULTS: "comparison.view", Kind.FIELD: "deployments.view",
        Kind.ANSWERS: "exploration.view",
    }  # fmt: skip
    return [kind for kind in Kind if may(user, rights[kind])]


def sources_of(supplier: Supplier, user: User, kinds: Sequence[Kind]) -> list[Source]:
    """Return the chosen parts of a supplier's feed; what its reader may not see is left out."""
    parts: dict[Kind, Callable[[Supplier, User], list[Source]]] = {
        Kind.EDITS: _edits,
        Kind.SUBMISSIONS: _submissions,
        Kind.RESULTS: _results,
        Kind.ANSWERS: _answers,
        Kind.FIELD: _field_records,
    }
    open_kinds = kinds_open_to(user)
    return [
        source for kind in kinds if kind in open_kinds for source in parts[kind](supplier, user)
    ]


def _edits(supplier: Supplier, user: User) -> list[Source]:
    """Return versions of the record and its parts; contacts are people, so theirs are not kept."""
    products = Product.objects.filter(supplier=supplier).values("pk")
    of_record = Q(id=supplier.pk) | Q(merged_into=supplier)
    of_supplier = Q(supplier=supplier) | Q(supplier__merged_into=supplier)
    of_product = Q(product__in=products)
    kept: list[tuple[Any, Q]] = [
        (Supplier, of_record),
        (Product, Q(id__in=products)),
        (Framework, of_supplier),
        (Site, of_supplier),
        (Claim, of_product),
        (AssuranceEvidence, of_product),
    ]
    shows_research = may(user, "suppliers.view_research")
    if shows_research:
        kept.append((ResearchSource, of_supplier))
    untold = frozenset() if shows_research else frozenset(RESEARCH)
    untold |= {"organisation", "supplier", "product", "merged_into"}
    named = _names_for(user)
    return [edits(model.history.filter(rows), named=named, untold=untold) for model, rows in kept]


def _names_for(reader: User) -> Callable[[User | None], str]:
    """Return how the reader is told of a person; a supplier is not told names of officials."""

    def named(person: User | None) -> str:
        if person is None:
            return PLATFORM
        is_own = person.organisation_id == reader.organisation_id
        return HOME_OFFICE if reader.role == Role.SUPPLIER and not is_own else person.name

    return named


TOLD_STATES = {
    SubmissionState.UPLOADED: "was submitted",
    SubmissionState.READY: "was accepted by the checks",
    SubmissionState.REJECTED: "was refused by the checks",
    SubmissionState.WITHDRAWN: "was withdrawn",
}


def _submissions(supplier: Supplier, user: User) -> list[Source]:
    """Return the moves of submissions that say something; work begun again is none."""
    visible = submissions_visible_to(user).filter(product__supplier=supplier)
    begun_again = Q(from_state=SubmissionState.CHECKING, to_state=SubmissionState.UPLOADED)
    moves = SubmissionEvent.objects.filter(
        submission__in=visible.values("pk"), to_state__in=list(TOLD_STATES)
    ).exclude(begun_again)

    def tell(events: Sequence[SubmissionEvent]) -> list[Entry]:
        return [
            Entry(
                at=event.at,
                kind="Submission",
                words=(
                    f"Version {event.submission.version} of {event.submission.product.name}"
                    f" {TOLD_STATES[SubmissionState(event.to_state)]}"
                ),
                href=reverse("submissions:submission_detail", args=[event.submission_id]),
            )
            for event in events
        ]

    return [Source(moves.select_related("submission__product"), "at", tell)]


def _results(supplier: Supplier, user: User) -> list[Source]:
    released = results_visible_to(user).filter(
        submission__product__supplier=supplier, released_at__isnull=False
    )

    def tell(runs: Sequence[Any]) -> list[Entry]:
        return [
            Entry(
                at=run.released_at,
                kind="Result",
                words=f"The result of {run.submission} on {run.test_set} was released",
                href=reverse("comparison:model_detail", args=[run.submission_id])
                + f"?test_set={run.test_set.slug}",
            )
            for run in runs
        ]

    return [Source(released, "released_at", tell)]


def _answers(supplier: Supplier, user: User) -> list[Source]:
    submitted = answers_visible_to(user).filter(supplier=supplier, submitted_at__isnull=False)

    def tell(rows: Sequence[Answer]) -> list[Entry]:
        return [
            Entry(
                at=answer.submitted_at or answer.updated_at,
                kind="Answer",
                words=f"“{answer}” was submitted to the call “{answer.call}”",
                href=answer.get_absolute_url(),
            )
            for answer in rows
        ]

    return [Source(submitted, "submitted_at", tell)]


def _field_records(supplier: Supplier, user: User) -> list[Source]:
    records = FieldRecord.objects.filter(submission__product__supplier=supplier)

    def tell(rows: Sequence[FieldRecord]) -> list[Entry]:
        return [
            Entry(
                at=record.created_at,
                kind="Field record",
                words=f"A field record of {record.submission} was added: {record}",
                who=_names_for(user)(record.entered_by),
                href=reverse("deployments:record_detail", args=[record.pk]),
            )
            for record in rows
        ]

    rows = records.select_related("submission__product", "entered_by")
    return [Source(rows, "created_at", tell)]
