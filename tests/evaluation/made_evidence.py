"""Evidence of made-up models that were all asked the same listed trials, or the same searches."""

from functools import cache
from types import SimpleNamespace

import numpy as np

from evaluation.card import Similarity
from evaluation.comparison import PairScores, make_gallery, make_searches, measure_searches
from evaluation.metrics.assembly import verification_sections
from evaluation.metrics.identification_assembly import identification_result
from evaluation.metrics.identification_sizes import Wanted
from evaluation.metrics.identification_trials import trials_of_searches
from evaluation.metrics.search_evidence import search_evidence
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


SEARCHED_SUBJECT = np.repeat(np.arange(60), 4).astype(np.int32)
N_ENROLLED = 30


def searched_samples(*, closed=False):
    """References, one of each enrolled person, and probes; closed: of enrolled people alone."""
    first = np.arange(SEARCHED_SUBJECT.size) % 4 == 0
    is_reference = first & (SEARCHED_SUBJECT < N_ENROLLED)
    is_probe = ~is_reference & ((SEARCHED_SUBJECT < N_ENROLLED) | (not closed))
    return np.flatnonzero(is_reference).astype(np.int32), np.flatnonzero(is_probe).astype(np.int32)


def searched_templates(seed, noise=1.0, failing=0.0):
    """What a model makes of the samples: the more noise, the less alike a person's are."""
    rng = np.random.default_rng(seed)
    people = np.random.default_rng(99).standard_normal((60, 24))
    shape = (SEARCHED_SUBJECT.size, 24)
    embeddings = people[SEARCHED_SUBJECT] + noise * rng.standard_normal(shape)
    failed = np.isin(np.arange(shape[0]), rng.permutation(shape[0])[: int(failing * shape[0])])
    return SimpleNamespace(embeddings=embeddings.astype(np.float32), failed=failed)


def searched(seed, noise=1.0, *, failing=0.0, closed=False, own=0.5, draw=7, replicates=80):
    """Result and trials of one model's searches, by ascending size of the gallery."""
    reference, probe = searched_samples(closed=closed)
    templates = searched_templates(seed, noise, failing)
    gallery = make_gallery(reference, SEARCHED_SUBJECT, sizes=(10,), seed=3)
    searches = make_searches(gallery, probe, SEARCHED_SUBJECT)
    outcomes = measure_searches(
        templates, gallery, searches, range(probe.size), similarity=Similarity.COSINE
    )
    trials = trials_of_searches(gallery, searches, outcomes, SEARCHED_SUBJECT)
    result = identification_result(
        protocol="searches",
        title="Searches",
        kind="identification",
        gallery=gallery,
        failed=templates.failed,
        trials=trials,
        wanted=Wanted(recommended=own, replicates=replicates, seed=draw),
    )
    return result, trials


def make_search_evidence(name, seed=1, noise=1.0, *, test_set="a", draw=7, replicates=80, **more):
    """Evidence of one model on the searches."""
    result, trials = searched(seed, noise, draw=draw, replicates=replicates, **more)
    evidence = search_evidence(
        result.galleries[-1],
        trials[-1],
        protocol=result.protocol,
        title=result.title,
        seed=draw,
        replicates=replicates,
    )
    return ModelEvidence(identity(name, test_set=test_set), evidence)
