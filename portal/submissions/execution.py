"""The worker's step: check one submission in the sandbox and settle what becomes of it.

A fault of the supplier's model ends in REJECTED with a catalogue code. A fault of ours gives the
submission back to UPLOADED; the sweep tries it again, three times in all. After that it stays
UPLOADED with a note for staff, who see it among the stuck checks and can retry: REJECTED would
blame the supplier for what is not theirs.
"""

from __future__ import annotations

import hashlib
import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from evaluation.card import parse_card
from evaluation.catalogue import CATALOGUE, Refusal
from evaluation.errors import CardError, SandboxUnavailableError
from evaluation.intake import check_model, report_to_json
from evaluation.sandbox import LayerPolicy, Limits, missing_layers, probe_layers
from portal.core.leases import Lease
from portal.core.logs import about
from portal.core.queue import worker_name
from portal.core.states import move
from portal.core.wording import fault
from portal.submissions import files
from portal.submissions.errors import InvalidCardError
from portal.submissions.models import (
    SUBMISSION_MOVES,
    Submission,
    SubmissionEvent,
    SubmissionState,
)
from portal.submissions.signals import submission_accepted

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from evaluation.intake import CheckReport

logger = logging.getLogger(__name__)
MAX_CARD_BYTES = 64 << 10
ENDS_WORKER = CATALOGUE["MODEL-ENDS-WORKER"]
"""Why a model is refused whose worker is gone each time that it is at work."""
CHECK_TASK = "portal.submissions.tasks.check_submission"


def require_valid_card(card: Mapping[str, Any]) -> None:
    """Raise InvalidCardError, which lists every problem, unless the card can be used."""
    try:
        parse_card(card)
    except CardError as error:
        raise InvalidCardError(error.problems) from error


def check_submission(*, submission_id: UUID) -> None:
    """Check one submission; do nothing if another delivery of the message already took it."""
    submission = _claim(submission_id)
    if submission is None:
        logger.info("submission %s is not waiting for its check: nothing to do", submission_id)
        return
    lease = Lease(lambda: _renew(submission, at_work=lease.has_child))
    with about(attempt=submission.attempt):
        _work(submission, lease)


def _work(submission: Submission, lease: Lease) -> None:
    with lease:
        try:
            report = _check(submission, lease)
        except Exception as error:
            if not lease.should_stop():
                logger.exception("submission %s could not be checked", submission.pk)
                _give_back(submission, note=fault(error))
                return
            report = None
    if lease.lost:
        logger.warning("submission %s was taken from this worker", submission.pk)
    elif report is None or lease.timed_out:
        _reject(submission, CATALOGUE["MODEL-TIMEOUT"], report={})
    elif report.refusal is not None:
        refusal = _naming_its_file(report.refusal, submission, report)
        _reject(submission, refusal, report=report_to_json(report))
    else:
        _accept(submission, report)


def _claim(submission_id: UUID) -> Submission | None:
    submission = Submission.objects.filter(pk=submission_id).first()
    if submission is None or submission.attempt >= settings.MAX_ATTEMPTS:
        return None
    now = timezone.now()
    claimed = move(
        Submission,
        submission_id,
        to=SubmissionState.CHECKING,
        moves=SUBMISSION_MOVES,
        events=SubmissionEvent,
        by=worker_name(),
        attempt=submission.attempt,
        next_attempt=submission.attempt + 1,
        worker=worker_name(),
        lease_expires_at=now + settings.LEASE,
        heartbeat_at=now,
        model_at_work=False,
    )
    if not claimed:
        return None
    submission.attempt += 1
    return submission


def _renew(submission: Submission, *, at_work: bool) -> bool:
    now = timezone.now()
    held = Submission.objects.filter(
        pk=submission.pk, state=SubmissionState.CHECKING, attempt=submission.attempt
    )
    renewed = held.update(
        heartbeat_at=now, lease_expires_at=now + settings.LEASE, model_at_work=at_work
    )
    return renewed == 1


