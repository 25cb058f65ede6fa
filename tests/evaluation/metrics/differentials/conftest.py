"""Made-up people in groups, compared as lists and as all pairs."""

from types import SimpleNamespace

import numpy as np
import pytest

from evaluation.card import Similarity
from evaluation.comparison import PairScores, compare_all_pairs
from evaluation.metrics.differentials import Compared
from evaluation.metrics.uncertainty import rule_of_three
from evaluation.results import Evidence, IntervalMethod, Rate


@pytest.fixture
def make_world():
    """Build people whose sex is theirs and whose age band changes between samples.

    The scores of the list are those of the streamed comparisons, so that both say the same.
    """

    def make(seed=0, *, n_subjects=45, per_subject=3, failing=0.08, tail_size=1 << 20):
        rng = np.random.default_rng(seed)
        subject_index = np.repeat(np.arange(n_subjects), per_subject).astype(np.int32)
        n = subject_index.size
        sex = np.where(rng.random(n_subjects) < 0.4, "female", "male")[subject_index]
        age_band = np.array(["18-29", "30-49", ""])[rng.choice(3, n, p=[0.45, 0.45, 0.1])]
        people = rng.standard_normal((n_subjects, 12))
        embeddings = people[subject_index] + 0.9 * rng.standard_normal((n, 12))
        failed = rng.random(n) < failing
        templates = SimpleNamespace(embeddings=embeddings.astype(np.float32), failed=failed)
        whole = compare_all_pairs(templates, subject_index, range(n), similarity=Similarity.COSINE)
        part = compare_all_pairs(
            templates, subject_index, range(n), similarity=Similarity.COSINE, tail_size=tail_size
        )
        scores = np.zeros((n, n))
        scores[whole.mated_i, whole.mated_j] = whole.mated_scores
        scores[whole.tail_i, whole.tail_j] = whole.tail_scores
        i, j = np.triu_indices(n, 1)
        protocol = SimpleNamespace(
            name="every",
            title="Every pair",
            reference=i.astype(np.int32),
            probe=j.astype(np.int32),
            mated=subject_index[i] == subject_index[j],
            fold=None,
        )
        listed = PairScores(scores=scores[i, j], completed=~(failed[i] | failed[j]))
        return SimpleNamespace(
            subject_index=subject_index,
            failed=failed,
            protocol=protocol,
            values={"sex": sex.tolist(), "age_band": age_band.tolist()},
            scores=listed,
            part=part,
            listed=Compared(protocol, listed, failed, subject_index),
            streamed=Compared(
                SimpleNamespace(name="every", title="Every pair"), part, failed, subject_index
            ),
        )

    return make


@pytest.fixture
def make_overall():
    """Build what is read of a verification result: its thresholds and its curve."""

    def make(targets, own=None, curve=((), ())):
        points = [SimpleNamespace(target_fmr=t, threshold=x) for t, x in targets.items()]
        recommended = None if own is None else SimpleNamespace(threshold=own)
        threshold, fmr = curve
        return SimpleNamespace(
            operating_points=points,
            recommended=recommended,
            curve=SimpleNamespace(threshold=threshold, fmr=fmr),
        )

    return make


@pytest.fixture
def make_rate():
    """Build a rate from its counts."""

    def make(errors, trials, evidence=Evidence.SUFFICIENT):
        high = rule_of_three(0, trials).high if errors == 0 else errors / trials
        return Rate(
            errors=errors,
            trials=trials,
            value=errors / trials,
            low=0.0,
            high=high,
            method=IntervalMethod.WILSON,
            evidence=evidence,
        )

    return make
