"""A comparison of models as plain text for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evaluation.metrics.evidence import format_interval, format_rate, format_target
from evaluation.report.terminal import columns, printable
from evaluation.report.wording import count_text, plural, threshold_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evaluation.ranking.document import (
        ComparedModel,
        McNemarTest,
        ModelComparison,
        PairedDifference,
        Ranking,
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


def _ranking(ranking: Ranking) -> Iterator[str]:
    at = (
        "the suppliers' recommended thresholds"
        if ranking.target_fmr is None
        else f"FMR {format_target(ranking.target_fmr)}"
    )
    yield f"{ranking.title} ({ranking.protocol}): FNMR at {at}, on the same comparisons"
    yield (
        f"{plural(ranking.n_mated, 'mated comparison')} of "
        f"{plural(ranking.n_mated_subjects, 'subject')}; "
        f"{count_text(ranking.replicates)} replicates of the subject bootstrap, "
        f"seed {ranking.seed}"
    )
    header = (
        "group", "rank", "95%", "no.", "model", "threshold", "FNMR", "95% interval", "FMR there",
    )  # fmt: skip
    models = [_model(number, model) for number, model in enumerate(ranking.models, start=1)]
    yield from columns([header, *models])
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
        threshold_text(model.threshold),
        format_rate(model.fnmr),
        format_interval(model.fnmr),
        format_rate(model.fmr),
    )


def _pairs(ranking: Ranking) -> Iterator[str]:
    shown = ranking.differences[:_PAIRS_SHOWN]
    yield "Differences in percentage points, the first model less the second:"
    header = (
        "models", "FNMR", "95% interval", "p", "p (Holm)", "first above", "FMR", "McNemar p",
    )  # fmt: skip
    yield from columns([header, *(_pair(ranking, difference) for difference in shown)])
    if len(shown) < len(ranking.differences):
        yield f"and {len(ranking.differences) - len(shown)} more pairs: --json FILE holds them all"


def _pair(ranking: Ranking, difference: PairedDifference) -> tuple[str, ...]:
    names = [f"{k + 1} {ranking.models[k].name}" for k in (difference.a, difference.b)]
    return (
        f"{names[0]} - {names[1]}",
        format_difference(difference.fnmr_difference),
        f"{format_difference(difference.fnmr_low)} to {format_difference(difference.fnmr_high)}",
        format_p(difference.p),
        format_p(difference.p_adjusted),
        f"{difference.probability_a_above_b:.3f}",
        format_difference(difference.fmr.value),
        _mcnemar(difference.mcnemar_mated),
    )


def _mcnemar(test: McNemarTest | None) -> str:
    if test is None:
        return ""
    return f"{format_p(test.p)} ({test.only_a} : {test.only_b})"
