"""Groups of samples: by each attribute of a test set, and by attributes of people together.

A sample's group is its own value, so one subject may be in several age bands. An empty
value is unknown and in no group. An attribute with one known value divides nothing.
Groups are named by their values, in the order of these names.

Which attributes are crossed is a rule: those of `DEMOGRAPHIC_ATTRIBUTES`, two and three
at a time. A group of fewer than ten subjects is not measured, because a bootstrap of a
few people says nothing about others; nor are more than 24 groups told apart. The values of an
attribute that has more than 24 may be names of images or people, and a value that one person
alone has speaks of that person: of these only the number is said in a result.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from evaluation.results import GroupSize, NotMeasured

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from evaluation.arrays import BoolArray, Int32Array, IntArray

DEMOGRAPHIC_ATTRIBUTES = ("sex", "ethnicity", "skin_tone", "age_band")
"""Attributes that describe the person, and are therefore crossed with each other."""
FEWEST_SUBJECTS = 10
MOST_GROUPS = 24
_CROSSED_AT_ONCE = (2, 3)
_FEWEST_NAMED = 2
_SEPARATOR = ", "


@dataclass(frozen=True, slots=True)
class Members:
    """The samples that a protocol compares.

    Attributes
    ----------
    takes_part : ndarray of bool, shape (n_samples,)
    failed : ndarray of bool, shape (n_samples,)
        Samples that yielded no template.
    subject_index : ndarray of int, shape (n_samples,)
        Equal numbers mean the same subject.
    """

    takes_part: BoolArray
    failed: BoolArray
    subject_index: IntArray | Int32Array


@dataclass(frozen=True, slots=True)
class Grouping:
    """One division of a protocol's samples into groups.

    Attributes
    ----------
    attributes : tuple of str
    groups : tuple of GroupSize
        Those that are measured; none where ``not_measured`` says why.
    of_sample : ndarray of int64, shape (n_samples,)
        Position in ``groups``; -1 for a sample in none of them.
    left_out : tuple of GroupSize
        The others of two subjects or more, by falling number of subjects; the first 24 of
        them. None where an attribute has more than 24 values.
    n_left_out : int
        How many others there are.
    samples_unknown : int
    not_measured : NotMeasured or None
    """

    attributes: tuple[str, ...]
    groups: tuple[GroupSize, ...]
    of_sample: IntArray
    left_out: tuple[GroupSize, ...]
    n_left_out: int
    samples_unknown: int
    not_measured: NotMeasured | None

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the measured groups."""
        return tuple(group.name for group in self.groups)

    @property
    def facts(self) -> GroupingFacts:
        """What a result says of the division itself."""
        return GroupingFacts(
            attributes=self.attributes,
            groups=self.groups,
            left_out=self.left_out,
            n_left_out=self.n_left_out,
            fewest_subjects=FEWEST_SUBJECTS,
            most_groups=MOST_GROUPS,
            samples_unknown=self.samples_unknown,
            not_measured=self.not_measured,
        )


class GroupingFacts(NamedTuple):
    """A division into groups; fields as in the result."""

    attributes: tuple[str, ...]
    groups: tuple[GroupSize, ...]
    left_out: tuple[GroupSize, ...]
    n_left_out: int
    fewest_subjects: int
    most_groups: int
    samples_unknown: int
    not_measured: NotMeasured | None


def groupings(values: Mapping[str, Sequence[str]], members: Members) -> tuple[Grouping, ...]:
    """Divide the samples in every way that is measured.

    Parameters
    ----------
    values : mapping of str to sequence of str
        Of each attribute, the value of each sample; '' where unknown.
    members : Members

    Returns
    -------
    tuple of Grouping
        By each attribute with two values or more, in the order given; then by
        demographic attributes two at a time, then three at a time.
    """
    coded = {name: _code(column, members.takes_part) for name, column in values.items()}
    dividing = [name for name, (known, _) in coded.items() if len(known) > 1]
    demographic = [name for name in DEMOGRAPHIC_ATTRIBUTES if name in dividing]
    crossed = [together for n in _CROSSED_AT_ONCE for together in combinations(demographic, n)]
    chosen = [*((name,) for name in dividing), *crossed]
    return tuple(_divide(names, [coded[name] for name in names], members) for names in chosen)


