"""From templates to comparison scores: listed pairs exactly, all pairs streamed."""

from __future__ import annotations

from evaluation.comparison.all_pairs import TAIL_SIZE, compare_all_pairs
from evaluation.comparison.binning import Bins
from evaluation.comparison.normalisation import normalise
from evaluation.comparison.pairs import PairScores, pair_scores
from evaluation.comparison.parts import AllPairsPart, merge_parts

__all__ = [
    "TAIL_SIZE",
    "AllPairsPart",
    "Bins",
    "PairScores",
    "compare_all_pairs",
    "merge_parts",
    "normalise",
    "pair_scores",
]
