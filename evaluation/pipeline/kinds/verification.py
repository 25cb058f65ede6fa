"""One-to-one protocols: listed pairs, and all pairs of a test set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evaluation.comparison import (
    AllPairsPart,
    PairScores,
    compare_all_pairs,
    merge_parts,
    pair_scores,
)
from evaluation.metrics.assembly import verification_sections
from evaluation.metrics.differentials import Compared, differential_results
from evaluation.pipeline.extracting import templates_of
from evaluation.pipeline.kinds.attributes import values_of_samples
from evaluation.pipeline.kinds.base import Kind
from evaluation.testsets.protocols import AllPairsProtocol, PairProtocol

if TYPE_CHECKING:
    from pathlib import Path

    from evaluation.metrics.trial_evidence import TrialEvidence
    from evaluation.pipeline.kinds.base import CompareInputs, ScoreInputs
    from evaluation.results import Document
    from evaluation.testsets.types import TestSet


class Pairs(Kind[PairProtocol]):
    """A list of trials."""

    rows_per_shard = 1 << 18

    def compare_rows(self, test_set: TestSet, protocol: PairProtocol) -> int:
        """Count trials."""
        return int(protocol.mated.size)

    def compare(
        self, protocol: PairProtocol, rows: range, destination: Path, inputs: CompareInputs
    ) -> None:
        """Score a range of the trials."""
        templates = templates_of(inputs.extracted)
        scores = pair_scores(templates, protocol, similarity=inputs.card.similarity, rows=rows)
        scores.save(destination)

    def score(
        self, protocol: PairProtocol, inputs: ScoreInputs
    ) -> tuple[Document | TrialEvidence, ...]:
        """Error rates over all trials, and by group."""
        joined = PairScores.concatenate([PairScores.load(path) for path in inputs.comparisons])
        return _measured(protocol, joined, inputs)


class AllPairs(Kind[AllPairsProtocol]):
    """Every two samples."""

    def compare_rows(self, test_set: TestSet, protocol: AllPairsProtocol) -> int:
        """Count samples: row i stands for the pairs (i, j), i < j."""
        return len(test_set.samples)

    def compare(
        self, protocol: AllPairsProtocol, rows: range, destination: Path, inputs: CompareInputs
    ) -> None:
        """Compare a range of samples with all later ones."""
        part = compare_all_pairs(
            templates_of(inputs.extracted),
            inputs.test_set.subject_index,
            rows,
            similarity=inputs.card.similarity,
            threads=inputs.settings.threads,
        )
        part.save(destination)

    def score(
        self, protocol: AllPairsProtocol, inputs: ScoreInputs
    ) -> tuple[Document | TrialEvidence, ...]:
        """Error rates over all pairs, and by group."""
        merged = merge_parts([AllPairsPart.load(path) for path in inputs.comparisons])
        return _measured(protocol, merged, inputs)


def _measured(
    protocol: PairProtocol | AllPairsProtocol,
    comparisons: PairScores | AllPairsPart,
    inputs: ScoreInputs,
) -> tuple[Document | TrialEvidence, ...]:
    test_set, settings = inputs.test_set, inputs.settings
    failed = templates_of(inputs.extracted).failed
    overall, evidence = verification_sections(
        test_set=test_set,
        protocol=protocol,
        comparisons=comparisons,
        failed=failed,
        card=inputs.card,
        seed=settings.seed,
        replicates=settings.replicates,
    )
    by_group = differential_results(
        Compared(protocol, comparisons, failed, test_set.subject_index),
        values_of_samples(test_set),
        overall,
        seed=settings.seed,
        replicates=settings.replicates,
    )
    return (overall, evidence, *by_group)
