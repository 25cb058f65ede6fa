"""What every part about groups of people shows: who is in them, and how far they lie apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evaluation.metrics.evidence import format_interval, format_rate
from evaluation.report.part import Table
from evaluation.report.wording import count_text, figure_text, plural
from evaluation.results import Evidence, weakest_entered

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evaluation.results import (
        DifferentialMeasures,
        GroupComparison,
        GroupDivision,
        Rate,
        RateDifferential,
    )

VERDICT_WORDS = {
    "differs": "Differs",
    "not_separable": "Not separable",
    "not_enough_evidence": "Not enough evidence",
}
REASON_WORDS = {
    "too_few_subjects": "Fewer than two groups have enough people to be measured.",
    "too_many_groups": "There are more groups than can be told apart.",
}
_MOST_COMPARED = 12
_LEAST_P = 0.0005  # printed as 0.001


def attribute_words(found: GroupDivision) -> str:
    """Name the attributes of a division."""
    words = [attribute.replace("_", " ") for attribute in found.attributes]
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def group_facts(found: GroupDivision, *, what: str) -> list[tuple[str, str]]:
    """Say how many groups there are, and how much of ``what`` is in none of them."""
    facts = [("Groups measured", count_text(len(found.groups)))]
    if found.n_left_out:
        too_few = f"with fewer than {count_text(found.fewest_subjects)} people"
        facts.append(("Groups not measured", f"{count_text(found.n_left_out)}, {too_few}"))
    if found.samples_unknown:
        facts.append((f"{what} without a value", count_text(found.samples_unknown)))
    return facts


def why_not_measured(found: GroupDivision) -> tuple[str, ...]:
    """Say in one sentence why there are no figures; nothing where there are."""
    if found.not_measured is None:
        return ()
    return (REASON_WORDS.get(found.not_measured, found.not_measured),)


def rate_cells(rate: Rate | None) -> tuple[str, str]:
    """Put a rate with its counts, and its interval, into words."""
    return ("not counted", "") if rate is None else (format_rate(rate), format_interval(rate))


def is_weak(*rates: Rate | None) -> bool:
    """Whether one of the rates of a row is to be read with care, or none of them is there."""
    there = [rate for rate in rates if rate is not None]
    return not there or any(rate.evidence is not Evidence.SUFFICIENT for rate in there)


def apart_tables(
    rates: Sequence[tuple[str, RateDifferential, Mapping[str, Rate | None]]], where: str
) -> list[Table]:
    """Say how far groups lie apart in each rate, and which of them can be told apart.

    Parameters
    ----------
    rates : sequence of (str, RateDifferential, mapping of str to Rate or None)
        What the rate is called, the groups' differences in it, and its value by group.
    where : str
        At which threshold, as it ends a caption.
    """
    spread = [
        (name, apart.measures, weakest_entered(apart.measures, by_group))
        for name, apart, by_group in rates
        if apart.measures is not None
    ]
    tables = [_spread(spread, where)] if spread else []
    compared = [(name, apart) for name, apart, _ in rates if apart.against_lowest]
    return [*tables, *(_comparisons(name, apart, where) for name, apart in compared)]


def _spread(spread: Sequence[tuple[str, DifferentialMeasures, Evidence]], where: str) -> Table:
    return Table(
        caption=f"How far the groups lie apart {where}",
        columns=("Rate", "Lowest", "Highest", "Max/min", "Max - min", "Max/geometric mean", "Gini",
                 "Groups without errors"),
        rows=tuple(
            (
                name,
                one.lowest,
                one.highest,
                figure_text(one.max_to_min),
                figure_text(one.max_minus_min),
                figure_text(one.max_to_geometric_mean),
                figure_text(one.gini),
                ", ".join(one.at_upper_bound) or "none",
            )
            for name, one, _ in spread
        ),
        muted=tuple(evidence is not Evidence.SUFFICIENT for _, _, evidence in spread),
    )  # fmt: skip


def _comparisons(name: str, apart: RateDifferential, where: str) -> Table:
    rest = len(apart.against_lowest) - _MOST_COMPARED
    return Table(
        caption=f"{name} of each group against the lowest {where}",
        columns=("Group", "Against", "Ratio", "95% interval", "p, adjusted", "Verdict"),
        rows=tuple(_comparison(one) for one in apart.against_lowest[:_MOST_COMPARED]),
        note=f"{plural(rest, 'more comparison')} in the result file." if rest > 0 else "",
    )


def _comparison(one: GroupComparison) -> tuple[str, ...]:
    high = "no upper limit" if one.high is None else figure_text(one.high)
    return (
        one.group,
        one.against or "all others",
        figure_text(one.ratio),
        f"{figure_text(one.low)} to {high}",
        "below 0.001" if one.p_adjusted < _LEAST_P else f"{one.p_adjusted:.3f}",
        VERDICT_WORDS.get(one.verdict, one.verdict),
    )
