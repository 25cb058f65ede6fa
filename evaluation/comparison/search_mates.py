"""Every search of a protocol measured exactly, without storing the scores.

Searches are ordered by their mate's place, so the mates of a tile's probes lie in few
tiles of the gallery. Those tiles are scored first, for the mates' scores; then all tiles,
in which the scores of other subjects are counted against the mate's and their best kept.
The subjects of a smaller gallery come first, so one pass serves all gallery sizes.

A subject is a candidate with its best reference. Scores are compared as they come out of
the tiles, and a mate's score out of the same tile, so equal scores are equal to the bit.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from evaluation.comparison.search_outcomes import SearchOutcomes
from evaluation.comparison.search_scores import (
    TILE_PROBES,
    TILE_REFERENCES,
    Vectors,
    score_tile,
)
from evaluation.comparison.threads import share_out

if TYPE_CHECKING:
    from collections.abc import Iterator

    from evaluation.arrays import Array, FloatArray, Int32Array, IntArray
    from evaluation.card import Similarity
    from evaluation.comparison.galleries import Gallery, Searches
    from evaluation.comparison.normalisation import HasTemplates

_KEPT_TILES = 6  # 24 MiB of float32 scores for each thread


def measure_searches(
    templates: HasTemplates,
    gallery: Gallery,
    searches: Searches,
    rows: range,
    *,
    similarity: Similarity,
    threads: int = 1,
) -> SearchOutcomes:
    """Make a range of the searches.

    Parameters
    ----------
    templates : Templates
        Embeddings of all samples of the test set, as the model gave them.
    gallery : Gallery
    searches : Searches
        All searches of the protocol.
    rows : range
        The searches to make. Ranges that together cover all searches give, concatenated,
        the same bits as one call over all searches.
    similarity : Similarity
    threads : int
        Threads of our own; does not show in the outcome.

    Returns
    -------
    SearchOutcomes
        Of ``rows``.

    Raises
    ------
    ValueError
        ``threads`` is below 1.
    """
    enrolled = _Enrolled.of(templates, gallery, similarity)
    first, last = rows.start // TILE_PROBES * TILE_PROBES, min(rows.stop, searches.probe.size)
    starts = range(first, last, TILE_PROBES)
    search = partial(_search_tile, templates, enrolled, searches, similarity)
    tiles = share_out(search, starts, threads=threads)
    whole = SearchOutcomes.concatenate(tiles or [_no_outcomes(len(gallery.sizes))])
    ours = slice(rows.start - first, last - first)
    return SearchOutcomes(
        failed=whole.failed[ours],
        mate_score=whole.mate_score[ours],
        rank=whole.rank[ours],
        top_other=whole.top_other[ours],
    )


class _Span(NamedTuple):
    """Subjects of one gallery tile that a smaller gallery does not hold and the next does."""

    size: int
    start: int
    stop: int


@dataclass(frozen=True, slots=True, eq=False)
class _Enrolled:
    """The references that have a template, in columns by the place of their subject."""

    vectors: Vectors
    reference: Int32Array
    place: IntArray
    bounds: IntArray  # first column of each tile, and the end
    sizes: tuple[int, ...]

    @classmethod
    def of(cls, templates: HasTemplates, gallery: Gallery, similarity: Similarity) -> _Enrolled:
        made = ~templates.failed[gallery.reference]
        reference, place = gallery.reference[made], gallery.place[made]
        return cls(
            vectors=Vectors.of(templates.embeddings[reference], similarity),
            reference=reference,
            place=place,
            bounds=_tile_bounds(place),
            sizes=gallery.sizes,
        )

    def tiles(self) -> Iterator[tuple[int, int]]:
        return pairwise(self.bounds.tolist())

    def spans(self, places: IntArray) -> Iterator[_Span]:
        """Cut the subjects of a tile, at ascending places, by the sizes of the galleries."""
        cuts = [0, *np.searchsorted(places, self.sizes).tolist()]
        for size, (start, stop) in enumerate(pairwise(cuts)):
            if start < stop:
                yield _Span(size, start, stop)


def _tile_bounds(place: IntArray) -> IntArray:
    """Tiles of whole subjects, of at most 2048 references unless one subject has more."""
    first_of_subject = np.append(np.flatnonzero(np.diff(place, prepend=-1)), place.size)
    bounds = [0]
    while bounds[-1] < place.size:
        here = bounds[-1]
        ends = first_of_subject[first_of_subject > here]
        fitting = int(np.searchsorted(ends, here + TILE_REFERENCES, side="right"))
        bounds.append(int(ends[max(0, fitting - 1)]))
    return np.array(bounds, dtype=np.int64)


class _Tiles:
    """Scores of one row of tiles; a few are kept, so that most are made only once."""

    def __init__(self, enrolled: _Enrolled, probes: Vectors) -> None:
        self._enrolled = enrolled
        self._probes = probes
        self._kept: dict[int, Array] = {}
        self._memory = self._new()

    def scores(self, left: int, right: int, *, keep: bool = False) -> Array:
        """Scores of the references in some columns, overwritten by the next that are not kept."""
        if left in self._kept:
            return self._kept.pop(left)
        memory = self._memory
        if keep and len(self._kept) < _KEPT_TILES:
            memory = self._new()
        scores = score_tile(self._probes, self._enrolled.vectors.part(left, right), memory)
        if memory is not self._memory:
            self._kept[left] = scores
        return scores

    def _new(self) -> Array:
        widest = int(np.max(np.diff(self._enrolled.bounds), initial=0))
        return self._enrolled.vectors.new_tile(widest)


class _Cells(NamedTuple):
    """Places in the scores of a tile's probes against all columns, ascending by column."""

    row: IntArray
    column: IntArray

    def within(self, left: int, right: int) -> _Cells:
        """Those in some columns, counted from the first of these."""
        start, stop = np.searchsorted(self.column, [left, right])
        return _Cells(self.row[start:stop], self.column[start:stop] - left)


