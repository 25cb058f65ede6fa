"""What protocols of searches have in common: rows are searches, files merge in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from evaluation.comparison import SearchOutcomes, measure_searches
from evaluation.metrics.identification_sizes import Wanted
from evaluation.pipeline.extracting import templates_of

if TYPE_CHECKING:
    from pathlib import Path

    from evaluation.comparison import Gallery, Searches
    from evaluation.pipeline.kinds.base import CompareInputs, ScoreInputs

ROWS_PER_SHARD = 1 << 13  # each shard prepares the whole gallery anew


def write_outcomes(
    gallery: Gallery, searches: Searches, rows: range, destination: Path, inputs: CompareInputs
) -> None:
    """Make a range of the searches and write what is kept of them."""
    outcomes = measure_searches(
        templates_of(inputs.extracted),
        gallery,
        searches,
        rows,
        similarity=inputs.card.similarity,
        threads=inputs.settings.threads,
    )
    outcomes.save(destination)


def read_outcomes(inputs: ScoreInputs) -> SearchOutcomes:
    """Join the outcomes of all searches."""
    return SearchOutcomes.concatenate([SearchOutcomes.load(path) for path in inputs.comparisons])


def wanted_of(inputs: ScoreInputs) -> Wanted:
    """Operating points of a retrospective search, with the run's bootstrap."""
    return Wanted(
        recommended=inputs.card.recommended_threshold,
        replicates=inputs.settings.replicates,
        seed=inputs.settings.seed,
    )
