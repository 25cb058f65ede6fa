"""Scored runs whose figures fit together, as the harness would have written them.

Mated scores are drawn from a normal distribution ``quality`` standard deviations above the
non-mated one, so a test knows which model is better.
"""

from __future__ import annotations

from itertools import pairwise
from statistics import NormalDist
from typing import Any

from portal.runs.models import Curve, EvaluationRun, Evidence, Measurement, ReleaseState, RunState
from tests.portal.builders import make_product, make_run, make_submission, make_test_set

TARGETS = (1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6)
NORMAL = NormalDist()
N_MATED, N_NON_MATED = 2_000, 60_000


def make_wide_test_set(**overrides: Any):
    """A test set that can show FMR 1e-3 well and 1e-4 as an indication."""
    protocol = {
        "name": "pairs",
        "title": "Listed pairs",
        "kind": "pairs",
        "n_mated": N_MATED,
        "n_non_mated": N_NON_MATED,
        "smallest_printable_rate": 3 / N_NON_MATED,
    }
    return make_test_set(**({"protocols": [protocol]} | overrides))


def wilson(errors: int, trials: int) -> tuple[float, float]:
    """95% interval of a proportion, from the formula in any textbook."""
    z, p = 1.959964, errors / trials
    middle = (p + z * z / (2 * trials)) / (1 + z * z / trials)
    half = z * (p * (1 - p) / trials + z * z / (4 * trials**2)) ** 0.5 / (1 + z * z / trials)
    return max(0.0, middle - half), min(1.0, middle + half)


def rate_fields(errors: int, trials: int) -> dict[str, Any]:
    if errors == 0:
        low, high, method = 0.0, 3 / trials, "rule_of_three"
    else:
        (low, high), method = wilson(errors, trials), "wilson"
    evidence = Evidence.SUFFICIENT if errors >= 30 else Evidence.INDICATIVE
    return {"value": errors / trials, "low": low, "high": high, "errors": errors,
            "trials": trials, "failures": 0, "method": method, "evidence": evidence}  # fmt: skip


def make_result(
    quality: float = 4.0,
    speed: float = 120.0,
    release: str = ReleaseState.RELEASED,
    product: str | None = None,
    **overrides: Any,
) -> EvaluationRun:
    """A scored run with every figure and both curves."""
    if "submission" not in overrides:
        named = {"name": product, "slug": product.lower().replace(" ", "-")} if product else {}
        overrides["submission"] = make_submission(product=make_product(**named))
    overrides.setdefault("test_set", None)
    test_set = overrides.pop("test_set") or make_wide_test_set()
    run = make_run(RunState.SCORED, release, test_set=test_set, **overrides)
    _figures(run, quality, speed)
    _curves(run, quality)
    return run


def _fnmr_errors(quality: float, target: float) -> int:
    return round(N_MATED * NORMAL.cdf(-NORMAL.inv_cdf(target) - quality))


def _figures(run: EvaluationRun, quality: float, speed: float) -> None:
    rows = []
    for target in TARGETS:
        expected = target * N_NON_MATED
        if expected < 3:
            rows.append({"metric": "fnmr_at_fmr", "target": target, "value": None,
                         "evidence": Evidence.NOT_ENOUGH})  # fmt: skip
            continue
        threshold = {"target": target, "threshold": -NORMAL.inv_cdf(target)}
        fnmr = rate_fields(_fnmr_errors(quality, target), N_MATED)
        if expected < 30:
            fnmr["evidence"] = Evidence.INDICATIVE
        rows.append({"metric": "fnmr_at_fmr"} | threshold | fnmr)
        rows.append({"metric": "fmr_at_fmr"} | threshold | rate_fields(int(expected), N_NON_MATED))
    eer = NORMAL.cdf(-quality / 2)
    rows.append({"metric": "eer", "value": eer, "threshold": quality / 2})
    rows.append({"metric": "auc", "value": NORMAL.cdf(quality / 2**0.5)})
    folds = {"trials": 6_000, "method": "folds"}
    rows.append({"metric": "fold_accuracy", "value": 1 - eer} | folds)
    rows.append({"metric": "fold_standard_error", "value": 0.002} | folds)
    of_protocol = [{"protocol": "pairs"} | row for row in rows]
    of_run = [
        {"metric": "failure_to_enrol"} | rate_fields(2, 4_000),
        {"metric": "offline_samples_per_second", "value": speed, "trials": 500},
        {"metric": "single_stream_p90_ms", "value": 1_200 / speed},
    ]
    Measurement.objects.bulk_create(Measurement(run=run, **row) for row in [*of_protocol, *of_run])


def _curves(run: EvaluationRun, quality: float) -> None:
    thresholds = [-1 + 5.2 * step / 160 for step in range(161)]
    fnmr = [round(N_MATED * NORMAL.cdf(t - quality)) for t in thresholds]
    bounds = [wilson(errors, N_MATED) for errors in fnmr]
    tradeoff = {
        "threshold": thresholds,
        "fmr": [NORMAL.cdf(-t) for t in thresholds],
        "fnmr": [errors / N_MATED for errors in fnmr],
        "fnmr_low": [low for low, _ in bounds],
        "fnmr_high": [high for _, high in bounds],
    }
    edges = [-4 + 0.12 * step for step in range(101)]

    def counts(mean: float, n: int) -> list[int]:
        at = [NORMAL.cdf(edge - mean) for edge in edges]
        return [round(n * (after - before)) for before, after in pairwise(at)]

    scores = {"edges": edges, "mated": counts(quality, N_MATED),
              "non_mated": counts(0.0, N_NON_MATED)}  # fmt: skip
    Curve.objects.bulk_create(
        [
            Curve(run=run, protocol="pairs", kind="error_tradeoff", points=tradeoff),
            Curve(run=run, protocol="pairs", kind="scores", points=scores),
        ]
    )
