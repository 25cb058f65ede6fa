"""Evidence of made-up models that were all asked the same listed trials."""

from functools import cache
from types import SimpleNamespace

import numpy as np

from evaluation.card import Similarity
from evaluation.comparison import PairScores
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


@cache
def listed_trials():
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


def listed_scores(seed, skill=0.4, failing=0.0):
    """Scores of a model: the better, the further apart; and which pairs it completed."""
    listed = listed_trials()
    rng = np.random.default_rng(seed)
    scores = rng.normal(np.where(listed.mated, skill, 0.0), 0.2)
    failed = np.isin(np.arange(SUBJECT_INDEX.size), rng.permutation(120)[: int(failing * 120)])
    completed = ~(failed[listed.reference] | failed[listed.probe])
    return PairScores(np.where(completed, scores, 0.0), completed)


def make_evidence(
    name, seed=1, skill=0.4, *, failing=0.0, own=0.3, test_set="a", draw=7, replicates=80
):
    """Evidence of one model on the listed trials."""
    _, evidence = verification_sections(
        test_set=SimpleNamespace(subject_index=SUBJECT_INDEX),
        protocol=listed_trials(),
        comparisons=listed_scores(seed, skill, failing),
        failed=np.zeros(SUBJECT_INDEX.size, bool),
        card=SimpleNamespace(similarity=Similarity.COSINE, recommended_threshold=own),
        seed=draw,
        replicates=replicates,
    )
    return ModelEvidence(identity(name, test_set=test_set), (evidence,))
