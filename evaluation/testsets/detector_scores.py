"""How sure a detector was of each sample's face, where the samples table says so."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from evaluation.errors import TestSetError
from evaluation.testsets.manifest import SAMPLES_FILE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from evaluation.testsets.types import Sample

DETECTOR_SCORE = "detector_score"


def detector_scores(root: Path, samples: Sequence[Sample]) -> NDArray[np.float64]:
    """Read the attribute ``detector_score`` of every sample as a number.

    Parameters
    ----------
    root : Path
        Folder of the test set, for the message.
    samples : sequence of Sample
        All samples, in the order of their table.

    Returns
    -------
    ndarray of float64, shape (n_samples,)
        Finite and not negative.

    Raises
    ------
    TestSetError
        A sample has no such attribute, or it is no finite number from 0 up.
    """
    scores = np.empty(len(samples), dtype=np.float64)
    for index, sample in enumerate(samples):
        text = sample.attributes.get(DETECTOR_SCORE, "")
        score = _number(text)
        if score is None:
            # The header is line 1, and a package's tables have one line for each row.
            raise TestSetError(
                f"{DETECTOR_SCORE} is {text!r}, not a finite number from 0 up",
                path=root / SAMPLES_FILE,
                line=index + 2,
            )
        scores[index] = score
    return scores


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) and value >= 0 else None
