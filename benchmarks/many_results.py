"""Released results of many models on many test sets, as rows and evidence files of true sizes.

Import ``benchmarks.scratch`` before it, and make the tables there.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
from django.db import transaction
from django.utils import timezone

from evaluation.metrics.trial_evidence import (
    EvidencePoint,
    OperatingMode,
    SubjectEvidence,
    SubjectPairEvidence,
    TrialEvidence,
)
from evaluation.ranking import EvidenceIdentity, ModelEvidence, save_evidence
from evaluation.results import Evidence as Judgement
from evaluation.results import IntervalMethod, Rate
from portal.accounts.models import Organisation, Role, User
from portal.comparison.paired import evidence_file
from portal.runs.models import Curve, EvaluationRun, Measurement, ReleaseState, RunState
from portal.submissions.models import Submission, SubmissionState
from portal.suppliers.models import Product, Supplier
from portal.testsets.models import TestSet

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PRODUCTS_EACH = 5
SUBJECTS, SAMPLES_EACH = 1_000, 4
N_MATED = SUBJECTS * SAMPLES_EACH * (SAMPLES_EACH - 1) // 2
N_NON_MATED = SUBJECTS * (SUBJECTS - 1) // 2 * SAMPLES_EACH**2
TARGETS = (1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6)
POINTS = 200
"""Thresholds of a curve."""
PROTOCOL = "all"


def make_reader() -> User:
    """Make somebody who may read every result."""
    return User.objects.create_user("reader@example.test", name="Reader", role=Role.JSARC)


def make_sets(n: int) -> list[TestSet]:
    """Register test sets whose every two samples are compared."""
    return TestSet.objects.bulk_create(_test_set(number) for number in range(n))


@transaction.atomic
def add_results(
    numbers: range, sets: Sequence[TestSet], *, n_figures: int, by: User
) -> list[EvaluationRun]:
    """Write the results of models of these numbers on every set; returns them set by set."""
    models = list(_models(numbers, by))
    runs = EvaluationRun.objects.bulk_create(
        _run(model, test_set) for test_set, model in product(sets, models)
    )
    Measurement.objects.bulk_create(
        (
            Measurement(run=run, **figure)
            for place, run in enumerate(runs)
            for figure in _figures(n_figures, place)
        ),
        batch_size=2_000,
    )
    Curve.objects.bulk_create(
        (
            Curve(run=run, protocol=PROTOCOL, kind=kind, points=points)
            for run in runs
            for kind, points in _curves().items()
        ),
        batch_size=200,
    )
    return runs


def write_evidence(runs: Sequence[EvaluationRun]) -> None:
    """Write the evidence of some results on one test set, beside where their results would be."""
    for number, run in enumerate(runs):
        path = evidence_file(run)
        path.parent.mkdir(parents=True, exist_ok=True)
        save_evidence(path, _evidence(run, number))


def _models(numbers: range, by: User) -> Iterator[Submission]:
    for number in numbers:
        if number % PRODUCTS_EACH == 0:
            supplier = _supplier(number // PRODUCTS_EACH)
        name = f"Product {number:03}"
        made = Product.objects.create(
            supplier=supplier,
            slug=f"product-{number}",
            name=name,
            for_rfr=True,
        )
        yield Submission.objects.create(
            product=made,
            version="1.0",
            state=SubmissionState.READY,
            card={"name": name, "task": "embedding"},
            model_sha256=f"{number:064x}",
            model_size_bytes=30_000_000 + number,
            submitted_by=by,
        )


def _supplier(number: int) -> Supplier:
    name = f"Supplier {number:03} Limited"
    company = Organisation.objects.create(name=name, kind=Organisation.Kind.SUPPLIER)
    return Supplier.objects.create(
        organisation=company, slug=f"supplier-{number}", legal_name=name, country="United Kingdom"
    )


def _test_set(number: int) -> TestSet:
    protocol = {
        "name": PROTOCOL,
        "title": "Every two",
        "kind": "all_pairs",
        "task": "embedding",
        "n_mated": N_MATED,
        "n_non_mated": N_NON_MATED,
        "smallest_printable_rate": 3 / N_NON_MATED,
    }
    return TestSet(
        slug=f"set-{number}",
        title=f"Test set {number:03}",
        revision="1",
        image_kind=TestSet.ImageKind.ALIGNED,
        package=f"package-{number}",
        sha256=f"{number:064x}",
        n_samples=SUBJECTS * SAMPLES_EACH,
        n_subjects=SUBJECTS,
        tasks=["embedding"],
        is_active=False,  # so that no benchmark has its model run on it
        protocols=[protocol],
    )


def _run(model: Submission, test_set: TestSet) -> EvaluationRun:
    now = timezone.now()
    run = EvaluationRun(
        submission=model,
        test_set=test_set,
        state=RunState.SCORED,
        release=ReleaseState.RELEASED,
        released_at=now,
        started_at=now,
        finished_at=now,
        result_sha256="0" * 64,
    )
    run.result_file = f"runs/{run.pk}/result.a1.json"
    return run


def _figures(n: int, place: int) -> Iterator[dict[str, Any]]:
    """Yield ``n`` figures: those that the pages show, then searches in ever larger galleries."""
    errors = 20 + place % 997
    rate = {
        "value": errors / N_MATED,
        "low": 0.8 * errors / N_MATED,
        "high": 1.2 * errors / N_MATED,
        "errors": errors,
        "trials": N_MATED,
        "failures": 0,
        "method": "bootstrap",
    }
    shown: list[dict[str, Any]] = [
        {"protocol": PROTOCOL, "metric": metric, "target": target, "threshold": 0.4} | rate
        for target in TARGETS
        for metric in ("fnmr_at_fmr", "fmr_at_fmr")
    ]
    shown += [
        {"protocol": PROTOCOL, "metric": metric} | rate
        for metric in ("eer", "auc", "fold_accuracy")
    ]
    shown += [
        {"metric": "failure_to_enrol"} | rate,
        {"metric": "offline_samples_per_second", "value": 100.0 + place % 400},
        {"metric": "single_stream_p90_ms", "value": 9.0},
    ]
    yield from shown[:n]
    for more in range(n - len(shown)):
        condition = f"gallery={1_000 * (more // 4 + 1)};rank={more % 4 + 1}"
        yield {"protocol": PROTOCOL, "metric": "fnir", "condition": condition} | rate


def _curves() -> dict[str, dict[str, list[float]]]:
    falling = [round(0.9**step, 9) for step in range(POINTS)]
    rising = dict.fromkeys(("fnmr", "fnmr_low", "fnmr_high"), falling[::-1])
    thresholds = [step / POINTS for step in range(POINTS)]
    counts = [float(step) for step in range(POINTS)]
    return {
        "error_tradeoff": {"threshold": thresholds, "fmr": falling} | rising,
        "scores": {"edges": [*thresholds, 1.0], "mated": counts, "non_mated": counts},
    }


def _evidence(run: EvaluationRun, number: int) -> ModelEvidence:
    """Make a mated error for one subject in twenty and false matches of two of them in 250."""
    random = np.random.default_rng(number)
    points = tuple(_point(target) for target in reversed(TARGETS))
    errors = random.binomial(N_MATED // SUBJECTS, 0.05, (SUBJECTS, 1)) * np.ones(
        len(points), dtype=np.int64
    )
    a, b = random.integers(0, SUBJECTS, (2, 2_000))
    apart = a != b
    nobody = np.empty(0, dtype=np.int64)
    subjects = np.arange(SUBJECTS)
    trials = TrialEvidence(
        protocol=PROTOCOL,
        title="Every two",
        seed=1,
        replicates=1_000,
        gallery_size=None,
        points=points,
        mated=SubjectEvidence(subjects, np.full(SUBJECTS, N_MATED // SUBJECTS), errors),
        non_mated=SubjectPairEvidence(
            subjects,
            np.full(SUBJECTS, SAMPLES_EACH),
            *[nobody] * 3,
            np.minimum(a, b)[apart],
            np.maximum(a, b)[apart],
            random.integers(0, len(points), a.size)[apart],
            np.ones(int(apart.sum()), dtype=np.int64),
        ),
        decisions=None,
    )
    identity = EvidenceIdentity(
        model_name=run.submission.product.name,
        model_version=run.submission.version,
        model_sha256=run.submission.model_sha256,
        test_set_name=run.test_set.slug,
        test_set_title=run.test_set.title,
        test_set_sha256=run.test_set.sha256,
    )
    return ModelEvidence(identity, (trials,))


def _point(target: float) -> EvidencePoint:
    return EvidencePoint(
        mode=OperatingMode.TARGET,
        target=target,
        threshold=1 - target,
        false_positive=_rate(round(target * N_NON_MATED), N_NON_MATED),
        false_negative=_rate(N_MATED // 20, N_MATED),
        false_positives_known=True,
    )


def _rate(errors: int, trials: int) -> Rate:
    value = errors / trials
    return Rate(
        errors=errors,
        trials=trials,
        value=value,
        low=0.8 * value,
        high=1.2 * value,
        method=IntervalMethod.WILSON,
        evidence=Judgement.SUFFICIENT,
    )
