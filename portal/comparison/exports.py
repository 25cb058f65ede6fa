"""The same figures as CSV: one row per figure, so that nobody has to read a page's layout."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from portal.comparison.basis import Basis
    from portal.comparison.measured import MeasuredModel
    from portal.runs.models import EvaluationRun

FIGURE_HEADER = (
    "supplier", "product", "version", "model_id", "model_sha256", "test_set", "test_set_revision",
    "test_set_sha256", "release", "protocol", "metric", "condition", "target", "threshold",
    "value", "low", "high", "errors", "trials", "failures", "interval_method", "evidence",
)  # fmt: skip
MODEL_HEADER = (
    "supplier", "product", "version", "model_id", "model_sha256", "use_cases", "test_set",
    "test_set_revision", "release", "protocol", "metric", "condition", "target",
    "value", "low", "high", "errors", "trials", "evidence", "images_per_second", "finished_at",
)  # fmt: skip


def figure_rows(
    models: Iterable[MeasuredModel], protocol: str | None = None
) -> Iterator[list[object]]:
    """Yield every figure of the models; or those of one protocol and of the whole run."""
    for model in models:
        for figure in model.figures.values():
            if protocol is not None and figure.protocol not in ("", protocol):
                continue
            yield [
                *_identity(model.run),
                model.run.test_set.slug,
                model.run.test_set.revision,
                model.run.test_set.sha256,
                model.run.release,
                figure.protocol,
                figure.metric,
                figure.condition,
                figure.target,
                figure.threshold,
                figure.value,
                figure.low,
                figure.high,
                figure.errors,
                figure.trials,
                figure.failures,
                figure.method,
                figure.evidence,
            ]


def model_rows(models: Iterable[MeasuredModel], basis: Basis) -> Iterator[list[object]]:
    """Yield one row per model: what it misses at the operating point, and its speed."""
    for model in models:
        rate = model.missed(basis)
        speed = model.find("offline_samples_per_second")
        evidence = (
            [rate.value, rate.low, rate.high, rate.errors, rate.trials, rate.evidence]
            if rate
            else ["", "", "", "", "", "not_measured"]
        )
        run = model.run
        yield [
            *_identity(run),
            " ".join(run.submission.product.use_cases),
            run.test_set.slug,
            run.test_set.revision,
            run.release,
            basis.protocol.name,
            basis.rates.missed_at_target,
            basis.condition,
            basis.target,
            *evidence,
            speed.value if speed else "",
            run.finished_at.isoformat() if run.finished_at else "",
        ]


def _identity(run: EvaluationRun) -> list[object]:
    model = run.submission
    return [
        model.product.supplier.legal_name,
        model.product.name,
        model.version,
        model.pk,
        model.model_sha256,
    ]
