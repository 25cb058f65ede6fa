"""The last step: all templates, comparisons and speed figures to one frozen result."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import TYPE_CHECKING, Any

from evaluation.comparison import AllPairsPart, PairScores, merge_parts
from evaluation.errors import ResultError
from evaluation.metrics.assembly import verification_result
from evaluation.metrics.rates import independent_rate
from evaluation.pipeline.provenance import provenance
from evaluation.pipeline.speed import load_speed
from evaluation.pipeline.steps import all_templates
from evaluation.results import (
    EnrolmentFailures,
    EvaluationResult,
    ModelIdentity,
    VerificationResult,
)
from evaluation.results import TestSetIdentity as SetIdentity
from evaluation.testsets.manifest import ImageKind
from evaluation.testsets.protocols import AllPairsProtocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from evaluation.card import ModelCard
    from evaluation.extraction import ChildFacts, Templates
    from evaluation.pipeline.plan import CompareShard
    from evaluation.pipeline.settings import RunSettings
    from evaluation.testsets.protocols import Protocol
    from evaluation.testsets.types import TestSet


def score_run(
    *,
    test_set: TestSet,
    model: bytes,
    card: ModelCard,
    templates: Sequence[Path],
    comparisons: Sequence[tuple[CompareShard, Path]],
    speed: Path | None,
    settings: RunSettings,
    started_at: datetime,
    finished_at: datetime,
) -> EvaluationResult:
    """Put the result together.

    Parameters
    ----------
    test_set : TestSet
    model : bytes
        The ONNX file.
    card : ModelCard
    templates : sequence of Path
        Files of all extract shards, in their order.
    comparisons : sequence of (CompareShard, Path)
        All compare shards and their files, in any order; a protocol without any is not
        part of the result.
    speed : Path or None
        File of the speed step.
    settings : RunSettings
    started_at, finished_at : datetime
        With time zone; stated, and without influence on a figure.

    Returns
    -------
    EvaluationResult
        The same bits for any division into shards, but for what `comparable` leaves out.

    Raises
    ------
    ResultError
        A file is missing or damaged, or the shards of a protocol leave a gap or overlap.
    MetricError
        A protocol has no trials to count.
    """
    everything = all_templates(test_set, templates)
    child = everything.child
    if child is None:
        raise ResultError("the templates do not say which sandbox they were made in")
    figures = None if speed is None else load_speed(speed)
    return EvaluationResult(
        model=_model_identity(model, card, everything, child),
        test_set=_set_identity(test_set),
        failure_to_enrol=_failures(everything),
        verification=tuple(
            _verification(test_set, protocol, comparisons, everything, card, settings)
            for protocol in test_set.protocols
            if any(shard.protocol == protocol.name for shard, _ in comparisons)
        ),
        throughput=() if figures is None else figures.results,
        provenance=provenance(
            settings=settings,
            from_photographs=test_set.manifest.image_kind is ImageKind.PHOTOGRAPH,
            child=child,
            stage_seconds=everything.stage_seconds,
            started_at=started_at,
            finished_at=finished_at,
        ),
    )


def comparable(result: EvaluationResult) -> dict[str, Any]:
    """Return a result without what a clock or a memory gauge measured.

    Two runs of one model on one test set with the same settings and software give equal
    comparable results, whatever the shards, workers and interruptions. Left out are
    ``throughput``, the model's ``load_seconds`` and ``peak_memory_bytes``, and of the
    provenance ``started_at``, ``finished_at`` and ``stage_seconds``.
    """
    document = result.model_dump(mode="json", exclude={"throughput"})
    for field in ("load_seconds", "peak_memory_bytes"):
        del document["model"][field]
    for field in ("started_at", "finished_at", "stage_seconds"):
        del document["provenance"][field]
    return document


def card_sha256(card: ModelCard) -> str:
    """SHA-256 of a card's content, the same however its file is spaced and ordered."""
    return hashlib.sha256(card.model_dump_json().encode()).hexdigest()


def _model_identity(
    model: bytes, card: ModelCard, templates: Templates, child: ChildFacts
) -> ModelIdentity:
    return ModelIdentity(
        name=card.name,
        version=card.version,
        sha256=hashlib.sha256(model).hexdigest(),
        size_bytes=len(model),
        card_sha256=card_sha256(card),
        embedding_dim=templates.embeddings.shape[1],
        load_seconds=child.load_seconds,
        peak_memory_bytes=child.peak_memory_bytes,
    )


def _set_identity(test_set: TestSet) -> SetIdentity:
    manifest = test_set.manifest
    return SetIdentity(
        name=manifest.name,
        title=manifest.title,
        revision=manifest.revision,
        sha256=test_set.sha256,
        image_kind=manifest.image_kind.value,
        samples=len(test_set.samples),
        subjects=test_set.n_subjects,
    )


def _failures(templates: Templates) -> EnrolmentFailures:
    reasons = Counter(reason for reason in templates.reasons if reason)
    n_failed = sum(reasons.values())
    return EnrolmentFailures(
        rate=independent_rate(n_failed, len(templates), failures=n_failed),
        by_reason=dict(sorted(reasons.items())),
    )


def _verification(
    test_set: TestSet,
    protocol: Protocol,
    comparisons: Sequence[tuple[CompareShard, Path]],
    templates: Templates,
    card: ModelCard,
    settings: RunSettings,
) -> VerificationResult:
    mine = sorted(
        ((shard.rows, path) for shard, path in comparisons if shard.protocol == protocol.name),
        key=lambda item: item[0].start,
    )
    _require_whole(protocol, [rows for rows, _ in mine], len(test_set.samples))
    joined: PairScores | AllPairsPart
    if isinstance(protocol, AllPairsProtocol):
        joined = merge_parts([AllPairsPart.load(path) for _, path in mine])
    else:
        joined = PairScores.concatenate([PairScores.load(path) for _, path in mine])
    return verification_result(
        test_set=test_set,
        protocol=protocol,
        comparisons=joined,
        failed=templates.failed,
        card=card,
        seed=settings.seed,
        replicates=settings.replicates,
    )


def _require_whole(protocol: Protocol, shards: Sequence[range], n_samples: int) -> None:
    n_rows = n_samples if isinstance(protocol, AllPairsProtocol) else protocol.mated.size
    ends = [0, *(shard.stop for shard in shards)]
    starts = [*(shard.start for shard in shards), n_rows]
    if starts != ends:
        raise ResultError(f"the shards of protocol {protocol.name} leave a gap or overlap")
