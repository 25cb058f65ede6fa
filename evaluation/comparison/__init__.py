"""From templates to comparison scores: listed pairs exactly, all pairs streamed."""

from __future__ import annotations

from evaluation.comparison.all_pairs import TAIL_SIZE, compare_all_pairs
from evaluation.comparison.binning import Bins
from evaluation.comparison.galleries import Gallery, Searches, make_gallery, make_searches
from evaluation.comparison.normalisation import normalise
from evaluation.comparison.pairs import PairScores, pair_scores
from evaluation.comparison.parts import AllPairsPart, merge_parts
from evaluation.comparison.search import Candidates, search_gallery
from evaluation.comparison.search_mates import measure_searches
from evaluation.comparison.search_outcomes import SearchOutcomes

__all__ = [
    "TAIL_SIZE",
    "AllPairsPart",
    "Bins",
    "Candidates",
    "Gallery",
    "PairScores",
    "SearchOutcomes",
    "Searches",
    "compare_all_pairs",
    "make_gallery",
    "make_searches",
    "measure_searches",
    "merge_parts",
    "normalise",
    "pair_scores",
    "search_gallery",
]
