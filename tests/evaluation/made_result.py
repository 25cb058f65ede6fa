"""A whole result with two protocols, failures, and a target that cannot be shown."""

from datetime import UTC, datetime
from types import SimpleNamespace

import numpy as np
import pytest

from evaluation import results
from evaluation.card import Similarity
from evaluation.comparison import (
    compare_all_pairs,
    make_gallery,
    make_searches,
    measure_searches,
    pair_scores,
)
from evaluation.metrics.assembly import verification_sections
from evaluation.metrics.detection import DetectionTrials, detection_result
from evaluation.metrics.differentials import (
    Compared,
    SearchesOfPeople,
    differential_results,
    search_axis,
    search_differential_results,
    search_points,
)
from evaluation.metrics.identification_assembly import identification_result
from evaluation.metrics.identification_sizes import Wanted
from evaluation.metrics.identification_trials import trials_of_searches
from evaluation.metrics.live import live_result, wanted_live
from evaluation.metrics.live_trials import trials_of_passages
from evaluation.metrics.matching import FoundFaces, TrueFaces
from evaluation.metrics.presentation_attack import presentation_attack_result
from evaluation.metrics.presentations import Presentations
from evaluation.metrics.quality import MatedQuality, quality_result
from evaluation.metrics.rates import independent_rate
from evaluation.metrics.robustness import DegradedTrials, robustness_result
from evaluation.testsets.protocols import LiveProtocol

HASH = "0123456789abcdef" * 4


def _templates(n, n_subjects):
    rng = np.random.default_rng(0)
    subject_index = (np.arange(n) % n_subjects).astype(np.int32)
    people = rng.standard_normal((n_subjects, 24))
    failed = np.arange(n) % 40 == 7
    embeddings = (people[subject_index] + rng.standard_normal((n, 24))).astype(np.float32)
    return SimpleNamespace(embeddings=embeddings, failed=failed, subject_index=subject_index)


def _verification(templates, title):
    n = templates.failed.size
    i, j = np.triu_indices(n, 1)
    mated = templates.subject_index[i] == templates.subject_index[j]
    chosen = np.flatnonzero(mated | (np.arange(i.size) % 37 == 0))
    pairs = SimpleNamespace(
        name="pairs",
        title=title,
        reference=i[chosen],
        probe=j[chosen],
        mated=mated[chosen],
        fold=(np.arange(chosen.size) % 5).astype(np.int16),
    )
    common = {
        "test_set": templates,
        "failed": templates.failed,
        "card": SimpleNamespace(similarity=Similarity.COSINE, recommended_threshold=0.3),
        "seed": 1,
        "replicates": 100,
    }
    listed = pair_scores(templates, pairs, similarity=Similarity.COSINE)
    streamed = compare_all_pairs(
        templates, templates.subject_index, range(n), similarity=Similarity.COSINE
    )
    every = SimpleNamespace(name="all_pairs", title="All pairs")
    return (
        verification_sections(protocol=pairs, comparisons=listed, **common)[0],
        verification_sections(protocol=every, comparisons=streamed, **common)[0],
    )


