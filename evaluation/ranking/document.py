"""The frozen outcome of comparing several models on the same trials.

Trials are comparisons of two (FNMR and FMR) or searches of a gallery, passages among them
(FNIR and FPIR). Differences are in rates, the first model's less the second's; a lower
false negative rate ranks higher.
"""

from __future__ import annotations

from typing import Final, Literal

from evaluation.metrics.trial_evidence import OperatingMode
from evaluation.results import Document, Rate

SCHEMA_VERSION: Final = 2


class ComparedModel(Document):
    """One model at the operating point, with its rank."""

    name: str
    version: str
    sha256: str
    threshold: float | None
    """None: investigation, without a threshold."""
    false_negative: Rate
    false_positive: Rate | None
    """What the threshold gives on the same trials: it differs between models."""
    rank: int
    """By the observed false negative rate; models with the same have the same rank."""
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


class RateDifference(Document):
    """How far apart two models' rates lie."""

    value: float
    low: float | None = None
    high: float | None = None
    """95 % interval; None where single errors are not known."""


class PairedDifference(Document):
    """Two models on the same trials; ``a`` and ``b`` are places in the list of models."""

    a: int
    b: int
    false_negative: RateDifference
    p: float
    """Of no difference in the false negative rate."""
    p_adjusted: float
    """Holm-adjusted over all pairs of models."""
    probability_a_above_b: float
    """Share of the replicates in which a's rate is the lower; equal ones count half."""
    false_positive: RateDifference | None
    """At the thresholds that they are compared at; None without a rate of either."""
    mcnemar_mated: McNemarTest | None = None
    """Only for listed trials, and searches."""
    mcnemar_non_mated: McNemarTest | None = None


class TieGroup(Document):
    """Models that cannot be separated from their leader at 95 %."""

    number: int
    leader: int
    members: tuple[int, ...]
    """Places in the list of models, the leader first."""
    p_adjusted: dict[int, float]
    """Each model compared with the leader in this step, Holm-adjusted within the step."""


class Searched(Document):
    """What was searched, and how long a list of candidates counts."""

    gallery_size: int
    """Subjects to be enrolled."""
    rank: int


class Ranking(Document):
    """Models at one operating point of one protocol, best first."""

    protocol: str
    title: str
    searched: Searched | None
    """None: comparisons of two."""
    mode: OperatingMode
    target: float | None
    """FMR, or FPIR of searches; None: not by a target."""
    seed: int
    replicates: int
    n_mated: int
    n_mated_subjects: int
    models: tuple[ComparedModel, ...]
    differences: tuple[PairedDifference, ...]
    groups: tuple[TieGroup, ...]

    @property
    def false_negative_name(self) -> str:
        """Name of the rate that models are ranked by."""
        return "FNMR" if self.searched is None else "FNIR"

    @property
    def false_positive_name(self) -> str:
        """Name of the rate that thresholds are fixed by."""
        return "FMR" if self.searched is None else "FPIR"


class ModelComparison(Document):
    """Several models on one test set: a ranking for each protocol that was compared."""

    schema_version: Literal[2] = SCHEMA_VERSION
    test_set_name: str
    test_set_title: str
    test_set_sha256: str
    rankings: tuple[Ranking, ...]
