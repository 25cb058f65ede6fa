"""FNIR and FPIR with intervals at many thresholds, from one bootstrap over probe subjects.

Where each person is searched for once, searches are independent and the interval is
Wilson's or Clopper-Pearson's; else people are drawn again with all their searches. The
gallery stays as it is: intervals speak of other people searched for in this gallery, not
of other galleries.

The interval of a threshold is the middle 95 % of the thresholds of the replicates, and
also covers every threshold whose FPIR has the target within its interval for independent
searches, because percentiles are too narrow where errors are few.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from evaluation.metrics.bootstrap import (
    MATED_SEARCH_STREAM,
    NON_MATED_SEARCH_STREAM,
    mated_replicates,
    weight_blocks,
)
from evaluation.metrics.counting import MatedScores
from evaluation.metrics.identification import (
    checked_scores,
    counted_top_scores,
    lowest_candidate,
)
from evaluation.metrics.rates import bootstrap_rate, independent_rate
from evaluation.metrics.thresholds import ThresholdInterval, inverted_interval, widest
from evaluation.metrics.trials import MatedTrials
from evaluation.metrics.uncertainty import Interval
from evaluation.metrics.verification import most_errors
from evaluation.results import IntervalMethod

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evaluation.arrays import BoolArray, FloatArray, IntArray
    from evaluation.metrics.identification_trials import MatedSearches, NonMatedSearches
    from evaluation.results import Rate

_FEWEST_SUBJECTS = 2
_SPARE = 1000  # searches looked at beyond four times those that a target allows


class SubjectRates:
    """Rates of several kinds of error in the same searches.

    Parameters
    ----------
    errors : ndarray of int64, shape (n_subjects, n_kinds)
    searches : ndarray of int64, shape (n_subjects,)
        At least one each.
    failures : int
        Searches that are errors of every kind for want of a template.
    replicates, seed : int and sequence of int
        Of the bootstrap.
    """

    def __init__(
        self,
        errors: IntArray,
        searches: IntArray,
        *,
        failures: int = 0,
        replicates: int,
        seed: Sequence[int],
    ) -> None:
        self._errors = errors.sum(axis=0)
        self._n = int(searches.sum())
        self._failures = failures
        self.is_independent = bool(searches.max() == 1)
        self._drawn: FloatArray | None = None
        if not self.is_independent and searches.size >= _FEWEST_SUBJECTS:
            self._drawn = mated_replicates(errors, searches, replicates=replicates, seed=seed)

    def of(self, kind: int) -> Rate:
        """Rate of one kind of error."""
        errors = int(self._errors[kind])
        if self.is_independent:
            return independent_rate(errors, self._n, failures=self._failures)
        return bootstrap_rate(
            errors,
            self._n,
            None if self._drawn is None else self._drawn[:, kind],
            method=IntervalMethod.SUBJECT_BOOTSTRAP,
            failures=self._failures,
        )


class MatedSearchRates:
    """FNIR at given ranks and thresholds.

    Parameters
    ----------
    searches : MatedSearches
    wanted : mapping of int to ndarray of float64
        Thresholds by rank, ascending and distinct.
    replicates, seed : int
        Of the bootstrap.

    Raises
    ------
    EmptyTrialsError
        No searches.
    NonFiniteScoreError
        A score is NaN or plus infinity.
    """

    def __init__(
        self,
        searches: MatedSearches,
        wanted: Mapping[int, FloatArray],
        *,
        replicates: int,
        seed: int,
    ) -> None:
        checked_scores(searches.score, what="mated")
        is_candidate = searches.score > -np.inf
        columns = []
        for rank, thresholds in wanted.items():
            listed = is_candidate & (searches.rank <= rank)
            by_subject = _by_subject(searches.score, searches.subject, listed)
            columns.append(by_subject.errors_per_subject(thresholds))
        names = [(rank, t) for rank, thresholds in wanted.items() for t in thresholds.tolist()]
        self._place = {name: k for k, name in enumerate(names)}
        self._rates = SubjectRates(
            np.concatenate(columns, axis=1),
            by_subject.per_subject,
            failures=searches.failures,
            replicates=replicates,
            seed=(seed, MATED_SEARCH_STREAM),
        )

    def at(self, rank: int, threshold: float) -> Rate:
        """FNIR at one of the ranks and one of its thresholds."""
        return self._rates.of(self._place[rank, threshold])


class NonMatedSearchRates:
    """FPIR at given thresholds, and how surely the thresholds at target FPIRs are known.

    Parameters
    ----------
    searches : NonMatedSearches
    thresholds : ndarray of float64, shape (n_thresholds,)
        Ascending and distinct.
    targets : sequence of float
        FPIRs whose thresholds' intervals are asked for; none where no search returns anybody.
    replicates, seed : int
        Of the bootstrap.

    Raises
    ------
    EmptyTrialsError
        No searches, or targets where no search returns anybody.
    NonFiniteScoreError
        A score is NaN or plus infinity.
    """

    def __init__(
        self,
        searches: NonMatedSearches,
        thresholds: FloatArray,
        *,
        targets: Sequence[float],
        replicates: int,
        seed: int,
    ) -> None:
        self._searches = searches
        self._counted = counted_top_scores(searches.top_score)
        self._place = {threshold: k for k, threshold in enumerate(thresholds.tolist())}
        returned = searches.top_score > -np.inf
        self._trials = _by_subject(searches.top_score, searches.subject, returned)
        per_subject = self._trials.per_subject
        below = self._trials.errors_per_subject(thresholds)
        draws = (seed, NON_MATED_SEARCH_STREAM)
        self._rates = SubjectRates(
            per_subject[:, None] - below, per_subject, replicates=replicates, seed=draws
        )
        self._intervals = self._threshold_intervals(targets, replicates, draws)

    def at(self, threshold: float) -> Rate:
        """FPIR at one of the thresholds."""
        return self._rates.of(self._place[threshold])

    def threshold_interval(self, target: float) -> ThresholdInterval:
        """95 % interval of the lowest threshold whose FPIR is at most one of the targets."""
        return self._intervals[target]

    def _threshold_intervals(
        self, targets: Sequence[float], replicates: int, seed: Sequence[int]
    ) -> dict[float, ThresholdInterval]:
        if not targets:
            return {}
        lowest = lowest_candidate(self._searches.top_score)
        if self._trials.subjects.size < _FEWEST_SUBJECTS:
            return dict.fromkeys(targets, ThresholdInterval(None, None))
        intervals = {
            target: inverted_interval(self._counted, target, self._independent_interval)
            for target in targets
        }
        if not self._rates.is_independent:
            for target, drawn in self._drawn(targets, replicates, seed).items():
                intervals[target] = widest(intervals[target], drawn)
        return {target: _cut(interval, lowest) for target, interval in intervals.items()}

    def _drawn(
        self, targets: Sequence[float], replicates: int, seed: Sequence[int]
    ) -> dict[float, ThresholdInterval]:
        """Middle 95 % of the thresholds of the replicates."""
        _, whose = np.unique(self._searches.subject, return_inverse=True)
        order = np.argsort(-self._searches.top_score, kind="stable")
        n = min(order.size, 4 * most_errors(max(targets), order.size) + _SPARE)
        rejected = _highest_rejected(
            whose[order], self._trials.per_subject, targets, n, replicates=replicates, seed=seed
        )
        scores = np.maximum(self._searches.top_score[order], self._counted.kept[0])
        intervals = {}
        for target, places in zip(targets, rejected, strict=True):
            drawn = np.sort(np.nextafter(scores[places], np.inf))
            skipped = int(0.025 * drawn.size)
            intervals[target] = ThresholdInterval(float(drawn[skipped]), float(drawn[-1 - skipped]))
        return intervals

    def _independent_interval(self, errors: int) -> Interval:
        rate = independent_rate(errors, self._counted.n)
        return Interval(rate.low, rate.high)


def _by_subject(scores: FloatArray, subject: IntArray, counted: BoolArray) -> MatedTrials:
    """Put searches by person; those that do not count are below every threshold."""
    subjects, place = np.unique(subject, return_inverse=True)
    failures = np.bincount(place[~counted], minlength=subjects.size)
    return MatedTrials(
        counted=MatedScores.of(scores[counted], failures=int(failures.sum())),
        scores=scores[counted],
        subject=place[counted],
        failures=failures,
        subjects=subjects,
    )


def _highest_rejected(
    whose: IntArray,
    per_subject: IntArray,
    targets: Sequence[float],
    n: int,
    *,
    replicates: int,
    seed: Sequence[int],
) -> list[IntArray]:
    """Place of the highest score that each replicate must reject, for each target.

    ``whose`` holds the subjects' positions from the highest score down; the first ``n``
    are looked at, and all where these are too few.
    """
    found: list[list[IntArray]] = [[] for _ in targets]
    for weights in weight_blocks(per_subject.size, replicates=replicates, seed=seed):
        total = (weights @ per_subject)[:, None]
        rates = np.cumsum(weights[:, whose[:n]], axis=1, dtype=np.float64) / total
        if np.any(rates[:, -1] <= max(targets)):
            rates = np.cumsum(weights[:, whose], axis=1, dtype=np.float64) / total
        for places, target in zip(found, targets, strict=True):
            places.append(np.argmax(rates > target, axis=1))
    return [np.concatenate(places) for places in found]


def _cut(interval: ThresholdInterval, lowest: float) -> ThresholdInterval:
    """Cut at the lowest score of a candidate: from there down nothing changes."""
    low = None if interval.low is None or interval.low < lowest else interval.low
    return ThresholdInterval(low, None if interval.high is None else max(interval.high, lowest))
