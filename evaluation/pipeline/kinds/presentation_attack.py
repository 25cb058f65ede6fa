"""Presentation-attack protocols: liveness of each sample, against what was presented."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evaluation.card import Task
from evaluation.metrics.presentation_attack import presentation_attack_result
from evaluation.metrics.presentations import Presentations
from evaluation.pipeline.extracting import templates_of
from evaluation.pipeline.kinds.base import Kind
from evaluation.runtime.scores import scores_of
from evaluation.testsets.protocols import PresentationAttackProtocol

if TYPE_CHECKING:
    from evaluation.pipeline.kinds.base import ScoreInputs
    from evaluation.results import Document


class PresentationAttacks(Kind[PresentationAttackProtocol]):
    """Nothing is compared: each presentation stands alone."""

    task = Task.PAD

    def score(
        self, protocol: PresentationAttackProtocol, inputs: ScoreInputs
    ) -> tuple[Document, ...]:
        """Error rates by attack species."""
        extracted = templates_of(inputs.extracted)
        rows = protocol.sample
        presentations = Presentations.of(
            scores_of(extracted.embeddings[rows], inputs.card),
            attack=protocol.attack,
            species=protocol.species,
            failed=extracted.failed[rows],
            subjects=inputs.test_set.subject_index[rows].astype("int64"),
        )
        result = presentation_attack_result(
            presentations,
            protocol=protocol.name,
            title=protocol.title,
            recommended_threshold=inputs.card.recommended_threshold,
            replicates=inputs.settings.replicates,
            seed=inputs.settings.seed,
        )
        return (result,)
