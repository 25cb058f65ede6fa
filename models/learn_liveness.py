"""Learn what tells live faces from attacks: ``python -m models.learn_liveness``.

Nothing is drawn by chance but the training people, from their seed: on one machine a second run
prints the same SHA-256.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from evaluation.card import parse_card
from evaluation.imaging.face_crops import crop_around
from fixtures.faces.sets import Presentations, training_presentations
from models import liveness
from models.learning import features_of, standardised, write_linear

N_SUBJECTS = 200
PENALTY = 1.0
STEPS = 30


def main() -> None:
    seen = training_presentations(N_SUBJECTS)
    print(write_linear(liveness.WEIGHTS, *learned(seen)))


def learned(seen: Presentations) -> tuple[NDArray[np.float64], float]:
    """Weight of each feature, and what is added."""
    card = parse_card({**liveness.CARD})
    crops = [
        crop_around(picture, (x, y, width, height), card)
        for picture, (x, y, width, height) in zip(seen.pictures, seen.boxes.tolist(), strict=True)
    ]
    rows, unfold = standardised(features_of(crops, card))
    is_live = np.array([not species for species in seen.species])
    return unfold(logistic(rows, is_live))


def logistic(rows: NDArray[np.float64], is_live: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Newton's method on the penalised logistic loss, live and attack weighing the same.

    Parameters
    ----------
    rows : ndarray of float64, shape (n, k)
        The last column is one, and its weight bears no penalty.
    is_live : ndarray of bool, shape (n,)

    Returns
    -------
    ndarray of float64, shape (k,)
    """
    share = np.where(is_live, 0.5 / is_live.mean(), 0.5 / (~is_live).mean())
    penalty = np.full(rows.shape[1], PENALTY)
    penalty[-1] = 0.0
    weights = np.zeros(rows.shape[1])
    for _ in range(STEPS):
        found = 1 / (1 + np.exp(-rows @ weights))
        slope = rows.T @ (share * (found - is_live)) + penalty * weights
        curvature = (rows.T * (share * found * (1 - found))) @ rows + np.diag(penalty)
        weights -= np.linalg.solve(curvature, slope)
    return weights


if __name__ == "__main__":
    main()
