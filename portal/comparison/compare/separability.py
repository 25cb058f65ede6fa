"""Which of the chosen models the evidence can tell apart, in the compare page's words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evaluation.report.ranking import (
    format_difference,
    format_difference_interval,
    format_p,
)
from portal.core import wording
from portal.core.charts import Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evaluation.ranking import PairedDifference, Ranking
    from portal.comparison.basis import Basis


@dataclass(frozen=True, slots=True)
class Separability:
    """Groups of models that cannot be told apart, best first, and the tables behind them."""

    groups: tuple[str, ...]
    basis: str
    ranks: Table
    differences: Table


def separability(ranking: Ranking, basis: Basis) -> Separability:
    """Put a ranking on a basis into words and tables."""
    names = [f"{model.name} {model.version}" for model in ranking.models]
    return Separability(
        groups=tuple(
            wording.listed([names[member] for member in group.members]) for group in ranking.groups
        ),
        basis=(
            f"{ranking.n_mated:,} {basis.protocol.words.mated}, with {ranking.n_mated_subjects:,}"
            f" people in all. These people were drawn again {ranking.replicates:,} times, the same"
            " for every model"
        ),
        ranks=_ranks(ranking, names),
        differences=_differences(ranking, names),
    )


def _ranks(ranking: Ranking, names: Sequence[str]) -> Table:
    return Table(
        "Rank of each model",
        (
            "Model",
            "Group",
            "Rank",
            "Rank, 95% interval",
            ranking.false_negative_name,
            f"{ranking.false_positive_name} at its threshold",
        ),
        tuple(
            (
                name,
                str(model.group),
                str(model.rank),
                f"{model.rank_low} to {model.rank_high}",
                wording.rate(model.false_negative),
                wording.rate(model.false_positive) if model.false_positive else "No threshold",
            )
            for name, model in zip(names, ranking.models, strict=True)
        ),
    )


def _differences(ranking: Ranking, names: Sequence[str]) -> Table:
    return Table(
        f"Difference in {ranking.false_negative_name} of every two models, in percentage points",
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
        format_difference(one.false_negative.value),
        format_difference_interval(one.false_negative),
        format_p(one.p_adjusted),
        f"{one.probability_a_above_b:.3f}",
    )
