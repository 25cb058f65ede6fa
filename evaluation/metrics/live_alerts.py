"""Alerts of passages at a threshold: right or false, and how soon.

A passage raises one alert, for its best candidate, where that is at or above the
threshold. False alerts are given out of all passages and out of all alerts, because a
share of passages that looks small can be a large share of the alerts that officers answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from evaluation.metrics.identification_rates import SubjectRates
from evaluation.results import Alerts, TimeToAlert

if TYPE_CHECKING:
    from evaluation.arrays import BoolArray, IntArray
    from evaluation.metrics.live_trials import PassageTrials
    from evaluation.results import Rate

_PASSAGE_STREAM, _ALERT_STREAM = 9, 10  # draws of their own


def alerts_at(passages: PassageTrials, threshold: float, *, replicates: int, seed: int) -> Alerts:
    """Count alerts.

    Parameters
    ----------
    passages : PassageTrials
        At least one.
    threshold : float
        In score units.
    replicates, seed : int
        Of the bootstrap over people; passages of people who raise an alert are drawn for
        the share of alerts.

    Returns
    -------
    Alerts
    """
    mated, non_mated = passages.trials.mated, passages.trials.non_mated
    is_best = mated.rank == 1
    right = (mated.score >= threshold) & is_best
    wrong = (passages.wrong_score >= threshold) & ~is_best
    false_non_mated = non_mated.top_score >= threshold
    subject = np.concatenate([mated.subject, non_mated.subject])
    false = np.concatenate([wrong, false_non_mated])
    alert = np.concatenate([right | wrong, false_non_mated])
    per_passage = _rate(false, subject, replicates=replicates, seed=(seed, _PASSAGE_STREAM))
    per_alert = None
    if alert.any():
        per_alert = _rate(
            false[alert], subject[alert], replicates=replicates, seed=(seed, _ALERT_STREAM)
        )
    return Alerts(
        right=int(np.count_nonzero(right)),
        false_non_mated=int(np.count_nonzero(false_non_mated)),
        false_mated=int(np.count_nonzero(wrong)),
        false_per_passage=per_passage,
        false_per_alert=per_alert,
    )


def time_to_alert(passages: PassageTrials, threshold: float) -> TimeToAlert | None:
    """Time of the first frame whose best candidate is the person passing, at the threshold.

    Parameters
    ----------
    passages : PassageTrials
    threshold : float

    Returns
    -------
    TimeToAlert or None
        Of the passages that are alerted rightly; None where none is. The median and the
        90 % point are times that were observed, not between two of them.
    """
    mated = passages.trials.mated
    right = np.flatnonzero((mated.score >= threshold) & (mated.rank == 1))
    if right.size == 0:
        return None
    alerted = passages.right_score >= threshold
    passage, first = np.unique(passages.frames_of[alerted], return_index=True)
    seconds = passages.seconds[alerted][first][np.isin(passage, right)]
    median, p90 = np.quantile(seconds, [0.5, 0.9], method="inverted_cdf").tolist()
    return TimeToAlert(passages=int(right.size), median_seconds=median, p90_seconds=p90)


def _rate(errors: BoolArray, subject: IntArray, *, replicates: int, seed: tuple[int, int]) -> Rate:
    subjects, place = np.unique(subject, return_inverse=True)
    return SubjectRates(
        np.bincount(place[errors], minlength=subjects.size)[:, None],
        np.bincount(place, minlength=subjects.size),
        replicates=replicates,
        seed=seed,
    ).of(0)
