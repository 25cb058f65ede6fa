"""Writes asked for by people: keyword-only, atomic, audited; the actor is ``by``."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any
from uuid import uuid4

from django.db import IntegrityError, transaction
from django.utils import timezone

from portal.accounts.models import User
from portal.core import audit, store
from portal.core.access import require
from portal.core.errors import DomainError, InvalidInputError
from portal.core.queue import send
from portal.core.states import move
from portal.submissions import execution, files, quotas, selectors
from portal.submissions.errors import (
    DuplicateModelError,
    DuplicateVersionError,
    StorageFailedError,
    StorageFullError,
)
from portal.submissions.files import ReceivedModel
from portal.submissions.models import (
    SUBMISSION_MOVES,
    Submission,
    SubmissionEvent,
    SubmissionState,
)
from portal.submissions.signals import submission_withdrawn

if TYPE_CHECKING:
    from collections.abc import Mapping

    from portal.suppliers.models import Product

logger = logging.getLogger(__name__)
NewFile = ReceivedModel | Path | IO[bytes]


def submit_model(
    *,
    product: Product,
    card: Mapping[str, Any],
    model_file: NewFile,
    by: User,
    version: str = "",
    detector_file: NewFile | None = None,
) -> Submission:
    """Take a model version into quarantine and ask for its check.

    Raises
    ------
    InvalidCardError
        The card has problems; each is listed.
    InvalidInputError
        A file is not one that can be submitted; or the card describes a face detector of the
        model's own and its file is missing, or the other way round.
    DuplicateVersionError
        The product has a live submission of this version.
    DuplicateModelError
        The same bytes with the same card were already submitted.
    QuotaError
        The supplier has sent as much as it may for now.
    StorageFullError
        The disk is full; nothing was kept.
    StorageFailedError
        The storage fails otherwise; nothing was kept.
    """
    require(by, "submissions.create", product)
    execution.require_valid_card(card)
    _require_both_or_neither(card, detector_file)
    received = _received(model_file, field="model_file")
    detector = detector_file and _received(detector_file, field="detector_file")
    submission = Submission(
        id=uuid4(),
        product=product,
        version=version.strip() or str(card.get("version") or "1"),
        state=SubmissionState.UPLOADED,
        card=dict(card),
        model_sha256=received.sha256,
        model_size_bytes=received.size_bytes,
        detector_sha256=detector.sha256 if detector else "",
        detector_size_bytes=detector.size_bytes if detector else 0,
        submitted_by=by,
        nudged_at=timezone.now(),
    )
    moves = [(received, files.quarantined_file(submission.pk))]
    submission.model_file = files.below_data(moves[0][1])
    if detector:
        moves.append((detector, files.quarantined_detector(submission.pk)))
        submission.detector_file = files.below_data(moves[1][1])
    try:
        for file, place in moves:
            store.publish(place, source=file.path)  # before the row: that never outlives a file
        _save(submission, by=by)
    except BaseException as error:
        for file, place in moves:
            store.take_back(place, source=file.path)
            if file not in (model_file, detector_file):  # whoever handed it over may want it
                file.discard()
        if isinstance(error, OSError):
            logger.exception("a model could not be taken into quarantine")
            raise _storage_error(error) from error
        raise
    for file, _ in moves:
        file.discard()  # where it has not moved, whoever checks it asks the bucket
    return submission


@transaction.atomic
def withdraw_submission(*, submission: Submission, by: User) -> None:
    """Take a submission back: its check and its evaluations stop, its version is free again.

    Raises
    ------
    DomainError
        It was withdrawn before.
    """
    require(by, "submissions.withdraw", submission)
    if not move(
        Submission,
        submission.pk,
        to=SubmissionState.WITHDRAWN,
        moves=SUBMISSION_MOVES,
        events=SubmissionEvent,
        by=by.email,
        lease_expires_at=None,
    ):
        raise DomainError(f"{submission} has been withdrawn already.")
    audit.record("submission.withdrawn", target=submission, by=by)
    submission_withdrawn.send(Submission, submission=submission, by=by)
    transaction.on_commit(lambda: files.remove_quarantined(submission.pk))


@transaction.atomic
def retry_check(*, submission: Submission, by: User) -> None:
    """Try a check again that failed by our fault as often as it is tried.

    Raises
    ------
    DomainError
        The check is not stuck.
    """
    require(by, "runs.operate")
    stuck = Submission.objects.filter(selectors.is_stuck(), pk=submission.pk)
    if not stuck.update(attempt=0, lost_at_work=0, nudged_at=timezone.now()):
        raise DomainError(f"The check of {submission} is not stuck.")
    audit.record("submission.check_retried", target=submission, by=by)
    send(execution.CHECK_TASK, submission_id=str(submission.pk))


def _storage_error(error: OSError) -> DomainError:
    return StorageFullError() if error.errno in files.FULL else StorageFailedError()


def _require_both_or_neither(card: Mapping[str, Any], detector_file: NewFile | None) -> None:
    if card.get("detector") and detector_file is None:
        raise InvalidInputError(
            "The card describes a face detector of the model's own. Choose its file too.",
            field="detector_file",
        )
    if detector_file is not None and not card.get("detector"):
        raise InvalidInputError(
            "The card does not describe this face detector. Add its card as “detector”, or "
            "leave the file out.",
            field="detector_file",
        )


def _received(file: NewFile, *, field: str) -> ReceivedModel:
    if isinstance(file, ReceivedModel):
        return file
    if isinstance(file, Path):
        with file.open("rb") as source:
            return files.receive(source, name=file.name, field=field)
    name = Path(str(getattr(file, "name", ""))).name
    return files.receive(file, name=name, field=field)


def _refuse_the_same_again(submission: Submission) -> None:
    found = selectors.same_model(
        product=submission.product,
        sha256=submission.model_sha256,
        detector_sha256=submission.detector_sha256,
        card=submission.card,
    )
    if found is not None:
        raise DuplicateModelError(
            f"This very model with this card was already submitted as version {found.version}. "
            "Change the card, or choose another file.",
            field="model_file",
        )


def _save(submission: Submission, *, by: User) -> None:
    """Write the row, its history and its message in one transaction."""
    try:
        with transaction.atomic():
            quotas.require_place(submission)
            _refuse_the_same_again(submission)  # under the lock, so that nobody can race it
            submission.save(force_insert=True)
            SubmissionEvent.objects.create(
                submission=submission, to_state=submission.state, by=by.email
            )
            audit.record("submission.created", target=submission, by=by)
            send(execution.CHECK_TASK, submission_id=str(submission.pk))
    except IntegrityError as error:  # the constraint decides, so nobody can race it
        if "version" not in str(error):
            raise
        raise DuplicateVersionError(
            f"{submission.product} has a submission of version {submission.version} already. "
            "Enter another version, or withdraw that one first.",
            field="version",
        ) from error
