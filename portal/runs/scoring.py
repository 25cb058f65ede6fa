"""The worker's last step of a run: put the result together and record it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils import timezone

from evaluation.pipeline import CompareShard, score_run
from evaluation.storage import write_atomically
from portal.core import store
from portal.core.leases import Lease
from portal.core.logs import about
from portal.core.wording import fault
from portal.runs import files, lifecycle
from portal.runs.inputs import card_of, extracts_of, model_of, package_of, settings_of
from portal.runs.models import EvaluationRun, Stage
from portal.runs.recording import Outcome

if TYPE_CHECKING:
    from pathlib import Path

logger = logging.getLogger(__name__)


def score(*, run_id: UUID) -> None:
    """Score a run; do nothing if it is not ready or another worker does it."""
    run = lifecycle.claim_scoring(run_id)
    if run is None:
        logger.info("run %s is not ready to be scored: nothing to do", run_id)
        return
    with about(attempt=run.attempt):
        if not _is_recorded(run):
            for path in (files.result_of(run), files.evidence_of(run)):
                store.remove(path)


def _is_recorded(run: EvaluationRun) -> bool:
    """Score a claimed run and say whether that was recorded: the claim may not hold so long."""
    failure: Exception | None = None
    with Lease(lambda: lifecycle.renew_scoring(run)) as lease:
        try:
            outcome = _score(run)
            sha256 = _write(files.result_of(run), outcome)
        except Exception as error:
            logger.exception("run %s could not be scored", run.pk)
            failure = error
    if lease.should_stop():
        lifecycle.stop_scoring(run)
    elif failure is not None:
        lifecycle.scoring_failed(run, note=fault(failure))
    else:
        result_file = files.below_data(files.result_of(run))
        return lifecycle.record(run, outcome, result_file=result_file, sha256=sha256)
    return False


def _score(run: EvaluationRun) -> Outcome:
    evidence = files.evidence_of(run)
    compare = run.shards.filter(stage=Stage.COMPARE).order_by("index")
    comparisons = [
        (CompareShard(shard.protocol, range(shard.first, shard.stop)), files.result(shard))
        for shard in compare
    ]
    result = score_run(
        test_set=package_of(run),
        model=model_of(run),
        card=card_of(run),
        extracts=extracts_of(run),
        comparisons=comparisons,
        speed=files.results(run, Stage.SPEED)[0],
        settings=settings_of(run),
        evidence=evidence,
        started_at=run.started_at or run.queued_at,
        finished_at=timezone.now(),
    )
    if evidence.exists():
        store.publish(evidence)
    return Outcome.of(run, result)


def _write(path: Path, outcome: Outcome) -> str:
    sha256 = write_atomically(path, outcome.document.encode())
    store.publish(path)
    return sha256
