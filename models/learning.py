"""What the learning scripts share: features as the models' own graphs give them, and weights."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from evaluation.card import ModelCard, parse_card
from evaluation.imaging.tensor import to_tensor
from evaluation.runtime import EmbeddingModel
from models.texture import N_FEATURES, build_features

Rows = NDArray[np.float64]
BATCH = 64


def features_of(crops: Sequence[NDArray[np.uint8]], card: ModelCard) -> Rows:
    """Texture and colour of crops that were cut as a card says, shape (n, 119)."""
    size = card.input.height
    document = {"task": "embedding", "name": "texture", "output": {"dim": N_FEATURES}}
    own = parse_card({**document, "input": card.input.model_dump(mode="json", exclude_none=True)})
    if size is None:
        raise ValueError("the card states no size")
    return embedded(crops, build_features(size), own)


def embedded(crops: Sequence[NDArray[np.uint8]], model: bytes, card: ModelCard) -> Rows:
    """Run a model on crops as the harness does, shape (n, dim)."""
    with EmbeddingModel(model, card) as embedder:
        parts = [
            embedder.embed(to_tensor(crops[first : first + BATCH], card)).copy()
            for first in range(0, len(crops), BATCH)
        ]
    return np.concatenate(parts).astype(np.float64)


def standardised(features: Rows) -> tuple[Rows, Callable[[Rows], tuple[Rows, float]]]:
    """Rows of mean 0 and spread 1 with a one at the end, and the way back for their weights."""
    mean, spread = features.mean(axis=0), features.std(axis=0) + 1e-6
    rows = np.column_stack([(features - mean) / spread, np.ones(len(features))])

    def unfold(weights: Rows) -> tuple[Rows, float]:
        own = weights[:-1] / spread
        return own, float(weights[-1] - own @ mean)

    return rows, unfold


def write_linear(path: Path, weights: Rows, bias: float) -> str:
    """Write what `texture.build_score` reads; returns a line that says what was written."""
    np.savez(path, weights=weights.astype(np.float32), bias=np.array([bias], dtype=np.float32))
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return f"{path.name}: {path.stat().st_size} bytes, SHA-256 {digest}"
