"""How error rates differ between groups of people at one global threshold."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from evaluation.results.base import Document, Evidence, Rate

if TYPE_CHECKING:
    from collections.abc import Mapping


class Pairing(StrEnum):
    """Which non-mated comparisons the protocol makes."""

    ALL_PAIRS = "all_pairs"
    """Every two samples of different subjects."""
    SAME_GROUP = "same_group"
    """A list that only compares samples of one group, which raises FMR strongly."""
    LISTED = "listed"
    """A list that compares within and between groups as its author chose."""


class NotMeasured(StrEnum):
    """Why a division into groups has no figures."""

    TOO_FEW_SUBJECTS = "too_few_subjects"
    """Fewer than two groups have the fewest subjects that are measured."""
    TOO_MANY_GROUPS = "too_many_groups"
    """More groups are large enough than are told apart."""


class Verdict(StrEnum):
    """What can be said of two rates; never that there is no difference."""

    DIFFERS = "differs"
    NOT_SEPARABLE = "not_separable"
    NOT_ENOUGH_EVIDENCE = "not_enough_evidence"


class GroupSize(Document):
    """Who is in a group, among the samples that the protocol compares."""

    name: str
    values: tuple[str, ...]
    """Value of each attribute."""
    subjects: int
    """Subjects with a sample in the group; one may be in several groups."""
    samples: int
    samples_failed: int
    """Samples that yielded no template."""


class GroupRates(Document):
    """One group's rates: both samples of each comparison are in the group."""

    group: str
    fmr: Rate | None = None
    """None: no completed comparison, or the threshold lies below the scores kept."""
    fnmr: Rate | None = None
    """None: no mated comparison."""


class CrossGroupRate(Document):
    """FMR of the comparisons between two groups."""

    group_a: str
    group_b: str
    fmr: Rate


class DifferentialMeasures(Document):
    """One rate's spread over the groups whose evidence is enough (NIST IR 8280, IR 8429).

    A group without errors stands in all of them with its 95 % upper bound.
    """

    groups: tuple[str, ...]
    """Which groups entered, at least two."""
    at_upper_bound: tuple[str, ...]
    """Those among them that had no errors."""
    lowest: str
    highest: str
    minimum: float
    maximum: float
    max_to_min: float
    max_minus_min: float
    max_to_geometric_mean: float
    gini: float


def weakest_entered(measures: DifferentialMeasures, rates: Mapping[str, Rate | None]) -> Evidence:
    """Evidence of measures: the weakest of the rates that entered them, given by group."""
    entered = [rates[name] for name in measures.groups]
    strongest_first = list(Evidence)
    return max((rate.evidence for rate in entered if rate), key=strongest_first.index)


class GroupComparison(Document):
    """One group's rate divided by that of another group, or of all other groups together."""

    group: str
    against: str | None
    """None: the comparisons within each of the other groups, together."""
    ratio: float
    low: float
    high: float | None
    """Limits of the ratio's 95 % interval, not adjusted; None: no upper limit is known."""
    at_upper_bound: bool
    """One of the two rates had no errors and stands with its 95 % upper bound."""
    p_value: float
    p_adjusted: float
    """By Holm's rule, over all two groups or over all groups against the others."""
    errors_in_lower: int
    """Errors of the side with the lower rate."""
    detectable_ratio: float | None
    """Ratio that would have been found with power 0.8 before adjustment; None: no ratio would."""
    verdict: Verdict


class RateDifferential(Document):
    """Everything about the groups' differences in one rate at one threshold."""

    measures: DifferentialMeasures | None = None
    """None: fewer than two groups have enough evidence."""
    against_lowest: tuple[GroupComparison, ...] = ()
    against_rest: tuple[GroupComparison, ...] = ()
    """None where two groups entered: the rest of one is the other."""


