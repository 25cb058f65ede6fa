"""From a result to rows that can be asked: figures with their evidence, and curves."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from evaluation.results import figures_of, to_json
from portal.runs.models import Curve, Measurement

if TYPE_CHECKING:
    from evaluation.results import EvaluationResult
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
                Curve(run=run, protocol=one.protocol, kind=kind, points=points.model_dump())
                for one in result.verification
                for kind, points in (("error_tradeoff", one.curve), ("scores", one.scores))
            ),
        )
