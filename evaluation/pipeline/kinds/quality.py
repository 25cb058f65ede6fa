"""Quality protocols: the errors of a reference recognition model against what is discarded.

The extra rows are the samples once more, through the recognition model. One comparison
shard makes the whole base protocol with its templates.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from evaluation.card import Task
from evaluation.comparison import pair_scores
from evaluation.comparison.degraded import mated_trials_of
from evaluation.comparison.storage import load_arrays, save_arrays
from evaluation.errors import ModelFailureError, RecogniserFailureError, ResultError
from evaluation.metrics.assembly import printable_thresholds
from evaluation.metrics.quality import MatedQuality, quality_result
from evaluation.pipeline.extracting import embeddings, templates_of
from evaluation.pipeline.kinds.base import Kind
from evaluation.pipeline.kinds.based import base_of, trials_of_base
from evaluation.runtime.scores import scores_of
from evaluation.testsets.protocols import PairProtocol, QualityProtocol

if TYPE_CHECKING:
    from pathlib import Path

    from evaluation.card import ModelCard
    from evaluation.extraction import Templates
    from evaluation.pipeline.kinds.base import CompareInputs, ExtractInputs, ScoreInputs
    from evaluation.pipeline.settings import RunSettings
    from evaluation.results import Document
    from evaluation.testsets.types import TestSet

_ARRAYS = ("targets", "thresholds", "n_non_mated", "reference", "probe", "scores", "completed")


class Quality(Kind[QualityProtocol]):
    """Judged by the errors of the recognition model that the settings name."""

    task = Task.QUALITY
    rows_per_shard = 1

    def extra_rows(self, test_set: TestSet, protocol: QualityProtocol) -> int:
        """Count samples: each goes through the recognition model."""
        return len(test_set.samples)

    def extract_extra(
        self, protocol: QualityProtocol, rows: range, inputs: ExtractInputs
    ) -> Templates:
        """Make templates with the recognition model."""
        model, card = recogniser_of(inputs.settings)
        try:
            return embeddings(rows, replace(inputs, model=model, card=card))
        except ModelFailureError as error:
            message = f"the reference recognition model failed: {error}"
            raise RecogniserFailureError(message) from error

    def compare_rows(self, test_set: TestSet, protocol: QualityProtocol) -> int:
        """Return one row, which is the whole protocol."""
        return 1

    def compare(
        self, protocol: QualityProtocol, rows: range, destination: Path, inputs: CompareInputs
    ) -> None:
        """Fix the thresholds on all comparisons, and score the mated ones."""
        if inputs.extra is None:
            raise ResultError(f"the templates of protocol {protocol.name} are missing")
        similarity = recogniser_of(inputs.settings)[1].similarity
        base = base_of(inputs.test_set, protocol)
        _, non_mated = trials_of_base(
            base,
            inputs.extra,
            inputs.test_set,
            similarity=similarity,
            threads=inputs.settings.threads,
        )
        targets = printable_thresholds(non_mated)
        reference, probe = mated_trials_of(base, inputs.test_set.subject_index)
        every = np.ones(reference.size, dtype=np.bool_)
        mated = PairProtocol(protocol.name, protocol.title, reference, probe, every)
        made = pair_scores(inputs.extra, mated, similarity=similarity)
        save_arrays(
            destination,
            {
                "targets": np.array(list(targets), dtype=np.float64),
                "thresholds": np.array(list(targets.values()), dtype=np.float64),
                "n_non_mated": np.array([non_mated.counted.n], dtype=np.int64),
                "reference": reference,
                "probe": probe,
                "scores": made.scores,
                "completed": made.completed,
            },
        )

    def score(self, protocol: QualityProtocol, inputs: ScoreInputs) -> tuple[Document, ...]:
        """Error versus discard at every threshold that the base can show."""
        found = load_arrays(inputs.comparisons[0], _ARRAYS)
        given = templates_of(inputs.extracted)
        quality = np.where(given.failed, -np.inf, scores_of(given.embeddings, inputs.card))
        reference, probe = found["reference"], found["probe"]
        result = quality_result(
            MatedQuality(
                scores=found["scores"],
                completed=found["completed"],
                quality=np.minimum(quality[reference], quality[probe]),
                subjects=inputs.test_set.subject_index[reference].astype(np.int64),
            ),
            protocol=protocol.name,
            title=protocol.title,
            base=protocol.base,
            recogniser=recogniser_of(inputs.settings)[1].name,
            thresholds=dict(
                zip(found["targets"].tolist(), found["thresholds"].tolist(), strict=True)
            ),
            n_non_mated=int(found["n_non_mated"][0]),
            replicates=inputs.settings.replicates,
            seed=inputs.settings.seed,
        )
        return (result,)


def recogniser_of(settings: RunSettings) -> tuple[bytes, ModelCard]:
    """Return the reference recognition model and its card.

    Raises
    ------
    RecogniserFailureError
        None is named, or the card is that of another kind of model.
    """
    if settings.recogniser is None:
        raise RecogniserFailureError(
            "a quality model is judged by the errors of a recognition model, and none is named"
        )
    if settings.recogniser[1].task is not Task.EMBEDDING:
        named, task = settings.recogniser[1].name, settings.recogniser[1].task
        raise RecogniserFailureError(f"{named} is no recognition model: its task is {task}")
    return settings.recogniser
