"""Scored runs on searches and passages, with figures named as the harness names them.

What the names are is checked against a result that the harness made, in ``test_search_figures``.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING, Any

from portal.runs.models import Curve, EvaluationRun, Evidence, Measurement, ReleaseState, RunState
from tests.portal.builders import make_product, make_run, make_submission, make_test_set
from tests.portal.comparison.results import rate_fields, wilson

if TYPE_CHECKING:
    from django.http import HttpResponse

N_MATED, N_NON_MATED, ENROLLED = 400, 600, 80
KINDS = ("identification", "leave_one_out", "live")
TARGETS = (0.1, 0.01, 0.001)
"""Of these, 600 non-mated searches show the first well, the second as an indication."""


def make_search_set(kind: str = "identification", **overrides: Any):
    """A test set of nothing but searches or passages, among 20 and among 80 people."""
    protocol = {
        "name": "searches",
        "title": "Passages of one camera" if kind == "live" else "Searches of a gallery",
        "kind": kind,
        "n_mated": N_MATED,
        "n_non_mated": N_NON_MATED,
        "gallery_sizes": [20, ENROLLED],
    }
    return make_test_set(**({"protocols": [protocol], "n_subjects": ENROLLED} | overrides))


def make_search_result(
    missed: tuple[int, int] = (40, 60),
    *,
    kind: str = "identification",
    product: str | None = None,
    release: str = ReleaseState.RELEASED,
    curve: bool = True,
    **overrides: Any,
) -> EvaluationRun:
    """A scored run that misses so many of 400 at an FPIR of 10% and of 1%."""
    if "submission" not in overrides:
        named = {"name": product, "slug": product.lower()} if product else {}
        overrides["submission"] = make_submission(product=make_product(**named))
    overrides["test_set"] = overrides.get("test_set") or make_search_set(kind)
    run = make_run(RunState.SCORED, release, **overrides)
    rows = [*_figures(missed, kind), *(_alerts(kind) if kind == "live" else ())]
    rows += [
        {"protocol": "", "metric": "failure_to_enrol"} | rate_fields(2, 4_000),
        {"protocol": "", "metric": "offline_samples_per_second", "value": 100.0},
    ]
    Measurement.objects.bulk_create(
        Measurement(run=run, **({"protocol": "searches"} | row)) for row in rows
    )
    if curve:
        Curve.objects.create(
            run=run, protocol="searches", kind="error_tradeoff", points=_curve(missed)
        )
    return run


def _figures(missed: tuple[int, int], kind: str) -> list[dict[str, Any]]:
    of_false = f"gallery={ENROLLED}" + (";rank=1" if kind == "live" else "")
    rows: list[dict[str, Any]] = [
        # A smaller gallery, in which less is missed: never what stands on a page.
        {"metric": "fnir_at_fpir", "condition": "gallery=20;rank=1", "target": 0.1}
        | rate_fields(1, N_MATED),
        {"metric": "fnir", "condition": f"gallery={ENROLLED};rank=1"}
        | rate_fields(missed[0] - 10, N_MATED),
    ]
    if kind != "live":
        rows += [
            {"metric": "fnir", "condition": f"gallery={ENROLLED};rank={rank}"}
            | rate_fields(missed[0] // rank, N_MATED)
            for rank in (5, 10, 20)
        ]
    for target, errors in zip(TARGETS, missed, strict=False):
        at = {"target": target, "threshold": 0.5 - target}
        rows.append(
            {"metric": "fnir_at_fpir", "condition": f"gallery={ENROLLED};rank=1"}
            | at
            | rate_fields(errors, N_MATED)
        )
        rows.append(
            {"metric": "fpir_at_fpir", "condition": of_false}
            | at
            | rate_fields(int(target * N_NON_MATED), N_NON_MATED)
        )
    not_shown = "tpir_at_fpir" if kind == "live" else "fpir_at_fpir"
    rows.append(
        {
            "metric": not_shown,
            "condition": of_false,
            "target": TARGETS[2],
            "evidence": Evidence.NOT_ENOUGH,
        }
    )
    return rows


def _alerts(kind: str) -> list[dict[str, Any]]:
    at = {"condition": f"gallery={ENROLLED};rank=1", "target": 0.1, "threshold": 0.4}
    return [
        {"metric": "false_alerts_per_passage_at_fpir"} | at | rate_fields(65, 1_000),
        {"metric": "false_alerts_per_alert_at_fpir"} | at | rate_fields(65, 425),
        {"metric": "alert_seconds_p50_at_fpir", "value": 0.0, "trials": 360} | at,
        {"metric": "alert_seconds_p90_at_fpir", "value": 2.25, "trials": 360} | at,
    ]


def make_recommended(run: EvaluationRun, kind: str, missed: int, false: int) -> None:
    """What the supplier's own threshold gave."""
    of_false = f"gallery={ENROLLED}" + (";rank=1" if kind == "live" else "")
    for metric, condition, fields in (
        ("recommended_fpir", of_false, rate_fields(false, N_NON_MATED)),
        ("recommended_fnir", f"gallery={ENROLLED};rank=1", rate_fields(missed, N_MATED)),
    ):
        Measurement.objects.create(
            run=run,
            protocol="searches",
            metric=metric,
            condition=condition,
            threshold=0.37,
            **fields,
        )


def _curve(missed: tuple[int, int]) -> dict[str, list[float]]:
    """From an FPIR of 50% to one of 0.5%."""
    fpir = [0.5, 0.1, 0.03, 0.01, 0.005]
    errors = [missed[0] // 2, missed[0], missed[0] + 5, missed[1], missed[1] + 5]
    bounds = [wilson(count, N_MATED) for count in errors]
    return {
        "threshold": [0.1, 0.4, 0.45, 0.49, 0.5],
        "fpir": fpir,
        "fnir": [count / N_MATED for count in errors],
        "fnir_low": [low for low, _ in bounds],
        "fnir_high": [high for _, high in bounds],
    }


UNTRUE = (
    "comparisons of the same person",
    "comparisons of different people",
    "Equal error rate",
    "true matches",
    "false matches held",
    "non-match rate (FNMR) at",
)
"""What is said of one-to-one comparisons alone."""


def text_of(response: HttpResponse) -> str:
    return html.unescape(" ".join(response.content.decode().split()))


def untrue(page: str) -> list[str]:
    """Return what a page says of one-to-one comparisons beside how figures are read in general."""
    shown = re.sub(r"<span [^>]*>How to read these figures.*?</details>", "", page)
    assert shown != page
    return [words for words in UNTRUE if words in shown]
