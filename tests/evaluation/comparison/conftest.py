"""Made-up templates: people are random directions, samples scatter about them."""

from types import SimpleNamespace

import numpy as np
import pytest


@pytest.fixture
def make_templates():
    """Build templates and subjects; ``ties`` makes many scores exactly equal."""

    def make(seed, n, *, dim=16, n_subjects=None, failing=0.0, ties=False):
        rng = np.random.default_rng(seed)
        n_subjects = n_subjects or max(1, n // 3)
        subject_index = rng.integers(0, n_subjects, n).astype(np.int32)
        people = rng.standard_normal((n_subjects, dim))
        if ties:
            embeddings = rng.integers(-1, 2, (n, dim)).astype(np.float32)
            embeddings[:, 0] = 1
        else:
            embeddings = people[subject_index] + rng.standard_normal((n, dim))
        failed = rng.random(n) < failing
        embeddings[failed] = 0
        return SimpleNamespace(
            embeddings=embeddings.astype(np.float32), failed=failed, subject_index=subject_index
        )

    return make
