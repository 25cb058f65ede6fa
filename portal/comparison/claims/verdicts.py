"""One claim beside one figure of ours: reproduced, optimistic, or not comparable and why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from portal.comparison.basis import target_words
from portal.core import wording
from portal.runs.models import Evidence
from portal.suppliers.models import ClaimMetric

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portal.runs.models import EvaluationRun, Measurement
    from portal.suppliers.models import Claim

SHORT = {
    ClaimMetric.FNMR_AT_FMR: ("FNMR", "FMR"),
    ClaimMetric.FNIR_AT_FPIR: ("FNIR", "FPIR"),
    ClaimMetric.FAILURE_TO_ENROL: ("failure to enrol", ""),
    ClaimMetric.FOLD_ACCURACY: ("accuracy over ten folds", ""),
    ClaimMetric.EER: ("EER", ""),
}
TWO_SIDED_95 = 1.959964
"""Standard errors on each side of a 95% interval."""


class Verdict(StrEnum):
    REPRODUCED = "reproduced"
    OPTIMISTIC = "optimistic"
    NOT_COMPARABLE = "not_comparable"


WORDS = {
    Verdict.REPRODUCED: ("Reproduced", "green"),
    Verdict.OPTIMISTIC: ("Optimistic", "orange"),
    Verdict.NOT_COMPARABLE: ("Not comparable", "grey"),
}


@dataclass(frozen=True, slots=True)
class Judged:
    """A claim with its verdict, the sentence behind it, and the figure that it rests on."""

    claim: Claim
    verdict: Verdict
    sentence: str
    run: EvaluationRun | None = None
    figure: Measurement | None = None

    @property
    def word(self) -> str:
        return WORDS[self.verdict][0]

    @property
    def colour(self) -> str:
        return WORDS[self.verdict][1]

    @property
    def claimed(self) -> str:
        return claimed_words(self.claim)


def claimed_words(claim: Claim) -> str:
    """Say what is claimed: "FNMR 0.50% at FMR 0.01% (1 in 10,000) on LFW"."""
    short, false = SHORT[ClaimMetric(claim.metric)]
    where = f" at {false} {target_words(claim.target)}" if claim.target and false else ""
    among = f" among {wording.grouped(claim.gallery_size)} people" if claim.gallery_size else ""
    text = f"{short} {wording.percent(claim.value)}{where}{among} on {claim.test_set}"
    return f"{text[0].upper()}{text[1:]}"


def held_against(claim: Claim, runs: Sequence[EvaluationRun]) -> EvaluationRun | str:
    """Return the result that a claim is held against, or why there is none.

    Parameters
    ----------
    runs
        Results of the claim's product that the reader may see, the newest version first.
    """
    if not runs:
        return "No result of this product has been released."
    of_version = [run for run in runs if claim.version in ("", run.submission.version)]
    if not of_version:
        return f"Version {claim.version} has no released result."
    wanted = claim.test_set.strip().casefold()
    for run in of_version:
        if wanted in (run.test_set.title.casefold(), run.test_set.slug.casefold()):
            return run
    return (
        f"We have not measured it on {claim.test_set}, and figures of different test sets"
        " cannot be compared."
    )


def judged(claim: Claim, run: EvaluationRun | str, figures: Sequence[Measurement]) -> Judged:
    """Hold a claim against a result.

    Parameters
    ----------
    run
        From `held_against`.
    figures
        Of that result, those of the claim's metric and the standard error of fold accuracy.
    """
    if isinstance(run, str):
        return _not_comparable(claim, run)
    own = [one for one in figures if one.metric == claim.metric]
    return _against(claim, run, own, figures)


def _against(
    claim: Claim,
    run: EvaluationRun,
    own: Sequence[Measurement],
    figures: Sequence[Measurement],
) -> Judged:
    short, false = SHORT[ClaimMetric(claim.metric)]
    at = [one for one in own if claim.target is None or one.target == claim.target]
    if not at:
        point = f" at {false} {target_words(claim.target)}" if claim.target else ""
        return _not_comparable(claim, f"We did not measure {short}{point} on this test set.")
    if claim.gallery_size:
        at = [one for one in at if one.condition == f"gallery={claim.gallery_size};rank=1"]
        if not at:
            people = wording.grouped(claim.gallery_size)
            return _not_comparable(claim, f"We did not search among {people} people.")
    figure = max(at, key=lambda one: (one.evidence != Evidence.NOT_ENOUGH, one.trials or 0))
    if figure.evidence == Evidence.NOT_ENOUGH or figure.value is None:
        return _not_comparable(
            claim, "This test set does not hold enough evidence at that operating point."
        )
    ends = _interval(figure, figures)
    if ends is None:
        return _not_comparable(claim, "Our figure has no interval to hold the claim against.")
    return _verdict(claim, run, figure, *ends)


def _interval(figure: Measurement, figures: Sequence[Measurement]) -> tuple[float, float] | None:
    """Return the figure's 95% interval; of fold accuracy that of its standard error."""
    if figure.low is not None and figure.high is not None:
        return figure.low, figure.high
    error = next(
        (
            one.value
            for one in figures
            if one.protocol == figure.protocol and one.metric == "fold_standard_error"
        ),
        None,
    )
    if error is None or figure.value is None or figure.metric != ClaimMetric.FOLD_ACCURACY:
        return None
    return figure.value - TWO_SIDED_95 * error, min(1.0, figure.value + TWO_SIDED_95 * error)


def _verdict(
    claim: Claim, run: EvaluationRun, figure: Measurement, low: float, high: float
) -> Judged:
    is_higher_better = ClaimMetric(claim.metric).is_higher_better
    is_better = claim.value > high if is_higher_better else claim.value < low
    is_worse = claim.value < low if is_higher_better else claim.value > high
    ours = wording.rate(figure) if figure.errors is not None else wording.percent(figure.value)
    said = (
        f"We measured {ours} (95% interval {wording.percent(low)} to {wording.percent(high)}) of"
        f" version {run.submission.version} on {run.test_set.title}, revision"
        f" {run.test_set.revision}."
    )
    if is_better:
        sentence = f"{said} The claim of {wording.percent(claim.value)} is better than that."
        return Judged(claim, Verdict.OPTIMISTIC, sentence, run, figure)
    end = (
        "That is better than the claim."
        if is_worse
        else f"The claim of {wording.percent(claim.value)} lies within it."
    )
    return Judged(claim, Verdict.REPRODUCED, f"{said} {end}", run, figure)


def _not_comparable(claim: Claim, why: str) -> Judged:
    return Judged(claim, Verdict.NOT_COMPARABLE, why)
