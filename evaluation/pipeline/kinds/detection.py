"""Detection protocols: the boxes found in each image, against the faces marked there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from evaluation.card import Task
from evaluation.metrics.detection import DetectionTrials, detection_result
from evaluation.metrics.matching import FoundFaces, TrueFaces
from evaluation.pipeline.extracting import detections_of
from evaluation.pipeline.kinds.base import Kind
from evaluation.testsets.protocols import DetectionProtocol

if TYPE_CHECKING:
    from evaluation.pipeline.kinds.base import ScoreInputs
    from evaluation.results import Document


class Detection(Kind[DetectionProtocol]):
    """Nothing is compared: each image stands alone."""

    task = Task.DETECTION

    def score(self, protocol: DetectionProtocol, inputs: ScoreInputs) -> tuple[Document, ...]:
        """Average precision, and misses and false boxes at the card's score."""
        made = detections_of(inputs.extracted)
        trials = DetectionTrials(
            truth=TrueFaces(
                image=protocol.sample.astype(np.int64),
                boxes=protocol.boxes,
                landmarks=protocol.landmarks,
                ignored=protocol.ignored,
            ),
            found=FoundFaces(
                image=np.repeat(np.arange(made.counts.size), made.counts),
                scores=made.scores,
                boxes=made.boxes,
                landmarks=made.landmarks,
            ),
            failed=np.array([bool(reason) for reason in made.reasons], dtype=np.bool_),
        )
        result = detection_result(
            trials,
            protocol=protocol.name,
            title=protocol.title,
            score=inputs.card.score,
            replicates=inputs.settings.replicates,
            seed=inputs.settings.seed,
        )
        return (result,)