def _search_tile(
    templates: HasTemplates,
    enrolled: _Enrolled,
    searches: Searches,
    similarity: Similarity,
    top: int,
) -> SearchOutcomes:
    """Make the searches of one row of tiles."""
    rows = slice(top, min(top + TILE_PROBES, searches.probe.size))
    probe = searches.probe[rows]
    failed = templates.failed[probe]
    probes = Vectors.of(templates.embeddings[probe], similarity)
    mates, themselves = _mates(enrolled, searches, rows), _themselves(enrolled, probe)
    tiles = _Tiles(enrolled, probes)
    mate_score = np.full(probe.size, -np.inf, dtype=probes.rows.dtype)
    for left, right in enrolled.tiles():
        cells = mates.within(left, right)
        if cells.row.size:
            scores = tiles.scores(left, right, keep=True)
            np.maximum.at(mate_score, cells.row, scores[cells.column, cells.row])
    others = np.zeros((len(enrolled.sizes), probe.size), dtype=np.int64)
    top_other = np.full(others.shape, -np.inf)
    for left, right in enrolled.tiles():
        scores = tiles.scores(left, right)
        for cells in (mates.within(left, right), themselves.within(left, right)):
            scores[cells.column, cells.row] = -np.inf
        _count_others(enrolled, enrolled.place[left:right], scores, mate_score, others, top_other)
    mate_score[failed], top_other[:, failed] = -np.inf, -np.inf
    return SearchOutcomes(
        failed=failed,
        mate_score=mate_score.astype(np.float64),
        rank=1 + np.cumsum(others, axis=0).T,
        top_other=np.maximum.accumulate(top_other, axis=0).T,
    )


def _mates(enrolled: _Enrolled, searches: Searches, rows: slice) -> _Cells:
    """Where the mates' references stand, a probe itself left out."""
    mated = np.flatnonzero(searches.mated[rows])
    place = searches.mate[rows][mated]
    first = np.searchsorted(enrolled.place, place)
    n = np.searchsorted(enrolled.place, place, side="right") - first
    row = np.repeat(mated, n)
    column = np.arange(row.size) + np.repeat(first - (np.cumsum(n) - n), n)
    other = enrolled.reference[column] != searches.probe[rows][row]
    row, column = row[other], column[other]
    order = np.argsort(column, kind="stable")
    return _Cells(row[order], column[order])


def _themselves(enrolled: _Enrolled, probe: Int32Array) -> _Cells:
    """Where the probes stand that are enrolled."""
    column = np.flatnonzero(np.isin(enrolled.reference, probe))
    by_sample = np.argsort(probe)
    row = by_sample[np.searchsorted(probe[by_sample], enrolled.reference[column])]
    return _Cells(row, column)


def _count_others(
    enrolled: _Enrolled,
    places: IntArray,
    scores: Array,
    mate_score: Array,
    others: IntArray,
    top_other: FloatArray,
) -> None:
    """Add a tile's subjects to what is known of each search by gallery size."""
    first = np.flatnonzero(np.diff(places, prepend=-1))
    best = _best_references(scores, first)
    found = bool(np.any(mate_score > -np.inf))
    for span in enrolled.spans(places[first]):
        part = best[span.start : span.stop]
        np.maximum(top_other[span.size], part.max(axis=0), out=top_other[span.size])
        if found:
            ahead = np.greater_equal(part, mate_score).view(np.uint8)
            others[span.size] += np.add.reduce(ahead, axis=0, dtype=np.uint16)


def _best_references(scores: Array, first: IntArray) -> Array:
    """Best score of each subject, whose references lie from a row of ``first`` to the next."""
    n_references = np.diff(first, append=scores.shape[0])
    if first.size == scores.shape[0]:
        return scores
    best: Array = scores[first]
    for further in range(1, int(n_references.max())):
        several = np.flatnonzero(n_references > further)
        best[several] = np.maximum(best[several], scores[first[several] + further])
    return best


def _no_outcomes(n_sizes: int) -> SearchOutcomes:
    return SearchOutcomes(
        failed=np.empty(0, dtype=np.bool_),
        mate_score=np.empty(0, dtype=np.float64),
        rank=np.empty((0, n_sizes), dtype=np.int64),
        top_other=np.empty((0, n_sizes), dtype=np.float64),
    )
