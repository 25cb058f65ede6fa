"""Which of the chosen models the evidence can tell apart, in the compare page's words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evaluation.report.ranking import format_difference, format_p
from portal.core import wording
from portal.core.charts import Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evaluation.ranking import PairedDifference, Ranking


@dataclass(frozen=True, slots=True)
class Separability:
    """Groups of models that cannot be told apart, best first, and the tables behind them."""

    groups: tuple[str, ...]
    basis: str
    ranks: Table
    differences: Table


def separability(ranking: Ranking) -> Separability:
    """Put a ranking into words and tables."""
    names = [f"{model.name} {model.version}" for model in ranking.models]
    return Separability(
        groups=tuple(
            wording.listed([names[member] for member in group.members]) for group in ranking.groups
        ),
        basis=(
            f"{ranking.n_mated:,} mated comparisons of {ranking.n_mated_subjects:,} people;"
            f" {ranking.replicates:,} drawings of these people, the same for every model"
        ),
        ranks=_ranks(ranking, names),
        differences=_differences(ranking, names),
    )


def _ranks(ranking: Ranking, names: Sequence[str]) -> Table:
    return Table(
        "Rank of each model on the same comparisons",
        ("Model", "Group", "Rank", "Rank, 95% interval", "FNMR", "FMR at its threshold"),
        tuple(
            (
                name,
                str(model.group),
                str(model.rank),
                f"{model.rank_low} to {model.rank_high}",
                wording.rate(model.fnmr),
                wording.rate(model.fmr),
            )
            for name, model in zip(names, ranking.models, strict=True)
        ),
    )


def _differences(ranking: Ranking, names: Sequence[str]) -> Table:
    return Table(
        "Difference in FNMR of every two models, in percentage points",
        (
            "Models",
            "Difference",
            "95% interval",
            "p, adjusted",
            "Probability that the first is better",
        ),
        tuple(_difference(one, names) for one in ranking.differences),
    )


def _difference(one: PairedDifference, names: Sequence[str]) -> tuple[str, ...]:
    return (
        f"{names[one.a]} less {names[one.b]}",
        format_difference(one.fnmr_difference),
        f"{format_difference(one.fnmr_low)} to {format_difference(one.fnmr_high)}",
        format_p(one.p_adjusted),
        f"{one.probability_a_above_b:.3f}",
    )
