"""Groups: how error rates differ between people at one threshold for all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evaluation.metrics.evidence import format_target
from evaluation.report.part import Part, Table
from evaluation.report.parts.groups import (
    apart_tables,
    attribute_words,
    group_facts,
    is_weak,
    rate_cells,
    why_not_measured,
)
from evaluation.report.wording import count_text, threshold_text

if TYPE_CHECKING:
    from evaluation.results import DifferentialResult, DifferentialThreshold, Rate

PAIRING_WORDS = {
    "all_pairs": "every two samples of different people",
    "same_group": "pairs of one group only, which raises FMR strongly",
    "listed": "as listed in the protocol",
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


def differential_part(found: DifferentialResult) -> Part:
    """Say how far groups lie apart, and what the evidence behind that is."""
    shown = _shown(found.thresholds)
    return Part(
        title=f"Groups by {attribute_words(found)}: {found.title}",
        facts=(
            ("Protocol", found.protocol),
            ("Non-mated comparisons", PAIRING_WORDS.get(found.pairing, found.pairing)),
            *group_facts(found, what="Samples"),
        ),
        notes=why_not_measured(found) or NOTES,
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


def telling_threshold(
    thresholds: tuple[DifferentialThreshold, ...],
) -> DifferentialThreshold | None:
    """Return the first of those that are shown; None where there is none."""
    return next(iter(_shown(thresholds)), None)


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
    rates = [
        ("FNMR", at.fnmr, {one.group: one.fnmr for one in at.groups}),
        ("FMR", at.fmr, {one.group: one.fmr for one in at.groups}),
    ]
    return [*tables, *apart_tables(rates, where)]


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
                *rate_cells(one.fnmr),
                *rate_cells(one.fmr),
            )
            for one in at.groups
        ),
        muted=tuple(is_weak(one.fnmr, one.fmr) for one in at.groups),
        note=note,
        is_main=is_main,
    )  # fmt: skip


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
            (name, *(rate_cells(rates.get((name, other)))[0] for other in names)) for name in names
        ),
    )
