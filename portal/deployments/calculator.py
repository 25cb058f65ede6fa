"""What error rates come to in a deployment: alerts true and false, and people who are missed.

Faces are counted, not people: one who passes twice counts twice. Of the faces that pass, a share
belongs to people on the watchlist; each of them raises an alert with the TPIR, and each other
face with the FPIR.

An interval of an expected number holds the rate's own 95% interval. The range of a single
deployment holds chance beside it: from the 2.5% point of the binomial distribution over its faces
at the interval's lower end to the 97.5% point at its upper end. It is wider than either alone
would make it.
"""

from __future__ import annotations

from dataclasses import dataclass

from scipy.stats import binom

from evaluation.metrics.identification_extrapolation import extrapolated_fpir, fmr_at_fpir

_TAIL = 0.025


@dataclass(frozen=True, slots=True)
class Bounded:
    """A value with the ends of its 95% interval."""

    value: float
    low: float
    high: float

    def times(self, factor: float) -> Bounded:
        return Bounded(self.value * factor, self.low * factor, self.high * factor)

    @property
    def complement(self) -> Bounded:
        return Bounded(1 - self.value, 1 - self.high, 1 - self.low)


@dataclass(frozen=True, slots=True)
class Deployment:
    """Where and how long a camera looks, and for whom."""

    watchlist: int
    faces_per_hour: float
    hours: float
    share: float
    """Proportion of the faces that belong to people on the watchlist."""

    @property
    def faces(self) -> float:
        return self.faces_per_hour * self.hours

    @property
    def listed(self) -> float:
        """Faces of people on the watchlist."""
        return self.faces * self.share

    @property
    def others(self) -> float:
        return self.faces - self.listed


@dataclass(frozen=True, slots=True)
class Outcome:
    """Numbers of one deployment."""

    deployment: Deployment
    fpir: Bounded
    tpir: Bounded
    true_alerts: Bounded
    missed: Bounded
    false_alerts: Bounded
    false_alerts_per_hour: Bounded
    false_alerts_range: tuple[int, int]
    """In one deployment, chance included."""
    false_share: Bounded | None
    """Share of the alerts that are false; None where no alert is expected at all."""
    false_share_of_faces: Bounded


def at_watchlist(false: Bounded, *, measured: int | None, watchlist: int) -> Bounded:
    """Return the FPIR at a watchlist of that size.

    Parameters
    ----------
    false : Bounded
        The FPIR with ``measured`` people enrolled; the FMR where that is None.
    measured, watchlist : int
        Numbers of people.

    Notes
    -----
    ``1 - (1 - FMR)^N``: comparisons that are independent and alike. Where the size is the
    measured one, nothing is changed.
    """
    if watchlist == measured:
        return false

    def moved(rate: float) -> float:
        fmr = rate if measured is None else fmr_at_fpir(rate, measured)
        return extrapolated_fpir(fmr, watchlist)

    return Bounded(moved(false.value), moved(false.low), moved(false.high))


def outcome(deployment: Deployment, *, fpir: Bounded, tpir: Bounded) -> Outcome:
    """Return what the rates come to."""
    true_alerts = tpir.times(deployment.listed)
    false_alerts = fpir.times(deployment.others)
    return Outcome(
        deployment=deployment,
        fpir=fpir,
        tpir=tpir,
        true_alerts=true_alerts,
        missed=tpir.complement.times(deployment.listed),
        false_alerts=false_alerts,
        false_alerts_per_hour=false_alerts.times(1 / deployment.hours),
        false_alerts_range=_range(round(deployment.others), fpir),
        false_share=_share(false_alerts, true_alerts),
        false_share_of_faces=false_alerts.times(1 / deployment.faces),
    )


def _range(faces: int, fpir: Bounded) -> tuple[int, int]:
    low, high = binom.ppf(_TAIL, faces, fpir.low), binom.ppf(1 - _TAIL, faces, fpir.high)
    return int(low), int(high)


def _share(false: Bounded, true: Bounded) -> Bounded | None:
    """Return the false among all alerts; its ends take the rates' ends against each other."""
    pairs = ((false.value, true.value), (false.low, true.high), (false.high, true.low))
    if any(one + other == 0 for one, other in pairs):
        return None
    return Bounded(*(one / (one + other) for one, other in pairs))
