"""Alerts of passages before a camera at one threshold: how many are false, and how soon they come.

Officers answer alerts, not passages: so false alerts are given out of both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.comparison.rows import NOT_MEASURED, Row, texts, unmarked_rates
from portal.core import wording

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from portal.comparison.basis import Basis
    from portal.comparison.measured import MeasuredModel
    from portal.runs.models import Measurement

AT_TARGET, RECOMMENDED = "{}_at_fpir", "recommended_{}"
"""How figures of a threshold are named: at the target of a basis, and at the supplier's own."""


def alert_rows(models: Sequence[MeasuredModel], basis: Basis, named: str) -> Iterator[Row]:
    """Yield the rows of one threshold; where no alert was raised, they say so."""

    def found(metric: str) -> list[Measurement | None]:
        return [_find(model, basis, named.format(metric)) for model in models]

    of_passages = found("false_alerts_per_passage")
    absent = [
        _absent(one, model, basis, named) for one, model in zip(of_passages, models, strict=True)
    ]
    mated, non_mated = basis.protocol.n_mated, basis.protocol.n_non_mated
    yield unmarked_rates("False alerts, of all passages", of_passages, missing=absent)
    yield unmarked_rates(
        "False alerts, of all alerts",
        found("false_alerts_per_alert"),
        missing=[text or "No alert was raised" for text in absent],
        hint=(
            f"Where {wording.grouped(mated)} of {wording.grouped(mated + non_mated)} passages are"
            " of people on the watchlist; in a street far fewer are"
        ),
    )
    for label, metric in (
        ("Half of the right alerts come within", "alert_seconds_p50"),
        ("Nine in ten right alerts come within", "alert_seconds_p90"),
    ):
        yield texts(
            label,
            [
                _seconds(one, text or "No right alert was raised")
                for one, text in zip(found(metric), absent, strict=True)
            ],
        )


def _find(model: MeasuredModel, basis: Basis, metric: str) -> Measurement | None:
    return model.find(
        metric,
        protocol=basis.protocol.name,
        condition=basis.condition,
        target=basis.target if metric.endswith("_at_fpir") else None,
    )


def _absent(of_passages: Measurement | None, model: MeasuredModel, basis: Basis, named: str) -> str:
    """Return why a threshold has no alerts at all; "" where it has been tried."""
    if of_passages is not None:
        return ""
    missed = model.missed(basis) if named == AT_TARGET else None
    return "Not enough evidence" if missed and missed.value is None else NOT_MEASURED


def _seconds(found: Measurement | None, missing: str) -> str:
    if found is None or found.value is None:
        return missing
    return f"{found.value:.1f} seconds" if found.value else "The first frame"
