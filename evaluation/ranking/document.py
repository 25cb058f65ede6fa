"""The frozen outcome of comparing several models on the same trials.

Differences are in rates, the first model's less the second's; a lower FNMR ranks higher.
"""

from __future__ import annotations

from typing import Final, Literal

from evaluation.results import Document, Rate

SCHEMA_VERSION: Final = 1


class ComparedModel(Document):
    """One model at the operating point, with its rank."""

    name: str
    version: str
    sha256: str
    threshold: float
    fnmr: Rate
    fmr: Rate
    """What the threshold gives on the same trials: it differs between models."""
    rank: int
    """By the observed FNMR; models with the same FNMR have the same rank."""
    rank_low: int
    rank_high: int
    """Middle 95 % of the ranks in the bootstrap's replicates."""
    group: int
    """Number of its tie group, from 1."""


class McNemarTest(Document):
    """Trials that one of two models alone decided wrongly, and what they say."""

    only_a: int
    only_b: int
    p: float
    mid_p: float
    method: Literal["exact_binomial", "chi_square"]


class FmrDifference(Document):
    """How far apart two models' FMR lie at the thresholds that they are compared at."""

    value: float
    low: float | None = None
    high: float | None = None
    """95 % interval; None where single false matches are not known."""


class PairedDifference(Document):
    """Two models on the same trials; ``a`` and ``b`` are places in the list of models."""

    a: int
    b: int
    fnmr_difference: float
    fnmr_low: float
    fnmr_high: float
    """95 % interval of the difference."""
    p: float
    p_adjusted: float
    """Holm-adjusted over all pairs of models."""
    probability_a_above_b: float
    """Share of the replicates in which a's FNMR is the lower; equal ones count half."""
    fmr: FmrDifference
    mcnemar_mated: McNemarTest | None = None
    """Only for listed trials."""
    mcnemar_non_mated: McNemarTest | None = None


class TieGroup(Document):
    """Models that cannot be separated from their leader at 95 %."""

    number: int
    leader: int
    members: tuple[int, ...]
    """Places in the list of models, the leader first."""
    p_adjusted: dict[int, float]
    """Each model compared with the leader in this step, Holm-adjusted within the step."""


class Ranking(Document):
    """Models at one operating point of one protocol, best first."""

    protocol: str
    title: str
    target_fmr: float | None
    """None: each supplier's recommended threshold."""
    seed: int
    replicates: int
    n_mated: int
    n_mated_subjects: int
    models: tuple[ComparedModel, ...]
    differences: tuple[PairedDifference, ...]
    groups: tuple[TieGroup, ...]


class ModelComparison(Document):
    """Several models on one test set: a ranking for each protocol that was compared."""

    schema_version: Literal[1] = SCHEMA_VERSION
    test_set_name: str
    test_set_title: str
    test_set_sha256: str
    rankings: tuple[Ranking, ...]
