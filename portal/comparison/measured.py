"""One run's figures, found by what they are, and when two of them may be told apart."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.runs.models import Evidence, Measurement
from portal.submissions.models import SubmissionState

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from portal.comparison.basis import Basis
    from portal.runs.models import EvaluationRun


@dataclass(frozen=True, slots=True)
class MeasuredModel:
    """A model version with everything that one run measured of it."""

    run: EvaluationRun
    figures: dict[tuple[str, str, str, float | None], Measurement]
    stale: str = ""
    """Why the result is no longer ranked by; "" while it is."""

    @classmethod
    def of(
        cls, run: EvaluationRun, measurements: Iterable[Measurement], stale: str = ""
    ) -> MeasuredModel:
        return cls(
            run,
            {(one.metric, one.protocol, one.condition, one.target): one for one in measurements},
            stale,
        )

    @property
    def name(self) -> str:
        return f"{self.run.submission.product.name} {self.run.submission.version}"

    @property
    def supplier(self) -> str:
        return self.run.submission.product.supplier.legal_name

    @property
    def pk(self) -> object:
        return self.run.submission_id

    @property
    def is_withdrawn(self) -> bool:
        """Whether its supplier has taken this version back since; its results stay, marked."""
        return self.run.submission.state == SubmissionState.WITHDRAWN

    def find(
        self,
        metric: str,
        *,
        protocol: str = "",
        condition: str = "",
        target: float | None = None,
    ) -> Measurement | None:
        return self.figures.get((metric, protocol, condition, target))

    def missed(self, basis: Basis, target: float | None = None) -> Measurement | None:
        """Return the missed rate at a target, by default that of the basis.

        Where the evidence does not reach the target, some figure of it says so.
        """
        target = basis.target if target is None else target
        found = self.find(
            basis.rates.missed_at_target,
            protocol=basis.protocol.name,
            condition=basis.condition,
            target=target,
        )
        return found or self._without_evidence(basis, target)

    def false(self, basis: Basis, target: float) -> Measurement | None:
        """Return the false rate that was observed at a target."""
        return self.find(
            basis.rates.false_at_target,
            protocol=basis.protocol.name,
            condition=basis.false_condition,
            target=target,
        )

    def targets(self, basis: Basis) -> list[float]:
        """Targets at which this model has the missed rate or is said to lack the evidence."""
        return [target for target in basis.rates.targets if self.missed(basis, target)]

    def _without_evidence(self, basis: Basis, target: float) -> Measurement | None:
        """Return the one figure that stands for a target that the evidence does not reach.

        Searches have FPIR in its place, and passages TPIR.
        """
        return next(
            (
                figure
                for (_, protocol, condition, of), figure in self.figures.items()
                if (protocol, of) == (basis.protocol.name, target)
                and condition in (basis.condition, basis.false_condition)
                and figure.evidence == Evidence.NOT_ENOUGH
            ),
            None,
        )


def distinct_names(models: Sequence[MeasuredModel]) -> list[str]:
    """Return the products' names, with the supplier's where two of one version share a name."""
    shared = Counter(model.name for model in models)
    return [
        model.run.submission.product.name
        if shared[model.name] == 1
        else f"{model.run.submission.product.name} ({model.supplier})"
        for model in models
    ]


def separable_best(rates: Sequence[Measurement | None]) -> int | None:
    """Return which rate is the lowest beyond doubt, or None.

    It must rest on enough evidence, and its 95% interval must end below where every other one
    begins; a rate that is missing or has not enough evidence leaves the matter open.
    """
    known = [rate for rate in rates if rate is not None and _says_something(rate)]
    if len(known) < 2 or len(known) < len(rates):
        return None
    bounds = [(rate.low, rate.high) for rate in known]
    best = min(range(len(bounds)), key=lambda place: bounds[place])
    if known[best].evidence != Evidence.SUFFICIENT:
        return None
    others = [low for place, (low, _) in enumerate(bounds) if place != best]
    is_apart = all(_below(bounds[best][1], low) for low in others)
    return best if is_apart else None


def _says_something(rate: Measurement) -> bool:
    return rate.evidence != Evidence.NOT_ENOUGH and rate.low is not None and rate.high is not None


def _below(high: float | None, low: float | None) -> bool:
    return high is not None and low is not None and high < low
