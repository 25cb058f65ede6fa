"""Learn the eigenfaces from the synthetic training people: ``python -m models.learn_pca``."""

from __future__ import annotations

import cv2
import numpy as np

from evaluation.card import ModelCard, parse_card
from evaluation.imaging.align import crop_for_card
from fixtures.faces.sets import training_crops
from models import pca

N_SUBJECTS, N_SAMPLES = 300, 6


def main() -> None:
    card: ModelCard = parse_card({"task": "embedding", **pca.CARD})
    crops, _ = training_crops(N_SUBJECTS, N_SAMPLES)
    grey = [cv2.cvtColor(crop_for_card(crop, None, card), cv2.COLOR_RGB2GRAY) for crop in crops]
    flat = np.stack(grey).reshape(len(grey), -1).astype(np.float64)
    flat -= flat.mean(axis=1, keepdims=True)
    flat /= np.maximum(flat.std(axis=1, keepdims=True), 1e-6)
    mean = flat.mean(axis=0)
    _, singular, directions = np.linalg.svd(flat - mean, full_matrices=False)
    spread = singular[: pca.DIM] / np.sqrt(len(flat) - 1)
    signs = np.sign(directions[: pca.DIM].sum(axis=1))
    projection = (directions[: pca.DIM] * signs[:, None]).T / spread
    np.savez(pca.WEIGHTS, mean=mean.astype(np.float16), projection=projection.astype(np.float16))
    print(f"{pca.WEIGHTS.name}: {pca.WEIGHTS.stat().st_size} bytes from {len(flat)} crops")


if __name__ == "__main__":
    main()