class DifferentialThreshold(Document):
    """All groups at one threshold."""

    target_fmr: float | None
    """FMR that the threshold was set for over all comparisons; None: the supplier's own."""
    threshold: float
    fmr_is_counted: bool
    """False: the threshold lies below the non-mated scores that were kept one by one."""
    groups: tuple[GroupRates, ...]
    cross_groups: tuple[CrossGroupRate, ...] = ()
    """The matrix beside its diagonal, which is the groups' own FMR; none without comparisons."""
    fnmr_between_groups: Rate | None = None
    """Mated comparisons whose two samples are in different groups; in no group's FNMR."""
    fmr: RateDifferential
    fnmr: RateDifferential


class GroupCurve(Document):
    """One group's rate at each threshold of an axis; equal lengths."""

    group: str
    trials: int
    failures: int = 0
    errors: tuple[int, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    """95 % interval, rounded outwards to four significant digits."""
    evidence: tuple[Evidence, ...]


class RateCurves(Document):
    """One rate of every group along an axis of thresholds, and whether the groups differ."""

    groups: tuple[GroupCurve, ...]
    """Those with a trial."""
    verdict: tuple[Verdict, ...]
    """Of all groups: one of them differs, none was found to, or there is not enough evidence."""
    differing: tuple[tuple[str, ...], ...]
    """Groups that differ from the one with the lowest rate, or from all others together."""
    max_to_min: tuple[float | None, ...]
    """Highest rate divided by the lowest, a rate without errors standing at its upper bound;
    None: fewer than two groups have enough evidence."""
    lowest: tuple[str | None, ...]
    highest: tuple[str | None, ...]


class DifferentialCurve(Document):
    """Groups along an axis of thresholds, ascending."""

    threshold: tuple[float, ...]
    fmr: RateCurves
    fnmr: RateCurves


class SearchDifferentialCurve(Document):
    """Groups along an axis of thresholds, ascending; FNIR at rank 1."""

    threshold: tuple[float, ...]
    fpir: RateCurves
    fnir: RateCurves


class GroupDivision(Document):
    """One division of what a protocol compares into groups, by an attribute or by several."""

    protocol: str
    title: str
    attributes: tuple[str, ...]
    groups: tuple[GroupSize, ...]
    left_out: tuple[GroupSize, ...]
    """The largest of the groups that are not measured, of two people or more; none where an
    attribute has so many values that they may name images or people."""
    n_left_out: int
    """How many groups are not measured."""
    fewest_subjects: int
    """A group of fewer is not measured."""
    most_groups: int
    samples_unknown: int
    """Samples without a value of one of the attributes."""
    n_mated_outside: int
    n_non_mated_outside: int
    """Trials with a sample in none of the groups; mated ones with failures. Of non-mated
    comparisons those made, of non-mated searches all."""
    not_measured: NotMeasured | None = None


class DifferentialResult(GroupDivision):
    """Comparisons by group."""

    pairing: Pairing
    thresholds: tuple[DifferentialThreshold, ...] = ()
    curve: DifferentialCurve | None = None
    """None: attributes not of people, more groups than are followed, or made before 2026-12."""


class SearchGroupRates(Document):
    """One group's rates: the person searched for is in the group."""

    group: str
    fpir: Rate | None = None
    """None: no non-mated search, or no threshold."""
    fnir: Rate | None = None
    """None: no mated search."""


class SearchDifferentialThreshold(Document):
    """All groups at one threshold, or without one, with a list of so many candidates."""

    target_fpir: float | None
    """FPIR that the threshold was set for over all searches; None: the supplier's own, or none."""
    threshold: float | None
    """None: every candidate is returned (investigation)."""
    rank: int
    groups: tuple[SearchGroupRates, ...]
    fpir: RateDifferential
    fnir: RateDifferential


class SearchDifferentialResult(GroupDivision):
    """Searches, or passages, by the group of the person searched for.

    Sizes of groups count searches, or passages, as samples; those whose probe, or all of
    whose frames, yielded no template as failed.
    """

    gallery_size: int
    """The whole gallery: subjects to be enrolled, whatever their group."""
    thresholds: tuple[SearchDifferentialThreshold, ...] = ()
    curve: SearchDifferentialCurve | None = None
    """None as for comparisons, or where there is no search of either kind."""
