"""Rates with intervals at many thresholds, from one bootstrap per kind of trial."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from evaluation.metrics.bootstrap import (
    MATED_STREAM,
    NON_MATED_STREAM,
    mated_replicates,
    non_mated_replicates,
)
from evaluation.metrics.rates import bootstrap_rate, disjoint_pairs_rate, independent_rate
from evaluation.metrics.subject_pairs import SteppedPairs
from evaluation.metrics.thresholds import (
    ThresholdInterval,
    drawn_interval,
    inverted_interval,
    threshold_grid,
    widest,
)
from evaluation.metrics.uncertainty import Interval
from evaluation.metrics.verification import most_errors
from evaluation.results import IntervalMethod

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evaluation.arrays import FloatArray
    from evaluation.metrics.trials import MatedTrials, NonMatedTrials
    from evaluation.results import Rate

_FEWEST_SUBJECTS, _FEWEST_SUBJECTS_TWO_WAY = 2, 3


class MatedRates:
    """FNMR at given thresholds, ascending and distinct."""

    def __init__(
        self, trials: MatedTrials, thresholds: FloatArray, *, replicates: int, seed: int
    ) -> None:
        self._trials = trials.counted.n
        self._failures = trials.counted.failures
        self._errors = trials.counted.n_below(thresholds)
        self._place = {threshold: k for k, threshold in enumerate(thresholds.tolist())}
        per_subject = trials.per_subject
        self._independent = bool(per_subject.max() == 1)
        self._replicates: FloatArray | None = None
        if not self._independent and per_subject.size >= _FEWEST_SUBJECTS:
            self._replicates = mated_replicates(
                trials.errors_per_subject(thresholds),
                per_subject,
                replicates=replicates,
                seed=(seed, MATED_STREAM),
            )

    def at(self, threshold: float) -> Rate:
        """FNMR at one of the thresholds."""
        k = self._place[threshold]
        errors = int(self._errors[k])
        if self._independent:
            return independent_rate(errors, self._trials, failures=self._failures)
        return bootstrap_rate(
            errors,
            self._trials,
            None if self._replicates is None else self._replicates[:, k],
            method=IntervalMethod.SUBJECT_BOOTSTRAP,
            failures=self._failures,
        )


class NonMatedRates:
    """FMR at given thresholds, and how surely the thresholds at target FMRs are known.

    Parameters
    ----------
    trials : NonMatedTrials
    thresholds : ndarray of float64, shape (n_thresholds,)
        Ascending and distinct.
    targets : sequence of float
        FMRs whose thresholds are asked for.
    replicates, seed : int
        Of the bootstrap.
    """

    def __init__(
        self,
        trials: NonMatedTrials,
        thresholds: FloatArray,
        *,
        targets: Sequence[float] = (),
        replicates: int,
        seed: int,
    ) -> None:
        self._counted = trials.counted
        self._n_effective = trials.n_effective
        self._independent = trials.is_independent
        self._columns = self._counted_at(thresholds, targets)
        self._place = {threshold: k for k, threshold in enumerate(self._columns.tolist())}
        self._replicates: FloatArray | None = None
        self._too_few = trials.n_present < _FEWEST_SUBJECTS_TWO_WAY
        if not (self._independent or self._too_few) and self._columns.size:
            self._replicates = non_mated_replicates(
                false_matches(trials, self._columns),
                trials.all_trials,
                replicates=replicates,
                seed=(seed, NON_MATED_STREAM),
            )[:, ::-1]

    def _counted_at(self, thresholds: FloatArray, targets: Sequence[float]) -> FloatArray:
        """Thresholds whose single errors are known, those asked for and a grid of others."""
        known = thresholds[self._counted.is_exact(thresholds)]
        errors = [most_errors(target, self._counted.n) for target in targets]
        within = [n for n in errors if n < self._counted.kept.size]
        if not within:
            return known
        return np.union1d(known, threshold_grid(self._counted, max(within)))

    def at(self, threshold: float) -> Rate:
        """FMR at one of the thresholds."""
        errors = int(self._counted.n_at_or_above(np.array([threshold]))[0])
        if self._independent:
            return independent_rate(errors, self._counted.n)
        if not (self._too_few or threshold in self._place):
            return disjoint_pairs_rate(errors, self._counted.n, self._n_effective)
        drawn = self._replicates
        return bootstrap_rate(
            errors,
            self._counted.n,
            None if drawn is None else drawn[:, self._place[threshold]],
            method=IntervalMethod.TWO_WAY_SUBJECT_BOOTSTRAP,
        )

    def threshold_interval(self, target: float) -> ThresholdInterval:
        """95 % interval of the lowest threshold whose FMR is at most a target."""
        if self._too_few and not self._independent:
            return ThresholdInterval(None, None)
        independent = inverted_interval(self._counted, target, self._independent_interval)
        if self._independent:
            return independent
        safe = inverted_interval(self._counted, target, self._interval_at_any_dependence)
        kept = most_errors(target, self._counted.n) < self._counted.kept.size
        if self._replicates is None or not kept:
            return safe
        drawn = drawn_interval(self._counted, self._columns, self._replicates, target)
        known = ThresholdInterval(
            low=safe.low if drawn.low is None else drawn.low,
            high=safe.high if drawn.high is None else drawn.high,
        )
        return widest(known, independent)

    def _independent_interval(self, errors: int) -> Interval:
        rate = independent_rate(errors, self._counted.n)
        return Interval(rate.low, rate.high)

    def _interval_at_any_dependence(self, errors: int) -> Interval:
        rate = disjoint_pairs_rate(errors, self._counted.n, self._n_effective)
        return Interval(rate.low, rate.high)


def false_matches(trials: NonMatedTrials, thresholds: FloatArray) -> SteppedPairs:
    """Take the false matches at thresholds that are ascending and all exact."""
    scores, a, b = trials.highest.at_or_above(float(thresholds[0]))
    reached = np.searchsorted(thresholds, scores, side="right") - 1
    return SteppedPairs(
        a,
        b,
        thresholds.size - 1 - reached,
        n_steps=thresholds.size,
        n_subjects=trials.subjects.size,
    )
