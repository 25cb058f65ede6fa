"""The two error rates that a deployment rests on, as the laboratory measured them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evaluation.metrics.rates import independent_rate
from portal.comparison.basis import target_words
from portal.core import wording
from portal.deployments.calculator import Bounded, at_watchlist
from portal.runs.models import Evidence

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from portal.comparison.basis import Basis
    from portal.comparison.measured import MeasuredModel
    from portal.core.wording import MeasuredRate

    Curve = Mapping[str, Sequence[float]]

RECOMMENDED = "recommended"


@dataclass(frozen=True, slots=True)
class LaboratoryRates:
    """What is wrongly matched and what is missed at one threshold."""

    threshold: float | None
    where: str
    """Which threshold it is, in words."""
    false: MeasuredRate
    missed: MeasuredRate
    measured_size: int | None
    """People who were searched among; None one to one."""

    @property
    def is_enough(self) -> bool:
        return _says_something(self.false) and _says_something(self.missed)

    def fpir(self, watchlist: int) -> Bounded:
        """Return the FPIR at a watchlist of that size, extrapolated where it is another."""
        return at_watchlist(_bounded(self.false), measured=self.measured_size, watchlist=watchlist)

    @property
    def tpir(self) -> Bounded:
        return _bounded(self.missed).complement

    def is_extrapolated(self, watchlist: int) -> bool:
        return watchlist != self.measured_size

    def extrapolation(self, watchlist: int) -> str:
        """Say from where a figure is extrapolated; "" where it was measured."""
        if not self.is_extrapolated(watchlist):
            return ""
        if self.measured_size is None:
            return "extrapolated from comparisons of two images"
        beyond = "beyond" if watchlist > self.measured_size else "below"
        return f"extrapolated {beyond} N = {wording.grouped(self.measured_size)}"


def at_target(model: MeasuredModel, basis: Basis) -> LaboratoryRates | None:
    """Return the rates at the operating point of the basis."""
    missed, false = model.missed(basis), model.false(basis, basis.target)
    if missed is None or false is None:
        return None
    where = f"the threshold that holds the {basis.rates.false} to {target_words(basis.target)}"
    return LaboratoryRates(missed.threshold, where, false, missed, basis.protocol.gallery_size)


def at_recommended(model: MeasuredModel, basis: Basis) -> LaboratoryRates | None:
    """Return the rates at the threshold that the supplier recommends."""
    rates, protocol = basis.rates, basis.protocol.name
    false = model.find(
        f"recommended_{rates.false_key}", protocol=protocol, condition=basis.false_condition
    )
    missed = model.find(
        f"recommended_{rates.missed_key}", protocol=protocol, condition=basis.condition
    )
    if missed is None or false is None:
        return None
    where = "the threshold that the supplier recommends"
    return LaboratoryRates(missed.threshold, where, false, missed, basis.protocol.gallery_size)


def at_threshold(curve: Curve, basis: Basis, threshold: float) -> LaboratoryRates | None:
    """Return the rates at any threshold of a curve; None outside it.

    A score equal to the threshold or above it is a match, so of the points that were measured
    the first at or above the threshold holds. Intervals are those of independent trials.
    """
    place = next((k for k, at in enumerate(curve["threshold"]) if at >= threshold), None)
    if place is None or threshold < curve["threshold"][0]:
        return None  # nothing was measured there
    protocol, rates = basis.protocol, basis.rates
    if not protocol.n_mated or not protocol.n_non_mated:
        return None
    false, missed = curve[rates.false_key][place], curve[rates.missed_key][place]
    return LaboratoryRates(
        curve["threshold"][place],
        f"threshold {curve['threshold'][place]:.3f}",
        independent_rate(round(false * protocol.n_non_mated), protocol.n_non_mated),
        independent_rate(round(missed * protocol.n_mated), protocol.n_mated),
        protocol.gallery_size,
    )


def reach_of(curve: Curve) -> str:
    """Say between which thresholds rates are known."""
    low, high = curve["threshold"][0], curve["threshold"][-1]
    return f"Rates of this model are known for thresholds from {low:.3f} to {high:.3f}."


def _says_something(rate: MeasuredRate) -> bool:
    return rate.evidence != Evidence.NOT_ENOUGH and rate.value is not None


def _bounded(rate: MeasuredRate) -> Bounded:
    value = rate.value or 0.0
    low, high = rate.low, rate.high
    return Bounded(value, value if low is None else low, value if high is None else high)
