"""As CSV: a calculation, one row for each size of the watchlist, and field records."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from portal.deployments.calculation import Calculation
    from portal.deployments.calculator import Bounded
    from portal.deployments.models import FieldRecord

_BOUNDED = (
    "fpir", "tpir", "true_alerts", "missed", "false_alerts_per_hour", "false_alerts",
    "false_share_of_faces", "false_share",
)  # fmt: skip
HEADER = (
    "supplier", "product", "version", "model_id", "test_set", "test_set_revision", "protocol",
    "threshold", "measured_watchlist", "watchlist", "faces_per_hour", "hours", "share_on_watchlist",
    "is_extrapolated", *(f"{name}{end}" for name in _BOUNDED for end in ("", "_low", "_high")),
    "false_alerts_at_least", "false_alerts_at_most",
)  # fmt: skip


def outcome_rows(found: Calculation) -> Iterator[list[object]]:
    """Yield the numbers of each size; nothing where the evidence says nothing."""
    if found.model is None or found.basis is None or found.rates is None:
        return
    submission, rates = found.model.run.submission, found.rates
    for one in found.sizes:
        deployment = one.deployment
        yield [
            submission.product.supplier.legal_name,
            submission.product.name,
            submission.version,
            submission.pk,
            found.basis.test_set.slug,
            found.basis.test_set.revision,
            found.basis.protocol.name,
            rates.threshold,
            rates.measured_size,
            deployment.watchlist,
            deployment.faces_per_hour,
            deployment.hours,
            deployment.share,
            int(rates.is_extrapolated(deployment.watchlist)),
            *(end for name in _BOUNDED for end in _ends(getattr(one, name))),
            *one.false_alerts_range,
        ]


def _ends(found: Bounded | None) -> tuple[object, object, object]:
    return (found.value, found.low, found.high) if found else ("", "", "")


FIELD_HEADER = (
    "id", "force", "place", "use_case", "began_on", "ended_on", "model_id", "system", "threshold",
    "watchlist", "faces", "alerts", "true_alerts", "false_alerts", "unresolved_alerts", "source",
    "note",
)  # fmt: skip


def field_row(record: FieldRecord) -> list[object]:
    return [
        record.pk,
        record.force,
        record.place,
        record.use_case,
        record.began_on,
        record.ended_on,
        record.submission_id,
        record.system_name,
        record.threshold,
        record.watchlist,
        record.faces,
        record.alerts,
        record.true_alerts,
        record.false_alerts,
        record.unresolved_alerts,
        record.source,
        record.note,
    ]
