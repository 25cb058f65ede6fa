"""The few figures of a result that are read first, by the task of its model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.core import wording
from portal.runs.models import Evidence

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from portal.runs.models import EvaluationRun, Measurement


@dataclass(frozen=True, slots=True)
class Headline:
    """Which figure, and what it says. A small figure is good unless said otherwise."""

    label: str
    metric: str
    condition: str = ""
    target: float | None = None
    at_best_target: bool = False
    """Whether it is shown at the strictest target that there is evidence for."""
    large_is_good: bool = False
    is_proportion: bool = True


HEADLINES: dict[str, tuple[Headline, ...]] = {
    "pad": (
        Headline("APCER, worst kind of attack", "apcer"),
        Headline("BPCER", "bpcer"),
        Headline("BPCER where APCER is at most 5%", "bpcer_at_apcer", target=0.05),
    ),
    "quality": (
        Headline("FNMR after discarding 20%", "edc_fnmr", "discard=0.2", at_best_target=True),
        Headline("FNMR with nothing discarded", "edc_fnmr", "discard=0", at_best_target=True),
    ),
    "detection": (
        Headline("Average precision", "average_precision", "iou=0.5", large_is_good=True),
        Headline("Missed faces", "missed_faces"),
        Headline("False finds per image", "false_positives_per_image", is_proportion=False),
    ),
}
"""Models for recognition are read by their one-to-one operating points, where they have any."""
_OF_SEARCHES = "fnir_at_fpir"
HEADLINE_METRICS = sorted(
    {_OF_SEARCHES, *(one.metric for wanted in HEADLINES.values() for one in wanted)}
)


@dataclass(frozen=True, slots=True)
class HeadlineRow:
    """One figure with its words."""

    protocol: str
    label: str
    figure: Measurement | None
    is_proportion: bool = True


def headlines_of(run: EvaluationRun, measurements: Iterable[Measurement]) -> list[HeadlineRow]:
    """Return a result's first figures, protocol by protocol."""
    by_protocol: dict[str, list[Measurement]] = {}
    for one in measurements:
        by_protocol.setdefault(one.protocol, []).append(one)
    wanted = HEADLINES.get(run.submission.task)
    return [
        row
        for protocol in run.test_set.protocols
        if (found := by_protocol.get(protocol["name"]))
        for row in _rows(protocol.get("title") or protocol["name"], wanted, found)
    ]


def _rows(
    title: str, wanted: Sequence[Headline] | None, found: Sequence[Measurement]
) -> Iterator[HeadlineRow]:
    if wanted is None:
        yield from _search_rows(title, found)
        return
    for one in wanted:
        fitting = [
            each
            for each in found
            if (each.metric, each.condition) == (one.metric, one.condition)
            and (one.at_best_target or each.target == one.target)
        ]
        figure = _strictest(fitting)
        label = one.label
        if one.at_best_target and figure is not None and figure.target is not None:
            label += f", at a false match rate of {wording.short_percent(figure.target)}"
        yield HeadlineRow(title, label, figure, one.is_proportion)


def _search_rows(title: str, found: Sequence[Measurement]) -> Iterator[HeadlineRow]:
    """Say of searches and passages what is missed, in the largest gallery."""
    missed = [
        (_gallery(one), one)
        for one in found
        if one.metric == _OF_SEARCHES and one.condition.endswith(";rank=1")
    ]
    largest = max((size for size, _ in missed), default=0)
    figure = _strictest([one for size, one in missed if size == largest])
    if figure is not None and figure.target is not None:
        said = wording.short_percent(figure.target)
        label = (
            f"Missed (FNIR) at rank 1 with {largest:,} people enrolled,"
            f" where FPIR is at most {said}"
        )
        yield HeadlineRow(title, label, figure)


def _gallery(figure: Measurement) -> int:
    parts = dict(part.partition("=")[::2] for part in figure.condition.split(";"))
    return int(parts.get("gallery", 0))


def _strictest(figures: Sequence[Measurement]) -> Measurement | None:
    """Return the figure at the lowest target with evidence; at the highest if none has any."""
    order = sorted(figures, key=lambda one: one.target or 0.0)
    with_evidence = [one for one in order if one.evidence != Evidence.NOT_ENOUGH]
    return next(iter(with_evidence), order[-1] if order else None)
