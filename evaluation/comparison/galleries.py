"""Who is enrolled, in which order, and which searches have a mate.

The enrolled subjects are put in one random order that depends on the protocol and the
seed alone. A gallery of N subjects is the first N of that order, so smaller galleries
lie within larger ones and are the same for every model. A subject none of whose
references yielded a template keeps its place: it was to be enrolled and cannot be found.

A search is mated where its probe's subject is to be enrolled, whatever folder or role its
image came from. In a gallery too small to hold its mate a mated search is left out: it
is not turned into a non-mated one, because how alike its mate is was not drawn at random.
Non-mated searches count in every gallery.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from evaluation.errors import TestSetError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evaluation.arrays import BoolArray, Int32Array, IntArray

_STREAM = 6  # draws of its own


@dataclass(frozen=True, slots=True, eq=False)
class Gallery:
    """Enrolled subjects in their random order.

    Attributes
    ----------
    subjects : ndarray of int64, shape (n_subjects,)
        The test set's number of the subject at each place.
    reference : ndarray of int32, shape (n_references,)
        Samples to be enrolled, by the place of their subject, then by sample.
    place : ndarray of int64, shape (n_references,)
        Place of each reference's subject; ascending.
    sizes : tuple of int
        Numbers of subjects to measure with, ascending; the last is all of them.
    """

    subjects: IntArray
    reference: Int32Array
    place: IntArray
    sizes: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Searches:
    """Searches in the order in which they are made: by the mate's place, non-mated ones last.

    Attributes
    ----------
    probe : ndarray of int32, shape (n_searches,)
        Samples.
    mated : ndarray of bool, shape (n_searches,)
    mate : ndarray of int64, shape (n_searches,)
        Place of the mate in the gallery; 0 where not mated, and not to be read.
    """

    probe: Int32Array
    mated: BoolArray
    mate: IntArray


def make_gallery(
    reference: Int32Array, subject_index: Int32Array, *, sizes: Sequence[int] = (), seed: int
) -> Gallery:
    """Put the subjects to be enrolled in order.

    Parameters
    ----------
    reference : ndarray of int32, shape (n_references,)
        Samples to be enrolled, several of one subject allowed.
    subject_index : ndarray of int32, shape (n_samples,)
        Equal numbers mean the same subject.
    sizes : sequence of int
        Numbers of subjects to measure with beside all.
    seed : int

    Returns
    -------
    Gallery

    Raises
    ------
    TestSetError
        Nobody is enrolled, or a size is below 1 or above the number of subjects.
    """
    enrolled = np.unique(subject_index[reference]).astype(np.int64)
    if enrolled.size == 0:
        raise TestSetError("the gallery is empty")
    for size in sizes:
        if not 1 <= size <= enrolled.size:
            raise TestSetError(
                f"a gallery size of {size} is no part of the {enrolled.size} enrolled subjects"
            )
    random = np.random.default_rng(np.random.SeedSequence([seed, _STREAM]))
    subjects = random.permutation(enrolled)
    place_of = np.empty(enrolled.size, dtype=np.int64)
    place_of[np.searchsorted(enrolled, subjects)] = np.arange(enrolled.size)
    place = place_of[np.searchsorted(enrolled, subject_index[reference])]
    order = np.lexsort((reference, place))
    return Gallery(
        subjects=subjects,
        reference=reference[order].astype(np.int32),
        place=place[order],
        sizes=tuple(sorted({*sizes, int(enrolled.size)})),
    )


def make_searches(gallery: Gallery, probe: Int32Array, subject_index: Int32Array) -> Searches:
    """Find each probe's mate and put the searches in order.

    A probe that is itself a reference is never compared with itself, so it is mated only
    where its subject has another reference; leaving one out is a search of this kind.

    Parameters
    ----------
    gallery : Gallery
    probe : ndarray of int32, shape (n_probes,)
        Samples.
    subject_index : ndarray of int32, shape (n_samples,)

    Returns
    -------
    Searches
    """
    by_number = np.argsort(gallery.subjects)
    numbers = gallery.subjects[by_number]
    found = np.minimum(np.searchsorted(numbers, subject_index[probe]), numbers.size - 1)
    mate = by_number[found]
    references = np.bincount(gallery.place, minlength=numbers.size)[mate]
    references -= np.isin(probe, gallery.reference)
    mated = (numbers[found] == subject_index[probe]) & (references > 0)
    order = np.lexsort((probe, mate, ~mated))
    mate[~mated] = 0
    return Searches(
        probe=probe[order].astype(np.int32), mated=mated[order], mate=mate[order].astype(np.int64)
    )