def _check(submission: Submission, lease: Lease) -> CheckReport:
    """Check the model's own detector first, where it has one; the first refusal counts."""
    card = parse_card(submission.card)
    checked = [(_model_path(submission), submission.model_sha256, card)]
    if card.detector is not None:
        own = (_detector_path(submission), submission.detector_sha256, card.detector)
        checked.insert(0, own)
    for path, sha256, of_file in checked:
        content = path.read_bytes()
        if hashlib.sha256(content).hexdigest() != sha256:
            raise OSError("the file in quarantine is not the one that was received")
        report = check_model(
            content,
            of_file,
            limits=Limits(
                threads=settings.HARNESS_THREADS,
                max_model_bytes=settings.ASSAY_MAX_MODEL_BYTES,
            ),
            policy=layer_policy(),
            on_start=lease.on_start,
        )
        if report.refusal is not None:
            break
    return report


def _naming_its_file(refusal: Refusal, submission: Submission, report: CheckReport) -> Refusal:
    """Return the refusal, which says so where it is the model's own detector that was refused."""
    if report.sha256 != submission.detector_sha256:
        return refusal
    return replace(refusal, sentence=f"Its own face detector was refused. {refusal.sentence}")


def layer_policy() -> LayerPolicy:
    """Return what to do where this system lacks a layer of the sandbox."""
    if settings.SANDBOX_REQUIRES_ALL_LAYERS:
        return LayerPolicy.REQUIRE_ALL
    return LayerPolicy.REPORT_MISSING


def sandbox_in_words() -> tuple[str, bool]:
    """Try the sandbox on this machine: a sentence for operators, and whether it is whole."""
    try:
        layers = probe_layers()
    except SandboxUnavailableError as error:
        return f"The sandbox cannot be started on this system. {error}", False
    missing = missing_layers(layers)
    if not missing:
        return f"The sandbox is whole: all {len(layers)} layers are in force.", True
    reasons = {layer.name: layer.detail for layer in layers}
    lacking = "; ".join(f"{name} ({reasons.get(name) or 'not applied'})" for name in missing)
    return f"The sandbox lacks layers on this system: {lacking}.", False


def _model_path(submission: Submission) -> Path:
    return files.received_model(submission.pk, submission.model_sha256)


def _detector_path(submission: Submission) -> Path:
    return files.received_detector(submission.pk, submission.detector_sha256)


def _accept(submission: Submission, report: CheckReport) -> None:
    """Put the files among the accepted ones; then say so, and queue runs, in one commit."""
    accepted = files.keep_accepted(_model_path(submission), submission.model_sha256)
    detector = (
        files.keep_accepted(_detector_path(submission), submission.detector_sha256)
        if submission.detector_sha256
        else None
    )
    with transaction.atomic():
        if not _settle(
            submission,
            to=SubmissionState.READY,
            model_file=files.below_data(accepted),
            detector_file=files.below_data(detector) if detector else "",
            check_report=report_to_json(report),
        ):
            return
        submission.refresh_from_db()
        submission_accepted.send(Submission, submission=submission)
    files.remove_quarantined(submission.pk)


def _reject(submission: Submission, refusal: Refusal, *, report: dict[str, Any]) -> None:
    rejected = _settle(
        submission,
        to=SubmissionState.REJECTED,
        reason=refusal.code,
        check_report=report,
        failure_code=refusal.code,
        failure_sentence=refusal.sentence,
        failure_action=refusal.action,
    )
    if rejected:
        files.remove_quarantined(submission.pk)


def _give_back(submission: Submission, *, note: str) -> None:
    """Let the sweep try again after a while; a full disk is still full in this second."""
    _settle(
        submission,
        to=SubmissionState.UPLOADED,
        reason="our platform failed",
        staff_note=note[:2000],
        nudged_at=timezone.now(),
    )


def _settle(submission: Submission, *, to: str, reason: str = "", **fields: Any) -> bool:
    if to != SubmissionState.UPLOADED:
        fields |= {"checked_at": timezone.now(), "staff_note": ""}
    return move(
        Submission,
        submission.pk,
        to=to,
        moves=SUBMISSION_MOVES,
        events=SubmissionEvent,
        by=worker_name(),
        reason=reason,
        attempt=submission.attempt,
        lease_expires_at=None,
        **fields,
    )
