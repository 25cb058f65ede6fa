"""Several made-up models on one made-up list of trials, or on all pairs of one set."""

import dataclasses
from types import SimpleNamespace

import numpy as np
import pytest

from evaluation.card import Similarity
from evaluation.comparison import PairScores, compare_all_pairs
from evaluation.metrics.assembly import verification_sections
from evaluation.ranking import EvidenceIdentity, ModelEvidence

N_SUBJECTS, PER_SUBJECT = 30, 4
SUBJECT_INDEX = np.repeat(np.arange(N_SUBJECTS), PER_SUBJECT).astype(np.int32)


def identity(name, sha=None, test_set="a"):
    return EvidenceIdentity(
        model_name=name,
        model_version="1",
        model_sha256=(sha or name) * 4,
        test_set_name="made-up",
        test_set_title=f"Set {test_set}",
        test_set_sha256=test_set * 64,
    )


@pytest.fixture(scope="session")
def listed():
    """The trials that all models are asked: every mated pair, and some others."""
    i, j = np.triu_indices(SUBJECT_INDEX.size, 1)
    mated = SUBJECT_INDEX[i] == SUBJECT_INDEX[j]
    chosen = np.flatnonzero(mated | (np.random.default_rng(0).random(i.size) < 0.06))
    return SimpleNamespace(
        name="pairs",
        title="Listed pairs",
        reference=i[chosen].astype(np.int32),
        probe=j[chosen].astype(np.int32),
        mated=mated[chosen],
        fold=None,
    )


@pytest.fixture(scope="session")
def scores_of(listed):
    """Scores of a model: the better, the further apart; and which pairs it completed."""

    def make(seed, skill=0.4, failing=0.0):
        rng = np.random.default_rng(seed)
        scores = rng.normal(np.where(listed.mated, skill, 0.0), 0.2)
        failed = np.isin(np.arange(SUBJECT_INDEX.size), rng.permutation(120)[: int(failing * 120)])
        completed = ~(failed[listed.reference] | failed[listed.probe])
        return PairScores(np.where(completed, scores, 0.0), completed)

    return make


@pytest.fixture(scope="session")
def make_model(listed, scores_of):
    """Evidence of one model on the listed trials."""

    def make(name, seed=1, skill=0.4, *, failing=0.0, own=0.3, test_set="a", draw=7, replicates=80):
        _, evidence = verification_sections(
            test_set=SimpleNamespace(subject_index=SUBJECT_INDEX),
            protocol=listed,
            comparisons=scores_of(seed, skill, failing),
            failed=np.zeros(SUBJECT_INDEX.size, bool),
            card=SimpleNamespace(similarity=Similarity.COSINE, recommended_threshold=own),
            seed=draw,
            replicates=replicates,
        )
        return ModelEvidence(identity(name, test_set=test_set), (evidence,))

    return make


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
