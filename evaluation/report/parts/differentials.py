"""Groups: how error rates differ between people at one threshold for all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evaluation.metrics.evidence import format_interval, format_rate, format_target
from evaluation.report.part import Part, Table
from evaluation.report.wording import count_text, figure_text, threshold_text
from evaluation.results import Evidence

if TYPE_CHECKING:
    from evaluation.results import (
        DifferentialMeasures,
        DifferentialResult,
        DifferentialThreshold,
        GroupComparison,
        Rate,
        RateDifferential,
    )

VERDICT_WORDS = {
    "differs": "Differs",
    "not_separable": "Not separable",
    "not_enough_evidence": "Not enough evidence",
}
PAIRING_WORDS = {
    "all_pairs": "every two samples of different people",
    "same_group": "pairs of one group only, which raises FMR strongly",
    "listed": "as listed in the protocol",
}
REASON_WORDS = {
    "too_few_subjects": "Fewer than two groups have enough people to be measured.",
    "too_many_groups": "There are more groups than can be told apart.",
}
NOTES = (
    (
        "One threshold holds for everybody. A group's FMR counts comparisons of different people "
        "of that group; its FNMR counts comparisons of one person with both images in the group."
    ),
    (
        "A group without errors enters ratios with its 95% upper bound. Differences are tested by "
        "drawing people anew, adjusted over all groups (Holm). “Not separable” does not mean that "
        "there is no difference."
    ),
)
_MOST_COMPARED = 12


def differential_part(found: DifferentialResult) -> Part:
    """Say how far groups lie apart, and what the evidence behind that is."""
    names = " and ".join(attribute.replace("_", " ") for attribute in found.attributes)
    facts = [
        ("Protocol", found.protocol),
        ("Non-mated comparisons", PAIRING_WORDS.get(found.pairing, found.pairing)),
        ("Groups measured", count_text(len(found.groups))),
    ]
    if found.n_left_out:
        facts.append(
            (
                "Groups not measured",
                (
                    f"{count_text(found.n_left_out)}, with fewer than "
                    f"{count_text(found.fewest_subjects)} people"
                ),
            )
        )
    if found.samples_unknown:
        facts.append(("Samples without a value", count_text(found.samples_unknown)))
    shown = _shown(found.thresholds)
    notes: tuple[str, ...] = NOTES
    if found.not_measured is not None:
        notes = (REASON_WORDS.get(found.not_measured, found.not_measured),)
    return Part(
        title=f"Groups by {names}: {found.title}",
        facts=tuple(facts),
        notes=notes,
        tables=tuple(
            table
            for place, at in enumerate(shown)
            for table in _tables(found, at, is_main=place == 0)
        ),
    )


def _shown(thresholds: tuple[DifferentialThreshold, ...]) -> list[DifferentialThreshold]:
    """Return the strictest threshold at which groups can be told apart, and the supplier's own.

    The result holds the others as well; a page with all of them could not be read.
    """
    targets = [at for at in thresholds if at.target_fmr is not None]
    telling = [at for at in targets if at.fnmr.measures is not None]
    own = [at for at in thresholds if at.target_fmr is None]
    return [*(telling or targets)[-1:], *own]


def _tables(found: DifferentialResult, at: DifferentialThreshold, *, is_main: bool) -> list[Table]:
    where = _where(at)
    verdicts = {
        one.verdict
        for rate in (at.fnmr, at.fmr)
        for one in (*rate.against_lowest, *rate.against_rest)
    }
    tables = [_groups(found, at, where, is_main=is_main and "differs" in verdicts)]
    if is_main and at.cross_groups:
        tables.append(_matrix(at, where))
    spread = [
        (name, differential.measures)
        for name, differential in (("FNMR", at.fnmr), ("FMR", at.fmr))
        if differential.measures is not None
    ]
    if spread:
        tables.append(_measures(spread, where))
    for name, differential in (("FNMR", at.fnmr), ("FMR", at.fmr)):
        if differential.against_lowest:
            tables.append(_comparisons(name, differential, where))
    return tables


def _where(at: DifferentialThreshold) -> str:
    if at.target_fmr is None:
        return f"at the supplier's threshold {threshold_text(at.threshold)}"
    return f"at the threshold for FMR {format_target(at.target_fmr)} over everybody"


def _groups(
    found: DifferentialResult, at: DifferentialThreshold, where: str, *, is_main: bool
) -> Table:
    size = {group.name: group for group in found.groups}
    note = (
        ""
        if at.fmr_is_counted
        else "FMR by group was not counted: the threshold lies below the scores that were kept."
    )
    return Table(
        caption=f"Error rates by group {where}",
        columns=("Group", "People", "Samples", "FNMR", "FNMR, 95% interval", "FMR",
                 "FMR, 95% interval"),
        rows=tuple(
            (
                one.group,
                count_text(size[one.group].subjects),
                count_text(size[one.group].samples),
                *_cells(one.fnmr),
                *_cells(one.fmr),
            )
            for one in at.groups
        ),
        muted=tuple(
            one.fnmr is None or one.fnmr.evidence is not Evidence.SUFFICIENT for one in at.groups
        ),
        note=note,
        is_main=is_main,
    )  # fmt: skip


def _cells(rate: Rate | None) -> tuple[str, str]:
    return ("not counted", "") if rate is None else (format_rate(rate), format_interval(rate))


def _matrix(at: DifferentialThreshold, where: str) -> Table:
    names = tuple(one.group for one in at.groups)
    rates: dict[tuple[str, str], Rate | None] = {
        (one.group, one.group): one.fmr for one in at.groups
    }
    for one in at.cross_groups:
        rates[one.group_a, one.group_b] = rates[one.group_b, one.group_a] = one.fmr
    return Table(
        caption=f"FMR within and between groups {where}",
        columns=("Group", *names),
        rows=tuple(
            (name, *(_cells(rates.get((name, other)))[0] for other in names)) for name in names
        ),
    )


def _measures(spread: list[tuple[str, DifferentialMeasures]], where: str) -> Table:
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
            for name, one in spread
        ),
    )  # fmt: skip


def _comparisons(name: str, differential: RateDifferential, where: str) -> Table:
    shown = differential.against_lowest[:_MOST_COMPARED]
    return Table(
        caption=f"{name} of each group against the lowest {where}",
        columns=("Group", "Against", "Ratio", "95% interval", "p, adjusted", "Verdict"),
        rows=tuple(_comparison(one) for one in shown),
    )


def _comparison(one: GroupComparison) -> tuple[str, ...]:
    high = "no upper limit" if one.high is None else figure_text(one.high)
    return (
        one.group,
        one.against or "all others",
        figure_text(one.ratio),
        f"{figure_text(one.low)} to {high}",
        f"{one.p_adjusted:.3f}",
        VERDICT_WORDS.get(one.verdict, one.verdict),
    )
