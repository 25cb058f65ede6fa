"""Made-up protocols, and scores with many ties."""

from types import SimpleNamespace

import numpy as np
import pytest


@pytest.fixture
def make_pairs():
    """Build pairs of samples of several people, their scores and which were completed."""

    def make(seed, n_pairs, *, n_subjects=12, per_subject=3, failing=0.0, folds=None, steps=16):
        rng = np.random.default_rng(seed)
        subject_index = np.repeat(np.arange(n_subjects), per_subject).astype(np.int32)
        reference = rng.integers(0, subject_index.size, n_pairs).astype(np.int32)
        probe = rng.integers(0, subject_index.size, n_pairs).astype(np.int32)
        mated = subject_index[reference] == subject_index[probe]
        completed = rng.random(n_pairs) >= failing
        scores = np.clip(rng.normal(np.where(mated, 0.4, 0.0), 0.25), -1, 1)
        scores = np.where(completed, np.round(scores * steps) / steps, 0.0)
        fold = None if folds is None else (np.arange(n_pairs) * folds // n_pairs).astype(np.int16)
        return SimpleNamespace(
            protocol=SimpleNamespace(
                name="pairs",
                title="Pairs",
                reference=reference,
                probe=probe,
                mated=mated,
                fold=fold,
            ),
            comparisons=SimpleNamespace(scores=scores, completed=completed),
            subject_index=subject_index,
        )

    return make
