"""Error versus discard (EDC): how FNMR falls when samples of low quality are discarded.

The quality of a comparison is the lower of its two samples'. The threshold of each target
FMR is fixed on all comparisons; then the share d of mated comparisons of lowest quality is
discarded, floor(d * n) of them, and FNMR is counted over the rest. Of comparisons of equal
quality the earlier in the protocol goes first. A sample for which the model gave no value
is of the lowest quality; a comparison for want of a template is a non-match until it is
discarded.

The area under the curve up to a share, over its width, is the mean FNMR there, by the
trapezium rule at every whole percent. ``normalised`` sets it between the area of the order
that discards errors first (0) and that of no order at all (1).

Intervals are by a subject bootstrap in which the choice of what is discarded stays as it is,
as the threshold does. Where no comparison is an error the area's reaches up to the mean of
the bounds of the rates (rule of 3).

References: ISO/IEC 29794-1:2024, error versus discard characteristic; Grother and Tabassi
2007, doi:10.1109/TPAMI.2007.1019; Schlett et al. 2024, doi:10.1109/TBIOM.2023.3336513
(partial area against the best possible).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from evaluation.errors import EmptyTrialsError
from evaluation.metrics.bootstrap import interval_about, weight_blocks
from evaluation.metrics.evidence import evidence_for_target
from evaluation.metrics.rates import bootstrap_rate, independent_rate
from evaluation.metrics.uncertainty import Interval
from evaluation.results import IntervalMethod
from evaluation.results.quality import DiscardArea, DiscardPoint, QualityPoint, QualityResult

if TYPE_CHECKING:
    from collections.abc import Mapping

    from evaluation.arrays import BoolArray, FloatArray, IntArray
    from evaluation.results import Rate

DISCARDS = (0.0, 0.01, 0.02, 0.05, 0.10, 0.20, 0.30)
AREAS = (0.20, 0.30)
CURVE = tuple(k / 100 for k in range(31))
_STREAM = 8  # draws of its own
_ROUNDING = 1e-9  # 0.29 * 100 is 29 although neither factor is exact


@dataclass(frozen=True, slots=True)
class MatedQuality:
    """Mated comparisons with their quality, in the order of the protocol.

    Attributes
    ----------
    scores : ndarray of float64, shape (n,)
        Comparison scores; not read where not completed.
    completed : ndarray of bool, shape (n,)
    quality : ndarray of float64, shape (n,)
        The lower of the two samples'; minus infinity where one has none.
    subjects : ndarray of int, shape (n,)
        Whose each comparison is.
    """

    scores: FloatArray
    completed: BoolArray
    quality: FloatArray
    subjects: IntArray

    @property
    def n(self) -> int:
        """Number of comparisons."""
        return int(self.quality.size)


def n_discarded(share: float, n: int) -> int:
    """How many of ``n`` comparisons a share is, rounded down."""
    return math.floor(share * n + _ROUNDING)


def quality_result(
    trials: MatedQuality,
    *,
    protocol: str,
    title: str,
    base: str,
    recogniser: str,
    thresholds: Mapping[float, float],
    n_non_mated: int,
    replicates: int,
    seed: int,
) -> QualityResult:
    """Measure one protocol.

    Parameters
    ----------
    trials : MatedQuality
    protocol, title, base, recogniser : str
    thresholds : mapping of float to float
        Threshold at each target FMR, fixed on all comparisons.
    n_non_mated : int
        Completed non-mated comparisons, from which the thresholds are.
    replicates, seed : int
        Of the bootstrap.

    Returns
    -------
    QualityResult

    Raises
    ------
    EmptyTrialsError
        There is no mated comparison.
    """
    if trials.n == 0:
        raise EmptyTrialsError("there are no mated comparisons")
    measure = _Measure(trials, replicates, seed)
    return QualityResult(
        protocol=protocol,
        title=title,
        base=base,
        recogniser=recogniser,
        n_mated=trials.n,
        n_non_mated=n_non_mated,
        n_subjects=measure.n_subjects,
        n_without_quality=int(np.count_nonzero(np.isneginf(trials.quality))),
        points=tuple(
            measure.point(target, threshold, n_non_mated)
            for target, threshold in thresholds.items()
        ),
    )


class _Measure:
    """The order of discarding, and how many comparisons each subject has left at each cut."""

    def __init__(self, trials: MatedQuality, replicates: int, seed: int) -> None:
        self._trials = trials
        self._replicates, self._seed = replicates, seed
        order = np.argsort(trials.quality, kind="stable")
        self._rank = np.empty(trials.n, dtype=np.int64)
        self._rank[order] = np.arange(trials.n)
        self._cuts = np.array([n_discarded(share, trials.n) for share in CURVE])
        distinct, self._place = np.unique(trials.subjects, return_inverse=True)
        self.n_subjects = int(distinct.size)
        self._left = self._by_subject(np.ones(trials.n, dtype=np.bool_))

    def point(self, target: float, threshold: float, n_non_mated: int) -> QualityPoint:
        trials = self._trials
        missed = ~(trials.completed & (trials.scores >= threshold))
        wrong = self._by_subject(missed)
        failed = self._by_subject(~trials.completed).sum(axis=0)
        drawn = self._drawn(wrong)
        rates = [
            self._rate(cut, errors=wrong[:, cut].sum(), failures=failed[cut], drawn=drawn)
            for cut in range(len(CURVE))
        ]
        return QualityPoint(
            target_fmr=target,
            evidence=evidence_for_target(target, n_non_mated),
            threshold=threshold,
            points=tuple(
                DiscardPoint(
                    discard=share,
                    discarded=int(self._cuts[CURVE.index(share)]),
                    fnmr=rates[CURVE.index(share)],
                )
                for share in DISCARDS
            ),
            curve_discard=CURVE,
            curve_fnmr=tuple(rate.value for rate in rates),
            areas=tuple(self._area(up_to, rates, drawn) for up_to in AREAS),
        )

    def _by_subject(self, rows: BoolArray) -> IntArray:
        """How many of these rows each subject has left at each cut, (n_subjects, n_cuts)."""
        # A row is left at all cuts up to its rank: counted where it ends, then summed back.
        last = np.searchsorted(self._cuts, self._rank[rows], side="right") - 1
        counts = np.zeros((self.n_subjects, len(CURVE)), dtype=np.int64)
        np.add.at(counts, (self._place[rows], last), 1)
        return np.cumsum(counts[:, ::-1], axis=1)[:, ::-1]

    def _drawn(self, wrong: IntArray) -> FloatArray | None:
        """FNMR at each cut in each replicate that has comparisons left at all of them."""
        if self.n_subjects < 2:
            return None
        errors, left = wrong.astype(np.float64), self._left.astype(np.float64)
        rates = []
        for weights in weight_blocks(
            self.n_subjects, replicates=self._replicates, seed=(self._seed, _STREAM)
        ):
            n = weights @ left
            whole = (n > 0).all(axis=1)
            rates.append((weights[whole] @ errors) / n[whole])
        return np.concatenate(rates)

    def _rate(
        self, cut: int, *, errors: np.int64, failures: np.int64, drawn: FloatArray | None
    ) -> Rate:
        left = int(self._left[:, cut].sum())
        if self.n_subjects == self._trials.n:
            return independent_rate(int(errors), left, failures=int(failures))
        return bootstrap_rate(
            int(errors),
            left,
            None if drawn is None else drawn[:, cut],
            method=IntervalMethod.SUBJECT_BOOTSTRAP,
            failures=int(failures),
        )

    def _area(self, up_to: float, rates: list[Rate], drawn: FloatArray | None) -> DiscardArea:
        width = CURVE.index(up_to) + 1
        values = np.array([rate.value for rate in rates[:width]])
        n, n_errors = self._trials.n, rates[0].errors
        cuts = self._cuts[:width]
        best = _mean(np.maximum(0, n_errors - cuts) / (n - cuts))
        area, no_order = _mean(values), float(values[0])
        interval = None
        if n_errors == 0:
            interval = Interval(0.0, _mean(np.array([rate.high for rate in rates[:width]])))
        elif drawn is not None and len(drawn):
            interval = interval_about(area, _means(drawn[:, :width]))
        return DiscardArea(
            up_to=up_to,
            area=area,
            area_low=None if interval is None else interval.low,
            area_high=None if interval is None else interval.high,
            best=best,
            normalised=(area - best) / (no_order - best) if no_order > best else None,
        )


def _means(curves: FloatArray) -> FloatArray:
    """Mean of each curve by the trapezium rule; a row each, evenly spaced."""
    inner = curves[:, 1:-1].sum(axis=1) + (curves[:, 0] + curves[:, -1]) / 2
    return np.asarray(inner / (curves.shape[1] - 1))


def _mean(curve: FloatArray) -> float:
    return float(_means(curve[None, :])[0])
