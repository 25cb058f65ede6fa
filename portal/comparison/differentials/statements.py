"""Statements about groups in plain English; never that there is no difference.

A verdict is the harness's (``docs/method.md``, groups of people); here it is only said.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.core import wording

if TYPE_CHECKING:
    from evaluation.results import DifferentialMeasures, GroupComparison
    from portal.comparison.differentials.division import AtThreshold, RateKind

DIFFERS, NOT_SEPARABLE = "differs", "not_separable"
NEEDED_ERRORS = 23
"""Errors on the lower side that show a ratio of 2 with power 0.8, in independent trials."""
TAGS = {
    DIFFERS: ("Differs", "orange"),
    NOT_SEPARABLE: ("Not separable", "grey"),
    "not_enough_evidence": ("Not enough evidence", "grey"),
}
SUBJECTS = {
    "fmr": "Different people of the group “{group}” were wrongly matched",
    "fnmr": "People of the group “{group}” were missed",
    "fpir": "Searches for people of the group “{group}” who are not enrolled returned somebody",
    "fnir": "Searches for enrolled people of the group “{group}” missed them",
}
REST = "all other groups together"


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence with the word and the colour of its verdict."""

    sentence: str
    verdict: str
    colour: str


def statements(at: AtThreshold, kind: RateKind) -> list[Statement]:
    """Return a statement for each comparison of one rate, differences first."""
    found = at.differential(kind)
    made = [_statement(kind, one) for one in (*found.against_lowest, *found.against_rest)]
    order = [tag for tag, _ in TAGS.values()]
    return sorted(made, key=lambda one: order.index(one.verdict))


def summary(at: AtThreshold, kind: RateKind) -> str:
    """Say in one sentence what can be said of all groups in one rate."""
    measures = at.differential(kind).measures
    if measures is None:
        return (
            f"Fewer than two groups have enough evidence of their {kind.short}, so nothing can be"
            " said of differences in it."
        )
    different = [one for one in statements(at, kind) if one.verdict == TAGS[DIFFERS][0]]
    said = {
        0: "The evidence does not tell any two of them apart, which does not show that they are"
        " equal.",
        1: "One comparison shows a difference that is larger than chance explains.",
    }.get(
        len(different),
        f"{len(different)} comparisons show a difference that is larger than chance explains.",
    )
    return f"{_spread(kind, measures)} {said}"


def _spread(kind: RateKind, found: DifferentialMeasures) -> str:
    at_most = " (at most: it had no errors)" if found.lowest in found.at_upper_bound else ""
    return (
        f"Of the {len(found.groups)} groups with enough evidence “{found.highest}” has the highest"
        f" {kind.short}, {wording.percent(found.maximum)}, and “{found.lowest}” the lowest,"
        f" {wording.percent(found.minimum)}{at_most}: {ratio(found.max_to_min)} times as high."
    )


def measure_rows(found: DifferentialMeasures) -> list[tuple[str, str]]:
    """Return the measures of spread with what each means."""
    return [
        ("Highest ÷ lowest", ratio(found.max_to_min)),
        ("Highest less lowest", wording.percent(found.max_minus_min)),
        ("Highest ÷ geometric mean of the groups", ratio(found.max_to_geometric_mean)),
        ("Gini coefficient: 0 where all are equal, 1 where one has every error",
         f"{found.gini:.2f}"),
    ]  # fmt: skip


def ratio(value: float) -> str:
    """Return a ratio with two figures: "2.1", "0.48", "13"."""
    return (
        wording.grouped(round(value))
        if value >= 9.95
        else f"{value:.2g}"
        if value < 0.95
        else f"{value:.1f}"
    )


def _statement(kind: RateKind, one: GroupComparison) -> Statement:
    word, colour = TAGS[one.verdict]
    against = REST if one.against is None else f"those of “{one.against}”"
    if one.verdict == DIFFERS:
        sentence = (
            f"{_ratio_words(kind, one, against)} The difference is larger than chance explains."
        )
    elif one.verdict == NOT_SEPARABLE:
        sentence = (
            f"{_ratio_words(kind, one, against)} The evidence does not tell the two apart, which"
            f" does not show that they are equal.{_detectable(one)}"
        )
    else:
        other = REST if one.against is None else f"“{one.against}”"
        sentence = (
            f"There is not enough evidence to compare the {kind.short} of “{one.group}” with that"
            f" of {other}: {_few(one.errors_in_lower)} on the side with the lower rate, and about"
            f" {NEEDED_ERRORS} are needed to find a rate twice as high."
        )
    return Statement(sentence + _bound(one), word, colour)


def _ratio_words(kind: RateKind, one: GroupComparison, against: str) -> str:
    subject = SUBJECTS[kind.key].format(group=one.group)
    interval = (
        f"95% interval {ratio(one.low)} to {ratio(one.high)}"
        if one.high is not None
        else f"95% interval from {ratio(one.low)}, with no upper limit known"
    )
    return f"{subject} about {ratio(one.ratio)} times as often as {against} ({interval})."


def _detectable(one: GroupComparison) -> str:
    if one.detectable_ratio is None:
        return ""
    return f" A ratio of {ratio(one.detectable_ratio)} would probably have been found."


def _few(errors: int) -> str:
    return {0: "there were no errors", 1: "there was one error"}.get(
        errors, f"there were {errors} errors"
    )


def _bound(one: GroupComparison) -> str:
    if not one.at_upper_bound:
        return ""
    return (
        " One of the two had no errors and stands with the most that its rate can be, so the real"
        " difference may be larger."
    )
