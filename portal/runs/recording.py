"""From a result to rows that can be asked: figures with their evidence, and curves."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from evaluation.results import figures_of, to_json
from portal.runs.models import Curve, Measurement

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evaluation.results import Document, EvaluationResult, SearchCurve
    from portal.runs.models import EvaluationRun


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is kept of a scored run: the result's file, and rows not yet in the database."""

    document: str
    measurements: tuple[Measurement, ...] = ()
    curves: tuple[Curve, ...] = ()

    @classmethod
    def of(cls, run: EvaluationRun, result: EvaluationResult) -> Outcome:
        return cls(
            document=to_json(result),
            measurements=tuple(
                Measurement(run=run, **asdict(figure)) for figure in figures_of(result)
            ),
            curves=tuple(
                Curve(run=run, protocol=protocol, kind=kind, points=points.model_dump())
                for protocol, kind, points in _curves(result)
            ),
        )


def _curves(result: EvaluationResult) -> Iterator[tuple[str, str, Document]]:
    """Yield the protocol, the kind and the points; of searches those of the largest gallery."""
    for one in result.verification:
        yield one.protocol, "error_tradeoff", one.curve
        yield one.protocol, "scores", one.scores
    largest: list[tuple[str, SearchCurve | None]] = [
        *((searches.protocol, searches.galleries[-1].curve) for searches in result.identification),
        *((passages.protocol, passages.watchlists[-1].curve) for passages in result.live),
    ]
    for protocol, curve in largest:
        if curve is not None:
            yield protocol, "error_tradeoff", curve
