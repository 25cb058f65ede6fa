"""Groups as CSV: one row for each group and rate."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from portal.comparison.differentials.division import AtThreshold
    from portal.runs.models import EvaluationRun

HEADER = (
    "supplier", "product", "version", "model_id", "test_set", "test_set_revision", "protocol",
    "attributes", "target", "threshold", "group", "people", "samples", "metric", "value", "low",
    "high", "errors", "trials", "evidence",
)  # fmt: skip


def group_rows(run: EvaluationRun, at: AtThreshold) -> Iterator[list[object]]:
    """Yield every rate of every group, with enough evidence or without."""
    submission, found = run.submission, at.division.found
    sizes = at.division.sizes
    for kind in at.division.kinds:
        for group, rate in at.rates(kind).items():
            figures = (
                [rate.value, rate.low, rate.high, rate.errors, rate.trials, rate.evidence.value]
                if rate
                else ["", "", "", "", "", "not_measured"]
            )
            if rate and rate.evidence == "not_enough":
                figures[:3] = ["", "", ""]
            yield [
                submission.product.supplier.legal_name,
                submission.product.name,
                submission.version,
                submission.pk,
                run.test_set.slug,
                run.test_set.revision,
                found.protocol,
                " ".join(found.attributes),
                at.target,
                at.at.threshold,
                group,
                sizes[group].subjects,
                sizes[group].samples,
                f"group_{kind.key}",
                *figures,
            ]
