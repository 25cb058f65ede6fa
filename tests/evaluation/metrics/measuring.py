"""Made-up comparisons, measured as the harness measures a protocol."""

import itertools
from types import SimpleNamespace

import numpy as np

from evaluation.card import Similarity
from evaluation.comparison import PairScores, compare_all_pairs, merge_parts
from evaluation.metrics.assembly import verification_sections

CARD = SimpleNamespace(similarity=Similarity.COSINE, recommended_threshold=0.25)


ALL_PAIRS = SimpleNamespace(name="all_pairs", title="All pairs")


def measure_pairs(made, *, card=CARD, seed=1, replicates=300):
    return verification_sections(
        test_set=SimpleNamespace(subject_index=made.subject_index),
        protocol=made.protocol,
        comparisons=PairScores(made.comparisons.scores, made.comparisons.completed),
        failed=np.zeros(made.subject_index.size, bool),
        card=card,
        seed=seed,
        replicates=replicates,
    )[0]


def make_templates(seed, n=240, n_subjects=60, failing=0.0):
    rng = np.random.default_rng(seed)
    subject_index = np.concatenate(
        [np.arange(n_subjects), rng.integers(0, n_subjects, n - n_subjects)]
    ).astype(np.int32)
    people = rng.standard_normal((n_subjects, 24))
    embeddings = (people[subject_index] + rng.standard_normal((n, 24))).astype(np.float32)
    failed = rng.random(n) < failing
    return SimpleNamespace(embeddings=embeddings, failed=failed, subject_index=subject_index)


def measure_all_pairs(templates, *, cuts=None, threads=1, tail_size=1 << 20, card=CARD, seed=1):
    n = templates.failed.size
    cuts = cuts or [0, n]
    parts = [
        compare_all_pairs(
            templates,
            templates.subject_index,
            range(a, b),
            similarity=Similarity.COSINE,
            threads=threads,
            tail_size=tail_size,
        )
        for a, b in itertools.pairwise(cuts)
    ]
    return verification_sections(
        test_set=templates,
        protocol=ALL_PAIRS,
        comparisons=merge_parts(parts),
        failed=templates.failed,
        card=card,
        seed=seed,
        replicates=200,
    )[0]


def listed(templates):
    """The pairs that an all-pairs protocol stands for, as a list."""
    i, j = np.triu_indices(templates.failed.size, 1)
    return SimpleNamespace(
        name="all_pairs",
        title="All pairs",
        reference=i.astype(np.int32),
        probe=j.astype(np.int32),
        mated=templates.subject_index[i] == templates.subject_index[j],
        fold=None,
    )
