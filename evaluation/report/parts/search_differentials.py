"""Groups in searches and passages: who is missed, and who is taken for somebody enrolled."""

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
    from evaluation.results import SearchDifferentialResult, SearchDifferentialThreshold

NOTES = (
    (
        "One threshold and the whole gallery hold for everybody. A group's FPIR is the share of "
        "searches for its people who are not enrolled that return anybody; its FNIR is the share "
        "of searches for its people who are enrolled that do not return them."
    ),
    (
        "A group without errors enters ratios with its 95% upper bound. Differences are tested by "
        "drawing people anew, adjusted over all groups (Holm). “Not separable” does not mean that "
        "there is no difference."
    ),
)


def search_differential_part(found: SearchDifferentialResult) -> Part:
    """Say how far groups lie apart in searches, and what the evidence behind that is."""
    return Part(
        title=f"Groups by {attribute_words(found)} in searches: {found.title}",
        facts=(
            ("Protocol", found.protocol),
            ("People enrolled", count_text(found.gallery_size)),
            *group_facts(found, what="Searches"),
        ),
        notes=why_not_measured(found) or NOTES,
        tables=tuple(
            table
            for place, at in enumerate(_shown(found.thresholds))
            for table in _tables(found, at, is_main=place == 0)
        ),
    )


def _shown(
    thresholds: tuple[SearchDifferentialThreshold, ...],
) -> list[SearchDifferentialThreshold]:
    """Return the strictest threshold at which groups can be told apart, the supplier's, and none.

    The result holds the others as well; a page with all of them could not be read.
    """
    targets = [at for at in thresholds if at.target_fpir is not None]
    telling = [at for at in targets if at.fpir.measures is not None]
    own = [at for at in thresholds if at.target_fpir is None and at.threshold is not None]
    without = [at for at in thresholds if at.threshold is None]
    return [*(telling or targets)[-1:], *own, *without[:1]]


def telling_search_threshold(
    thresholds: tuple[SearchDifferentialThreshold, ...],
) -> SearchDifferentialThreshold | None:
    """Return the first of those that are shown; None where there is none."""
    return next(iter(_shown(thresholds)), None)


def _tables(
    found: SearchDifferentialResult, at: SearchDifferentialThreshold, *, is_main: bool
) -> list[Table]:
    where = _where(at)
    rates = [
        ("FPIR", at.fpir, {one.group: one.fpir for one in at.groups}),
        ("FNIR", at.fnir, {one.group: one.fnir for one in at.groups}),
    ]
    verdicts = {one.verdict for _, apart, _ in rates for one in apart.against_lowest}
    groups = _groups(found, at, where, is_main=is_main and "differs" in verdicts)
    return [groups, *apart_tables(rates, where)]


def _where(at: SearchDifferentialThreshold) -> str:
    if at.threshold is None:
        return f"without a threshold, rank {at.rank}"
    if at.target_fpir is None:
        return f"at the supplier's threshold {threshold_text(at.threshold)}, rank {at.rank}"
    target = format_target(at.target_fpir)
    return f"at the threshold for FPIR {target} over everybody, rank {at.rank}"


def _groups(
    found: SearchDifferentialResult, at: SearchDifferentialThreshold, where: str, *, is_main: bool
) -> Table:
    size = {group.name: group for group in found.groups}
    has_fpir = at.threshold is not None
    fpir_columns = ("FPIR", "FPIR, 95% interval") if has_fpir else ()
    return Table(
        caption=f"Error rates by group {where}",
        columns=("Group", "People", "Searches", *fpir_columns, "FNIR", "FNIR, 95% interval"),
        rows=tuple(
            (
                one.group,
                count_text(size[one.group].subjects),
                count_text(size[one.group].samples),
                *(rate_cells(one.fpir) if has_fpir else ()),
                *rate_cells(one.fnir),
            )
            for one in at.groups
        ),
        muted=tuple(is_weak(one.fpir, one.fnir) for one in at.groups),
        is_main=is_main,
    )
