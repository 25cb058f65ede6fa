"""The worker's steps of a run: plan, extract, compare, measure speed.

Each step reads files, has the harness write one file whole, and only then records it. A model's
fault ends the run with a code of the catalogue; any other fault gives the piece back.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from uuid import UUID

from django.conf import settings

from evaluation.catalogue import CATALOGUE, Refusal
from evaluation.errors import ModelFailureError
from evaluation.pipeline import (
    CompareShard,
    ExtractShard,
    StepOutput,
    compare_shard,
    extract_shard,
    measure_speed,
    plan_run,
)
from portal.core import store
from portal.core.leases import Lease
from portal.core.logs import about
from portal.core.wording import duration, fault
from portal.runs import claims, files, lifecycle, slow
from portal.runs.inputs import (
    UnusableInputError,
    card_of,
    extracts_of,
    model_of,
    package_of,
    settings_of,
)
from portal.runs.models import EvaluationRun, Shard, Stage

logger = logging.getLogger(__name__)


# -- plan


def start_run(*, run_id: UUID) -> None:
    """Plan a waiting run and make its shards; do nothing if another delivery did."""
    run = lifecycle.waiting_run(run_id)
    if run is None:
        logger.info("run %s is not waiting: nothing to do", run_id)
        return
    try:
        pieces = _plan(run)
    except UnusableInputError as error:  # trying again would not help
        claims.fail_platform(run, note=str(error))
        return
    except Exception as error:
        logger.exception("run %s could not be planned", run_id)
        lifecycle.start_failed(run, note=fault(error))
        return
    lifecycle.begin(run, pieces)


def _plan(run: EvaluationRun) -> list[Shard]:
    if run.test_set.needs_detector and not settings.ASSAY_DETECTOR:
        raise UnusableInputError(
            f"The test set {run.test_set} holds photographs without landmarks. Name a face "
            "detector in the settings ASSAY_DETECTOR and ASSAY_DETECTOR_CARD, then retry."
        )
    card = card_of(run)
    if card.task == "quality" and not settings.ASSAY_RECOGNISER:
        raise UnusableInputError(
            "Image quality is judged by the misses of a recognition model. Name one in the "
            "settings ASSAY_RECOGNISER and ASSAY_RECOGNISER_CARD, then retry."
        )
    plan = plan_run(package_of(run), task=card.task)
    extract = [
        Shard(
            run=run,
            stage=Stage.EXTRACT,
            index=i,
            protocol=piece.protocol,
            first=piece.rows.start,
            stop=piece.rows.stop,
        )
        for i, piece in enumerate(plan.extract)
    ]
    compare = [
        Shard(
            run=run,
            stage=Stage.COMPARE,
            index=i,
            protocol=piece.protocol,
            first=piece.rows.start,
            stop=piece.rows.stop,
        )
        for i, piece in enumerate(plan.compare)
    ]
    return [*extract, *compare, Shard(run=run, stage=Stage.SPEED, index=0)]


# -- shards


def run_shard(*, shard_id: int) -> None:
    """Do one shard; do nothing if it is not to be had."""
    shard = claims.claim_shard(shard_id)
    if shard is None:
        logger.info("shard %s is not to be had: nothing to do", shard_id)
        return
    with about(run_id=shard.run_id, attempt=shard.attempt):
        _work(shard)


def _work(shard: Shard) -> None:
    """Do a claimed shard and settle what came of it, as long as the claim holds."""
    outcome: StepOutput | Refusal | Exception
    lease = Lease(lambda: claims.renew_shard(shard, at_work=lease.has_child))
    with lease:
        try:
            outcome = _published(STEPS[shard.stage](shard, lease))
        except ModelFailureError as error:
            outcome = error.refusal
        except Exception as error:
            outcome = error
    if lease.timed_out:
        outcome = _late(shard)
    if lease.lost:
        logger.warning("shard %s was taken from this worker, or is not wanted", shard.pk)
        claims.stop_shard(shard)
        _discard(outcome)
    else:
        _settle(shard, outcome)


def _published(output: StepOutput) -> StepOutput:
    """Let every worker have the file, or leave none: then the piece is done again."""
    try:
        store.publish(output.path)
    except BaseException:
        output.path.unlink(missing_ok=True)
        raise
    return output


def _late(shard: Shard) -> Refusal | Exception:
    """Return whose fault it is that a piece took too long.

    It is ours where no model runs, as in a comparison, and where the model was far quicker with
    other pieces: then this machine is slow.
    """
    limit = settings.SHARD_TIME_LIMIT
    expected = slow.patience(shard.run_id, shard.stage)
    if shard.stage == Stage.COMPARE or (expected is not None and expected < limit):
        return TimeoutError(f"It took longer than {duration(limit)}.")
    return CATALOGUE["MODEL-TIMEOUT"]


def _discard(outcome: StepOutput | Refusal | Exception) -> None:
    """Remove what a late attempt wrote: its file has a name of its own, and no row names it."""
    if isinstance(outcome, StepOutput):
        store.remove(outcome.path)


def _settle(shard: Shard, outcome: StepOutput | Refusal | Exception) -> None:
    if isinstance(outcome, StepOutput):
        recorded = claims.finish_shard(
            shard,
            result_file=files.below_data(outcome.path),
            sha256=outcome.sha256,
            seconds=outcome.seconds,
        )
        if not recorded:
            _discard(outcome)
    elif isinstance(outcome, Refusal):
        claims.fail_supplier(
            shard, code=outcome.code, sentence=outcome.sentence, action=outcome.action
        )
    else:
        logger.error("shard %s failed", shard.pk, exc_info=outcome)
        claims.give_back_shard(shard, note=fault(outcome))


def _extract(shard: Shard, lease: Lease) -> StepOutput:
    return extract_shard(
        test_set=package_of(shard.run),
        model=model_of(shard.run),
        card=card_of(shard.run),
        shard=ExtractShard(range(shard.first, shard.stop), shard.protocol),
        destination=files.destination(shard, "npz"),
        settings=settings_of(shard.run),
        should_stop=lease.should_stop,
        on_start=lease.on_start,
    )


def _compare(shard: Shard, lease: Lease) -> StepOutput:
    return compare_shard(
        test_set=package_of(shard.run),
        card=card_of(shard.run),
        extracts=extracts_of(shard.run),
        shard=CompareShard(shard.protocol, range(shard.first, shard.stop)),
        destination=files.destination(shard, "npz"),
        settings=settings_of(shard.run),
    )


def _measure(shard: Shard, lease: Lease) -> StepOutput:
    return measure_speed(
        test_set=package_of(shard.run),
        model=model_of(shard.run),
        card=card_of(shard.run),
        destination=files.destination(shard, "json"),
        settings=settings_of(shard.run),
        should_stop=lease.should_stop,
        on_start=lease.on_start,
    )


STEPS: dict[str, Callable[[Shard, Lease], StepOutput]] = {
    Stage.EXTRACT: _extract,
    Stage.COMPARE: _compare,
    Stage.SPEED: _measure,
}
