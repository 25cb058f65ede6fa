"""A comparison of models as plain text for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evaluation.metrics.evidence import format_interval, format_rate, format_target
from evaluation.metrics.trial_evidence import OperatingMode
from evaluation.report.terminal import columns, printable
from evaluation.report.wording import count_text, plural, threshold_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from evaluation.ranking.document import (
        ComparedModel,
        McNemarTest,
        ModelComparison,
        PairedDifference,
        Ranking,
        RateDifference,
    )

_PAIRS_SHOWN = 15


def render_comparison(comparison: ModelComparison) -> str:
    """Text of a comparison: models in their groups, then every two of them.

    Parameters
    ----------
    comparison : ModelComparison

    Returns
    -------
    str
        Lines that end with a newline, without colours.
    """
    heading = (
        f"{len(comparison.rankings[0].models)} models on {comparison.test_set_title} "
        f"({comparison.test_set_name}), SHA-256 {comparison.test_set_sha256[:16]}"
    )
    lines = [heading]
    for ranking in comparison.rankings:
        lines += ["", *_ranking(ranking)]
    return "\n".join(printable(line).rstrip() for line in lines) + "\n"


def format_p(p: float) -> str:
    """Text of a p-value: ``0.032``, or ``< 0.001``."""
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def format_difference(difference: float) -> str:
    """Text of a difference between rates in percentage points, with its sign."""
    return f"{difference * 100:+.2f}" if difference else "0"


def format_difference_interval(difference: RateDifference) -> str:
    """Text of a difference's 95 % interval in percentage points; empty where it is not known."""
    if difference.low is None or difference.high is None:
        return ""
    return f"{format_difference(difference.low)} to {format_difference(difference.high)}"


def operating_point_text(ranking: Ranking) -> str:
    """Text of where models are compared: ``at FPIR 1%, gallery of 80, rank 5``."""
    if ranking.mode is OperatingMode.INVESTIGATION:
        at = "without a threshold"
    elif ranking.target is None:
        at = "at the suppliers' recommended thresholds"
    else:
        at = f"at {ranking.false_positive_name} {format_target(ranking.target)}"
    if ranking.searched is None:
        return at
    searched = ranking.searched
    return f"{at}, gallery of {count_text(searched.gallery_size)}, rank {searched.rank}"


def _ranking(ranking: Ranking) -> Iterator[str]:
    error, alarm = ranking.false_negative_name, ranking.false_positive_name
    trials = "comparison" if ranking.searched is None else "search"
    yield f"{ranking.title} ({ranking.protocol}): {error} {operating_point_text(ranking)}"
    yield (
        f"{plural(ranking.n_mated, f'mated {trials}')} of "
        f"{plural(ranking.n_mated_subjects, 'subject')}, the same for every model; "
        f"{count_text(ranking.replicates)} replicates of the subject bootstrap, "
        f"seed {ranking.seed}"
    )
    header = (
        "group", "rank", "95%", "no.", "model", "threshold", error, "95% interval",
        f"{alarm} there",
    )  # fmt: skip
    models = [_model(number, model) for number, model in enumerate(ranking.models, start=1)]
    yield from _filled([header, *models])
    best = len(ranking.groups[0].members)
    yield (
        "Group 1: not separable from the best at 95%. Each further group: not separable "
        "from its own best (Holm within the step)."
    )
    if best > 1:
        yield "Models of one group are not shown to be equal: nothing shows that they differ."
    yield ""
    yield from _pairs(ranking)


def _model(number: int, model: ComparedModel) -> tuple[str, ...]:
    return (
        str(model.group),
        str(model.rank),
        f"{model.rank_low} to {model.rank_high}",
        str(number),
        f"{model.name} {model.version}".strip(),
        "" if model.threshold is None else threshold_text(model.threshold),
        format_rate(model.false_negative),
        format_interval(model.false_negative),
        "" if model.false_positive is None else format_rate(model.false_positive),
    )


def _pairs(ranking: Ranking) -> Iterator[str]:
    shown = ranking.differences[:_PAIRS_SHOWN]
    yield "Differences in percentage points, the first model less the second:"
    header = (
        "models", ranking.false_negative_name, "95% interval", "p", "p (Holm)", "first above",
        ranking.false_positive_name, "McNemar p",
    )  # fmt: skip
    yield from _filled([header, *(_pair(ranking, difference) for difference in shown)])
    if len(shown) < len(ranking.differences):
        yield f"and {len(ranking.differences) - len(shown)} more pairs: --json FILE holds them all"


def _filled(rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    """Columns that say something below their heads."""
    kept = [k for k in range(len(rows[0])) if any(row[k] for row in rows[1:])]
    yield from columns([[row[k] for k in kept] for row in rows])


def _pair(ranking: Ranking, difference: PairedDifference) -> tuple[str, ...]:
    names = [f"{k + 1} {ranking.models[k].name}" for k in (difference.a, difference.b)]
    apart, alarms = difference.false_negative, difference.false_positive
    return (
        f"{names[0]} - {names[1]}",
        format_difference(apart.value),
        format_difference_interval(apart),
        format_p(difference.p),
        format_p(difference.p_adjusted),
        f"{difference.probability_a_above_b:.3f}",
        "" if alarms is None else format_difference(alarms.value),
        _mcnemar(difference.mcnemar_mated),
    )


def _mcnemar(test: McNemarTest | None) -> str:
    if test is None:
        return ""
    return f"{format_p(test.p)} ({test.only_a} : {test.only_b})"
