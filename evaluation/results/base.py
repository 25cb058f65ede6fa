"""What every part of a result is made of: rates with their counts, interval and evidence.

Rates are proportions in [0, 1]. A comparison is a match when ``score >= threshold``. A
sample that yields no template makes all its mated comparisons non-matches and never
raises FMR.
"""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class Evidence(StrEnum):
    """Whether a figure may be printed (rules of 3 and 30)."""

    SUFFICIENT = "sufficient"
    INDICATIVE = "indicative"
    NOT_ENOUGH = "not_enough"


class IntervalMethod(StrEnum):
    """How a 95 % interval was made."""

    WILSON = "wilson"
    CLOPPER_PEARSON = "clopper_pearson"
    SUBJECT_BOOTSTRAP = "subject_bootstrap"
    IMAGE_BOOTSTRAP = "image_bootstrap"
    TWO_WAY_SUBJECT_BOOTSTRAP = "two_way_subject_bootstrap"
    RULE_OF_THREE = "rule_of_three"
    DISJOINT_PAIRS_WILSON = "disjoint_pairs_wilson"
    """Wilson on half as many trials as there are subjects: wide, but right at any dependence."""


class Document(BaseModel):
    """A frozen part of a result; unknown fields and non-finite numbers are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Rate(Document):
    """An error rate that can be recomputed: errors out of trials, with a 95 % interval."""

    errors: int
    trials: int
    failures: int = 0
    """Trials counted as errors because a sample yielded no template."""
    value: float
    low: float
    high: float
    method: IntervalMethod
    evidence: Evidence
