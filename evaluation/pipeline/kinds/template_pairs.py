"""Trials between templates of several images each, as in IJB-B and IJB-C.

Templates take the place of samples in the code that measures listed pairs of samples.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evaluation.comparison import PairScores
from evaluation.comparison.template_pooling import pool_templates, template_scores
from evaluation.metrics.assembly import verification_sections
from evaluation.metrics.differentials import Compared, differential_results
from evaluation.pipeline.extracting import templates_of
from evaluation.pipeline.kinds.attributes import values_together
from evaluation.pipeline.kinds.base import Kind
from evaluation.testsets.detector_scores import detector_scores
from evaluation.testsets.protocols import PairProtocol, TemplateProtocol

if TYPE_CHECKING:
    from pathlib import Path

    from evaluation.arrays import Int32Array
    from evaluation.comparison.template_pooling import PooledTemplates
    from evaluation.metrics.trial_evidence import TrialEvidence
    from evaluation.pipeline.kinds.base import CompareInputs, ScoreInputs
    from evaluation.results import Document
    from evaluation.testsets.types import TestSet


class TemplatePairs(Kind[TemplateProtocol]):
    """A list of trials; the bootstrap draws the subjects of the templates."""

    rows_per_shard = 1 << 22  # each shard pools the templates anew

    def compare_rows(self, test_set: TestSet, protocol: TemplateProtocol) -> int:
        """Count trials."""
        return int(protocol.mated.size)

    def compare(
        self, protocol: TemplateProtocol, rows: range, destination: Path, inputs: CompareInputs
    ) -> None:
        """Pool the templates and score a range of the trials."""
        scores = template_scores(
            _pooled(protocol, inputs),
            _trials(protocol),
            similarity=inputs.card.similarity,
            rows=rows,
            threads=inputs.settings.threads,
        )
        scores.save(destination)

    def score(
        self, protocol: TemplateProtocol, inputs: ScoreInputs
    ) -> tuple[Document | TrialEvidence, ...]:
        """Error rates over all trials, and by group."""
        trials, settings = _trials(protocol), inputs.settings
        comparisons = PairScores.concatenate([PairScores.load(path) for path in inputs.comparisons])
        failed = _pooled(protocol, inputs).failed
        overall, evidence = verification_sections(
            test_set=_Templates(protocol.template_subject),
            protocol=trials,
            comparisons=comparisons,
            failed=failed,
            card=inputs.card,
            seed=settings.seed,
            replicates=settings.replicates,
        )
        overall = overall.model_copy(update={"kind": "template_pairs"})
        by_group = differential_results(
            Compared(trials, comparisons, failed, protocol.template_subject),
            values_together(inputs.test_set, protocol.member_template, protocol.member_sample),
            overall,
            seed=settings.seed,
            replicates=settings.replicates,
        )
        return (overall, evidence, *by_group)


@dataclass(frozen=True, slots=True)
class _Templates:
    """What the metrics read of a test set."""

    subject_index: Int32Array


def _trials(protocol: TemplateProtocol) -> PairProtocol:
    return PairProtocol(
        protocol.name, protocol.title, protocol.reference, protocol.probe, protocol.mated
    )


def _pooled(protocol: TemplateProtocol, inputs: CompareInputs) -> PooledTemplates:
    test_set, weights = inputs.test_set, None
    if protocol.pooling.weigh_by_detector_score:
        weights = detector_scores(test_set.root, test_set.samples)
    return pool_templates(templates_of(inputs.extracted), protocol, weights=weights)
