"""Every number of the explorer in words, once for all thresholds.

The server shows those of one threshold, and the browser those of the others: they cannot differ.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

from evaluation.results import Verdict
from portal.core import wording

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portal.comparison.thresholds.explorer import Explorer
    from portal.comparison.thresholds.figure import Figure
    from portal.comparison.thresholds.groups import GroupAxis, GroupPoint

Texts = dict[str, str]
"""Text of each place of the page, by the key of the place."""
VERDICTS = {
    Verdict.DIFFERS: "Differs significantly",
    Verdict.NOT_SEPARABLE: "No group was found to differ, with errors enough for a verdict",
    Verdict.NOT_ENOUGH_EVIDENCE: "Not enough evidence",
}


class Row(NamedTuple):
    """A row of a table whose cells change with the threshold."""

    key: str
    name: str
    meaning: str


def threshold_text(threshold: float) -> str:
    return f"{threshold:.4f}".replace("-", "\N{MINUS SIGN}")


def rows_of(explorer: Explorer) -> list[Row]:
    """Return the rates of everybody that are known, in the order of the table."""
    names = explorer.names
    added = {
        "FPIR": f" among N = {wording.grouped(explorer.people)}",
        "Yield": f" if {wording.short_percent(explorer.enrolled)} {names.enrolled}",
    }
    return [
        Row(rate.lower(), names.name(rate) + added.get(rate, ""), names.meaning(rate))
        for rate in explorer.rates_at(explorer.opening)
    ]


def rate_text(rate: str, figure: Figure) -> str:
    """Return what may be printed; without a miss TPIR is a lower bound, as FNIR is an upper one.

    A rate that was computed to be nought is an upper bound too.
    """
    if rate == "TPIR" and figure.says_something and figure.errors == figure.trials:
        return f"≥ {math.floor((figure.low or 0) * 1000) / 10:g}%"
    if figure.value == 0 and figure.high and figure.says_something:
        return f"≤ {wording.upper_bound(figure.high)}"
    return wording.rate(figure)


def detail_text(figure: Figure) -> str:
    """Return interval, counts, mark and note in one line."""
    lines = wording.evidence_lines(figure) if figure.says_something else [wording.counts(figure)]
    return "; ".join(line for line in (*lines, figure.note) if line)


def texts_at(explorer: Explorer, threshold: float) -> Texts:
    """Return the texts of everybody's rates at one threshold."""
    rates = explorer.rates_at(threshold)
    texts = {"threshold": threshold_text(threshold)}
    for rate, figure in rates.items():
        texts[rate.lower()] = rate_text(rate, figure)
        texts[f"{rate.lower()}-detail"] = detail_text(figure)
    said = [
        f"{rate if rate != 'Yield' else 'search yield'} {rate_text(rate, one).lower()}"
        for rate, one in rates.items()
    ]
    texts["sentence"] = f"At threshold {threshold_text(threshold)}: {', '.join(said)}."
    return texts


def group_texts(place: int, axis: GroupAxis, point: GroupPoint) -> Texts:
    """Return the texts of one rate of every group at one threshold; ``place`` is the axis's."""
    key = f"axis-{place}"
    texts = {
        f"{key}-at": threshold_text(point.threshold),
        f"{key}-ratio": _ratio_text(point),
        f"{key}-verdict": _verdict_text(point),
    }
    for number, figure in enumerate(point.figures):
        texts[f"{key}-{number}"] = wording.rate(figure) if figure else "Not measured"
        texts[f"{key}-{number}-detail"] = detail_text(figure) if figure else ""
    return texts


def _ratio_text(point: GroupPoint) -> str:
    if point.max_to_min is None:
        return "Not enough evidence"
    said = f"{point.max_to_min:.2f}"
    if point.highest != point.lowest:
        said += f" ({point.highest} highest, {point.lowest} lowest)"
    return (
        f"{said}; a group without errors stands at its upper bound" if point.is_at_bound else said
    )


def _verdict_text(point: GroupPoint) -> str:
    if point.differing:
        return f"{VERDICTS[point.verdict]}: {wording.listed(point.differing)}"
    return VERDICTS[point.verdict]


def script_data(explorer: Explorer) -> dict[str, Any]:
    """Return what the browser needs to show every threshold without asking again.

    Keys stand once before the texts of all thresholds, so that the page stays light.
    """
    texts = [texts_at(explorer, threshold) for threshold in explorer.thresholds]
    return {
        "thresholds": list(explorer.thresholds),
        "everybody": _table(texts),
        "axes": [
            {
                "places": [axis.place_at(threshold) for threshold in explorer.thresholds],
                **_table([group_texts(number, axis, point) for point in axis.points]),
            }
            for number, axis in enumerate(explorer.axes)
        ],
    }


def _table(texts: Sequence[Texts]) -> dict[str, Any]:
    return {"keys": list(texts[0]), "rows": [list(one.values()) for one in texts]}


def shown_at(explorer: Explorer, threshold: float) -> Texts:
    """Return every text of the page at one threshold."""
    texts = texts_at(explorer, threshold)
    for number, axis in enumerate(explorer.axes):
        texts |= group_texts(number, axis, axis.points[axis.place_at(threshold)])
    return texts
