"""Rates with intervals at many thresholds, from one bootstrap per kind of trial."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from evaluation.metrics.bootstrap import SubjectPairs, mated_replicates, non_mated_replicates
from evaluation.metrics.rates import bootstrap_rate, disjoint_pairs_rate, independent_rate
from evaluation.results import IntervalMethod

if TYPE_CHECKING:
    from evaluation.arrays import FloatArray
    from evaluation.metrics.trials import MatedTrials, NonMatedTrials
    from evaluation.results import Rate

_MATED_STREAM, _NON_MATED_STREAM = 1, 2  # the two bootstraps draw their own numbers
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
                seed=(seed, _MATED_STREAM),
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
    """FMR at given thresholds, ascending and distinct."""

    def __init__(
        self, trials: NonMatedTrials, thresholds: FloatArray, *, replicates: int, seed: int
    ) -> None:
        self._trials = trials.counted.n
        self._n_effective = trials.n_effective
        self._independent = trials.is_independent
        self._place = {threshold: k for k, threshold in enumerate(thresholds.tolist())}
        self._errors = trials.counted.n_at_or_above(thresholds)
        self._known = trials.counted.is_exact(thresholds)
        self._replicates: FloatArray | None = None
        if not self._independent and trials.n_subjects >= _FEWEST_SUBJECTS_TWO_WAY:
            self._replicates = self._draw(trials, replicates, seed)

    def _draw(self, trials: NonMatedTrials, replicates: int, seed: int) -> FloatArray:
        """Replicates for the thresholds whose errors are known, shape (n, n_known)."""
        bounds = np.concatenate([[0], self._errors[self._known][::-1]]).tolist()
        steps = [
            SubjectPairs(trials.a[start:stop], trials.b[start:stop], trials.n_subjects)
            for start, stop in pairwise(bounds)
        ]
        if not steps:
            return np.empty((0, 0))
        drawn = non_mated_replicates(
            steps,
            trials.all_trials,
            trials.n_subjects,
            replicates=replicates,
            seed=(seed, _NON_MATED_STREAM),
        )
        return drawn[:, ::-1]

    def at(self, threshold: float) -> Rate:
        """FMR at one of the thresholds."""
        k = self._place[threshold]
        errors = int(self._errors[k])
        if self._independent:
            return independent_rate(errors, self._trials)
        if self._replicates is not None and not self._known[k]:
            return disjoint_pairs_rate(errors, self._trials, self._n_effective)
        # Errors are known from some threshold up, so the known ones are the last columns.
        column = k - int(np.sum(~self._known))
        return bootstrap_rate(
            errors,
            self._trials,
            None if self._replicates is None else self._replicates[:, column],
            method=IntervalMethod.TWO_WAY_SUBJECT_BOOTSTRAP,
        )
