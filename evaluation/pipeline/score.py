"""The last step: all templates, comparisons and speed figures to one frozen result."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import TYPE_CHECKING, Any, TypeVar

from evaluation.errors import ResultError
from evaluation.metrics.rates import independent_rate
from evaluation.metrics.trial_evidence import TrialEvidence
from evaluation.pipeline.kinds import CompareInputs, ScoreInputs, kind_of
from evaluation.pipeline.plan import chosen_protocols
from evaluation.pipeline.provenance import provenance
from evaluation.pipeline.speed import load_speed
from evaluation.pipeline.steps import all_extra, all_extracted, require_whole
from evaluation.ranking import ModelEvidence, evidence_identity, save_evidence
from evaluation.results import (
    DetectionResult,
    DifferentialResult,
    Document,
    EnrolmentFailures,
    EvaluationResult,
    IdentificationResult,
    LiveResult,
    ModelIdentity,
    PresentationAttackResult,
    QualityResult,
    RobustnessResult,
    SearchDifferentialResult,
    VerificationResult,
)
from evaluation.results import TestSetIdentity as SetIdentity

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from evaluation.card import ModelCard
    from evaluation.extraction import ChildFacts
    from evaluation.pipeline.extracting import Extracted
    from evaluation.pipeline.plan import CompareShard, ExtractShard
    from evaluation.pipeline.settings import RunSettings
    from evaluation.testsets.types import TestSet

D = TypeVar("D", bound=Document | TrialEvidence)


def score_run(
    *,
    test_set: TestSet,
    model: bytes,
    card: ModelCard,
    extracts: Sequence[tuple[ExtractShard, Path]],
    comparisons: Sequence[tuple[CompareShard, Path]],
    speed: Path | None,
    settings: RunSettings,
    started_at: datetime,
    finished_at: datetime,
    protocols: Sequence[str] | None = None,
    evidence: Path | None = None,
) -> EvaluationResult:
    """Put the result together.

    Parameters
    ----------
    test_set : TestSet
    model : bytes
        The ONNX file.
    card : ModelCard
    extracts : sequence of (ExtractShard, Path)
        All extract shards and their files, in any order.
    comparisons : sequence of (CompareShard, Path)
        All compare shards and their files, in any order.
    speed : Path or None
        File of the speed step.
    settings : RunSettings
    started_at, finished_at : datetime
        With time zone; stated, and without influence on a figure.
    protocols : sequence of str, optional
        Names of the protocols that were run; all for the model's task by default.
    evidence : Path, optional
        Where to write the evidence of trials for comparing models, if there is any.

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
    everything = all_extracted(test_set, card.task, extracts)
    child = everything.child
    if child is None:
        raise ResultError("the templates do not say which sandbox they were made in")
    figures = None if speed is None else load_speed(speed)
    inputs = CompareInputs(
        test_set=test_set, card=card, extracted=everything, extra=None, settings=settings
    )
    sections = _sections(inputs, extracts, comparisons, protocols)
    result = EvaluationResult(
        model=_model_identity(model, card, everything, child),
        test_set=_set_identity(test_set),
        failure_to_enrol=_failures(everything),
        verification=_of(VerificationResult, sections),
        differentials=_of(DifferentialResult, sections),
        identification=_of(IdentificationResult, sections),
        live=_of(LiveResult, sections),
        search_differentials=_of(SearchDifferentialResult, sections),
        robustness=_of(RobustnessResult, sections),
        quality=_of(QualityResult, sections),
        presentation_attack=_of(PresentationAttackResult, sections),
        detection=_of(DetectionResult, sections),
        throughput=() if figures is None else figures.results,
        server_speed=None if figures is None else figures.server,
        search_speed=None if figures is None else figures.search,
        speed_conditions=None if figures is None else figures.conditions,
        provenance=provenance(
            test_set=test_set,
            card=card,
            settings=settings,
            child=child,
            stage_seconds=everything.stage_seconds,
            started_at=started_at,
            finished_at=finished_at,
        ),
    )
    trials = _of(TrialEvidence, sections)
    if evidence is not None and trials:
        save_evidence(evidence, ModelEvidence(evidence_identity(result), trials))
    return result


def comparable(result: EvaluationResult) -> dict[str, Any]:
    """Return a result without what a clock or a memory gauge measured.

    Two runs of one model on one test set with the same settings and software give equal
    comparable results, whatever the shards, workers and interruptions. Left out are
    ``throughput`` and all else of speed, the model's ``load_seconds`` and
    ``peak_memory_bytes``, and of the provenance ``started_at``, ``finished_at`` and
    ``stage_seconds``.
    """
    speed = {"throughput", "server_speed", "search_speed", "speed_conditions"}
    document = result.model_dump(mode="json", exclude=speed)
    for field in ("load_seconds", "peak_memory_bytes"):
        del document["model"][field]
    for field in ("started_at", "finished_at", "stage_seconds"):
        del document["provenance"][field]
    return document


def card_sha256(card: ModelCard) -> str:
    """SHA-256 of a card's content, the same however its file is spaced and ordered."""
    return hashlib.sha256(card.model_dump_json().encode()).hexdigest()


def _model_identity(
    model: bytes, card: ModelCard, extracted: Extracted, child: ChildFacts
) -> ModelIdentity:
    return ModelIdentity(
        name=card.name,
        version=card.version,
        sha256=hashlib.sha256(model).hexdigest(),
        size_bytes=len(model),
        card_sha256=card_sha256(card),
        embedding_dim=extracted.output_dim,
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


def _failures(extracted: Extracted) -> EnrolmentFailures:
    reasons = Counter(reason for reason in extracted.reasons if reason)
    n_failed = sum(reasons.values())
    return EnrolmentFailures(
        rate=independent_rate(n_failed, len(extracted.reasons), failures=n_failed),
        by_reason=dict(sorted(reasons.items())),
    )


def _sections(
    inputs: CompareInputs,
    extracts: Sequence[tuple[ExtractShard, Path]],
    comparisons: Sequence[tuple[CompareShard, Path]],
    protocols: Sequence[str] | None,
) -> list[Document | TrialEvidence]:
    sections: list[Document | TrialEvidence] = []
    for protocol in chosen_protocols(inputs.test_set, protocols, task=inputs.card.task):
        kind = kind_of(protocol)
        mine = sorted(
            ((shard.rows, path) for shard, path in comparisons if shard.protocol == protocol.name),
            key=lambda item: item[0].start,
        )
        n_rows = kind.compare_rows(inputs.test_set, protocol)
        require_whole(f"protocol {protocol.name}", [rows for rows, _ in mine], n_rows)
        sections += kind.score(
            protocol,
            ScoreInputs(
                test_set=inputs.test_set,
                card=inputs.card,
                extracted=inputs.extracted,
                extra=all_extra(inputs.test_set, protocol.name, extracts),
                settings=inputs.settings,
                comparisons=tuple(path for _, path in mine),
            ),
        )
    return sections


def _of(kind: type[D], sections: Sequence[Document | TrialEvidence]) -> tuple[D, ...]:
    return tuple(section for section in sections if isinstance(section, kind))