def _code(column: Sequence[str], takes_part: BoolArray) -> tuple[list[str], IntArray]:
    """Known values, ascending, and the position of each sample's value among them or -1."""
    known = sorted({value for value, there in zip(column, takes_part, strict=True) if there} - {""})
    position = {value: k for k, value in enumerate(known)}
    codes = np.array([position.get(value, -1) for value in column], dtype=np.int64)
    codes[~takes_part] = -1
    return known, codes


def _divide(
    attributes: tuple[str, ...], coded: Sequence[tuple[list[str], IntArray]], members: Members
) -> Grouping:
    known = np.logical_and.reduce([codes >= 0 for _, codes in coded])
    flat = np.zeros(known.size, dtype=np.int64)
    for column, codes in coded:
        flat = flat * len(column) + codes
    cells, place = np.unique(flat[known], return_inverse=True)
    of_sample = np.full(known.size, -1, dtype=np.int64)
    of_sample[known] = place
    parts = np.unravel_index(cells, tuple(len(column) for column, _ in coded))
    values = [
        tuple(column[int(k)] for (column, _), k in zip(coded, one, strict=True))
        for one in zip(*parts, strict=True)
    ]
    counted = _Counts(of_sample, members, cells.size)
    measured = np.flatnonzero(counted.subjects >= FEWEST_SUBJECTS)
    not_measured = _why_not(measured.size)
    if not_measured is not None:
        measured = measured[:0]
    others = np.setdiff1d(np.arange(cells.size), measured)
    nameable = others[counted.subjects[others] >= _FEWEST_NAMED]
    if any(len(column) > MOST_GROUPS for column, _ in coded):
        nameable = nameable[:0]
    largest = nameable[np.argsort(-counted.subjects[nameable], kind="stable")][:MOST_GROUPS]
    renumbered = np.full(cells.size + 1, -1, dtype=np.int64)  # the last is for -1 itself
    renumbered[measured] = np.arange(measured.size)
    return Grouping(
        attributes=attributes,
        groups=tuple(counted.size(k, values[k]) for k in measured.tolist()),
        of_sample=renumbered[of_sample],
        left_out=tuple(counted.size(k, values[k]) for k in largest.tolist()),
        n_left_out=int(others.size),
        samples_unknown=int(np.sum(members.takes_part & ~known)),
        not_measured=not_measured,
    )


def _why_not(n_large_enough: int) -> NotMeasured | None:
    if n_large_enough < 2:
        return NotMeasured.TOO_FEW_SUBJECTS
    return NotMeasured.TOO_MANY_GROUPS if n_large_enough > MOST_GROUPS else None


class _Counts:
    """Subjects and samples of each group."""

    def __init__(self, of_sample: IntArray, members: Members, n: int) -> None:
        inside = of_sample >= 0
        group = of_sample[inside]
        owned = np.unique(np.stack([group, members.subject_index[inside]]), axis=1)
        self.subjects = np.bincount(owned[0], minlength=n)
        self._samples = np.bincount(group, minlength=n)
        self._failed = np.bincount(group[members.failed[inside]], minlength=n)

    def size(self, k: int, values: tuple[str, ...]) -> GroupSize:
        """Say who is in the k-th group."""
        return GroupSize(
            name=values[0] if len(values) == 1 else _SEPARATOR.join(map(_plain, values)),
            values=values,
            subjects=int(self.subjects[k]),
            samples=int(self._samples[k]),
            samples_failed=int(self._failed[k]),
        )


def _plain(value: str) -> str:
    """Write a value as it stands in a name of several; quoted where it could be taken for two."""
    return json.dumps(value, ensure_ascii=False) if _SEPARATOR in value or '"' in value else value
