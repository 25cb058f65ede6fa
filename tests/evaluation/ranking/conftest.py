"""Several made-up models on one made-up list of trials, or on all pairs of one set."""

import dataclasses
from types import SimpleNamespace

import numpy as np
import pytest

from evaluation.card import Similarity
from evaluation.comparison import compare_all_pairs
from evaluation.metrics.assembly import verification_sections
from evaluation.ranking import ModelEvidence
from tests.evaluation.made_evidence import (
    N_SUBJECTS,
    SUBJECT_INDEX,
    identity,
    listed_scores,
    listed_trials,
    make_evidence,
)


@pytest.fixture(scope="session")
def listed():
    """The trials that all models are asked."""
    return listed_trials()


@pytest.fixture(scope="session")
def scores_of():
    """Scores of a model, and which pairs it completed."""
    return listed_scores


@pytest.fixture(scope="session")
def make_model():
    """Evidence of one model on the listed trials."""
    return make_evidence


@pytest.fixture(scope="session")
def make_streamed():
    """Evidence of one model on all pairs."""

    def make(name, seed=1, noise=1.0, *, tail_size=1 << 20):
        rng = np.random.default_rng(seed)
        people = np.random.default_rng(99).standard_normal((N_SUBJECTS, 24))
        shape = (SUBJECT_INDEX.size, 24)
        embeddings = people[SUBJECT_INDEX] + noise * rng.standard_normal(shape)
        failed = np.arange(SUBJECT_INDEX.size) % 40 == seed % 40
        made = SimpleNamespace(embeddings=embeddings.astype(np.float32), failed=failed)
        part = compare_all_pairs(
            made,
            SUBJECT_INDEX,
            range(SUBJECT_INDEX.size),
            similarity=Similarity.COSINE,
            tail_size=tail_size,
        )
        _, evidence = verification_sections(
            test_set=SimpleNamespace(subject_index=SUBJECT_INDEX),
            protocol=SimpleNamespace(name="all", title="All pairs"),
            comparisons=part,
            failed=failed,
            card=SimpleNamespace(similarity=Similarity.COSINE, recommended_threshold=0.2),
            seed=7,
            replicates=80,
        )
        return ModelEvidence(identity(name), (evidence,))

    return make


@pytest.fixture
def renamed():
    """The same evidence under another model's name."""

    def rename(model, name, **changes):
        changed = dataclasses.replace(model.trials[0], **changes)
        return ModelEvidence(
            model.identity.model_copy(update={"model_name": name}), (changed, *model.trials[1:])
        )

    return rename
