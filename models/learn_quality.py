"""Learn what makes a picture match: ``python -m models.learn_quality``.

Nothing is drawn by chance but the training people, from their seed: on one machine a second run
prints the same SHA-256.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from evaluation.card import parse_card
from evaluation.imaging.align import crop_for_card
from fixtures.faces.sets import training_crops
from models import cnn, quality
from models.learning import embedded, features_of, standardised, write_linear

N_SUBJECTS, N_SAMPLES = 300, 8
PENALTY = 30.0


def main() -> None:
    crops, subjects = training_crops(N_SUBJECTS, N_SAMPLES)
    print(write_linear(quality.WEIGHTS, *learned(crops, subjects)))


def learned(
    crops: NDArray[np.uint8], subjects: NDArray[np.int64]
) -> tuple[NDArray[np.float64], float]:
    """Weight of each feature, and what is added, by ridge regression."""
    rows, unfold = standardised(features_of(list(crops), parse_card({**quality.CARD})))
    penalty = np.full(rows.shape[1], PENALTY)
    penalty[-1] = 0.0
    likeness = likeness_to_own(crops, subjects)
    return unfold(np.linalg.solve(rows.T @ rows + np.diag(penalty), rows.T @ likeness))


def likeness_to_own(crops: NDArray[np.uint8], subjects: NDArray[np.int64]) -> NDArray[np.float64]:
    """Mean cosine of each picture with the others of the same person, shape (n,)."""
    card = parse_card({"task": "embedding", **cnn.CARD})
    sized = [crop_for_card(crop, None, card) for crop in crops]
    mirrored = [np.asarray(cv2.flip(crop, 1), dtype=np.uint8) for crop in sized]
    model = cnn.build()
    sums = embedded(sized, model, card) + embedded(mirrored, model, card)
    units = sums / np.linalg.norm(sums, axis=1, keepdims=True)
    likeness = np.empty(len(crops))
    for subject in np.unique(subjects):
        own = np.flatnonzero(subjects == subject)
        cosines = units[own] @ units[own].T
        likeness[own] = (cosines.sum(axis=1) - 1) / (len(own) - 1)
    return likeness


if __name__ == "__main__":
    main()