def _differentials(templates, overall):
    n = templates.failed.size
    every = SimpleNamespace(name="all_pairs", title="All pairs")
    streamed = compare_all_pairs(
        templates, templates.subject_index, range(n), similarity=Similarity.COSINE
    )
    values = {
        "sex": np.where(templates.subject_index % 2, "female", "male").tolist(),
        "age_band": np.array(["18-29", "30-49", ""])[np.arange(n) // 7 % 3].tolist(),
        "camera": [f"{k:03d}" for k in range(n)],
    }
    compared = Compared(every, streamed, templates.failed, templates.subject_index)
    return differential_results(compared, values, overall, seed=1, replicates=100)


def _identification(templates):
    """Half of the people are enrolled with two samples each; the rest are searched for."""
    subjects = templates.subject_index
    n = subjects.size
    reference = np.flatnonzero((subjects % 2 == 0) & (np.arange(n) < n // 2)).astype(np.int32)
    probe = np.setdiff1d(np.arange(n), reference).astype(np.int32)
    gallery = make_gallery(reference, subjects, sizes=(5,), seed=1)
    searches = make_searches(gallery, probe, subjects)
    outcomes = measure_searches(
        templates, gallery, searches, range(probe.size), similarity=Similarity.COSINE
    )
    trials = trials_of_searches(gallery, searches, outcomes, subjects)
    found = identification_result(
        protocol="searches",
        title="Searches",
        kind="identification",
        gallery=gallery,
        failed=templates.failed,
        trials=trials,
        wanted=Wanted(targets=(0.1, 1e-3), recommended=0.3, replicates=100, seed=1),
    )
    build = np.where(subjects[searches.probe] // 2 % 2, "tall", "short")
    people = SearchesOfPeople(
        protocol="searches",
        title="Searches",
        trials=trials[-1],
        values={"build": build.tolist()},
        failed=templates.failed[searches.probe],
    )
    points = search_points(found.galleries[-1], (1, 20))
    axis = search_axis(found.galleries[-1])
    return found, search_differential_results(people, points, axis, seed=1, replicates=100)


def _live(templates):
    """People pass with three frames each; a quarter of them are on the watchlist."""
    subjects = templates.subject_index
    n = subjects.size
    reference = np.flatnonzero((subjects % 4 == 0) & (np.arange(n) < n // 4)).astype(np.int32)
    frame = np.flatnonzero(np.arange(n) >= n // 4).astype(np.int32)
    frame = frame[np.argsort(subjects[frame], kind="stable")]
    passage = np.unique(subjects[frame], return_inverse=True)[1].astype(np.int32)
    protocol = LiveProtocol(
        "passages", "Passages", reference, frame, passage, np.arange(frame.size) % 3 / 5, (4,)
    )
    gallery = make_gallery(reference, subjects, sizes=(4,), seed=1)
    searches = make_searches(gallery, frame, subjects)
    outcomes = measure_searches(
        templates, gallery, searches, range(frame.size), similarity=Similarity.COSINE
    )
    return live_result(
        protocol=protocol,
        gallery=gallery,
        failed=templates.failed,
        passages=trials_of_passages(protocol, gallery, searches, outcomes, subjects),
        wanted=wanted_live(recommended=0.3, replicates=100, seed=1),
    )


def _robustness():
    missed = np.random.default_rng(2).random((4, 1, 200)) < [[[0.05]], [[0.1]], [[0.5]], [[0.07]]]
    return robustness_result(
        protocol="worse",
        title="Worse pairs",
        base="pairs",
        conditions=(("blur", (4.0, 8.0)), ("mask", (0.5,))),
        targets=[(1e-2, 0.4)],
        trials=DegradedTrials(
            subjects=np.repeat(np.arange(50), 4),
            missed=missed,
            failures=np.array([0, 0, 3, 0]),
            false_matches=np.array([[40], [30], [20], [35]]),
            non_mated=np.array([4000, 4000, 3900, 4000]),
            n_people=50,
        ),
        replicates=100,
        seed=1,
    )


def _quality():
    rng = np.random.default_rng(3)
    quality = rng.random(300)
    return quality_result(
        MatedQuality(
            scores=0.3 + 0.5 * quality + rng.normal(0, 0.1, 300),
            completed=rng.random(300) > 0.02,
            quality=quality,
            subjects=rng.integers(0, 60, 300),
        ),
        protocol="pairs_quality",
        title="Quality",
        base="pairs",
        recogniser="Recogniser",
        thresholds={0.1: 0.4, 0.01: 0.5},
        n_non_mated=900,
        replicates=100,
        seed=1,
    )


def _presentation_attack():
    rng = np.random.default_rng(4)
    species = rng.choice(["", "mask", "print"], 300)
    presentations = Presentations.of(
        np.clip(rng.normal(0.4, 0.2, 300) + 0.3 * (species == ""), 0, 1),
        attack=species != "",
        species=species.tolist(),
        failed=rng.random(300) < 0.02,
        subjects=np.arange(300) // 3,
    )
    return presentation_attack_result(
        presentations,
        protocol="attacks",
        title="Attacks",
        recommended_threshold=None,
        replicates=100,
        seed=1,
    )


def _detection():
    """One face in each image but every seventh; most found, some beside the face."""
    rng = np.random.default_rng(5)
    image = np.flatnonzero(np.arange(60) % 7 != 0)
    n = image.size
    boxes = np.column_stack([np.full((n, 2), 50.0), np.full((n, 2), 20.0) + np.arange(n)[:, None]])
    points = boxes[:, None, :2] + np.array([(5, 5), (15, 5), (10, 10), (6, 15), (14, 15)])
    beside = np.where(rng.random(n) < 0.1, 300.0, rng.normal(0, 1, n))
    found = rng.random(n) < 0.9
    return detection_result(
        DetectionTrials(
            truth=TrueFaces(image, boxes, points, np.arange(n) == 3),
            found=FoundFaces(
                image[found],
                rng.uniform(0.3, 1, n)[found],
                (boxes + beside[:, None] * (1, 0, 0, 0))[found],
                (points + rng.normal(0, 0.5, points.shape))[found],
            ),
            failed=np.arange(60) == 9,
        ),
        protocol="faces",
        title="Faces",
        score=0.5,
        replicates=100,
        seed=1,
    )


@pytest.fixture(scope="session")
def make_result():
    """Build a result; names may be chosen to see what becomes of them."""

    def make(*, name="Example model", title="Listed pairs", n=160, n_subjects=40):
        templates = _templates(n, n_subjects)
        failed = int(templates.failed.sum())
        verification = _verification(templates, title)
        identification, by_group = _identification(templates)
        return results.EvaluationResult(
            model=results.ModelIdentity(
                name=name,
                version="2.1",
                sha256=HASH,
                size_bytes=4_234_567,
                card_sha256=HASH[::-1],
                embedding_dim=24,
                load_seconds=0.213,
                peak_memory_bytes=312_345_678,
            ),
            test_set=results.TestSetIdentity(
                name="example",
                title="Example set",
                revision="3",
                sha256=HASH,
                image_kind="aligned",
                samples=n,
                subjects=n_subjects,
            ),
            failure_to_enrol=results.EnrolmentFailures(
                rate=independent_rate(failed, n, failures=failed), by_reason={"no_face": failed}
            ),
            verification=verification,
            differentials=_differentials(templates, verification[1]),
            identification=(identification,),
            live=(_live(templates),),
            search_differentials=by_group,
            robustness=(_robustness(),),
            quality=(_quality(),),
            presentation_attack=(_presentation_attack(),),
            detection=(_detection(),),
            throughput=(
                results.ThroughputResult(
                    scenario="offline",
                    samples=200,
                    batch_size=16,
                    threads=2,
                    seconds=2.0,
                    samples_per_second=99.5,
                ),
                results.ThroughputResult(
                    scenario="single_stream",
                    samples=150,
                    batch_size=1,
                    threads=2,
                    seconds=2.0,
                    samples_per_second=75.0,
                    latency_p50_ms=13.3,
                    latency_p90_ms=14.4,
                    latency_p99_ms=25.5,
                ),
            ),
            provenance=results.Provenance(
                assay_version="0.1.0",
                onnxruntime_version="1.32.0",
                opencv_version="5.0.0",
                numpy_version="2.4.6",
                python_version="3.11.7",
                platform="Linux",
                cpu_model="Some processor",
                cpu_count=2,
                threads=2,
                seed=1,
                bootstrap_replicates=100,
                detector_sha256=None,
                sandbox_layers=("landlock", "seccomp"),
                sandbox_layers_missing=("network",),
                started_at=datetime(2026, 11, 22, 14, 5, tzinfo=UTC),
                finished_at=datetime(2026, 11, 22, 14, 7, tzinfo=UTC),
                stage_seconds={"decode": 1.25, "infer": 20.0},
            ),
        )

    return make


@pytest.fixture(scope="session")
def result(make_result):
    return make_result()
