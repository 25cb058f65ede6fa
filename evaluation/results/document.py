"""The frozen result of an evaluation: every rate with its counts and interval.

Rates are proportions in [0, 1]. A comparison is a match when
``score >= threshold``. A sample that yields no template makes all its mated
comparisons non-matches and never raises FMR.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from evaluation.errors import ResultError

if TYPE_CHECKING:
    from pathlib import Path

SCHEMA_VERSION: Final = 1


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
    TWO_WAY_SUBJECT_BOOTSTRAP = "two_way_subject_bootstrap"
    RULE_OF_THREE = "rule_of_three"
    DISJOINT_PAIRS_WILSON = "disjoint_pairs_wilson"
    """Wilson on half as many trials as there are subjects: wide, but right at any dependence."""


class _Document(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Rate(_Document):
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


class OperatingPoint(_Document):
    """FNMR at the lowest threshold whose observed FMR does not exceed the target."""

    target_fmr: float
    evidence: Evidence
    threshold: float | None = None
    """None where the target lies below the smallest printable FMR."""
    fmr: Rate | None = None
    fnmr: Rate | None = None


class RecommendedThreshold(_Document):
    """What the supplier's own threshold really gives."""

    threshold: float
    fmr: Rate
    fnmr: Rate


class FoldAccuracy(_Document):
    """LFW-style accuracy: threshold chosen on nine folds, applied to the tenth."""

    accuracy: float
    standard_error: float
    standard_deviation: float
    """Population standard deviation over the folds."""
    per_fold: tuple[float, ...]
    thresholds: tuple[float, ...]
    trials: int


class Curve(_Document):
    """FMR and FNMR against threshold, ascending in threshold; equal lengths."""

    threshold: tuple[float, ...]
    fmr: tuple[float, ...]
    fnmr: tuple[float, ...]
    fnmr_low: tuple[float, ...]
    fnmr_high: tuple[float, ...]


class ScoreHistogram(_Document):
    """Counts of mated and non-mated scores in equal bins."""

    edges: tuple[float, ...]
    mated: tuple[int, ...]
    non_mated: tuple[int, ...]


class VerificationResult(_Document):
    """One-to-one error rates on one protocol of a test set."""

    protocol: str
    title: str
    kind: Literal["pairs", "all_pairs"]
    n_mated: int
    n_non_mated: int
    n_mated_failed: int
    n_non_mated_failed: int
    n_subjects: int
    smallest_printable_fmr: float
    operating_points: tuple[OperatingPoint, ...]
    recommended: RecommendedThreshold | None = None
    eer: float
    eer_threshold: float
    auc: float
    folds: FoldAccuracy | None = None
    curve: Curve
    scores: ScoreHistogram


class ThroughputResult(_Document):
    """Speed of the model alone, inside the sandbox, on stated hardware."""

    scenario: Literal["offline", "single_stream"]
    samples: int
    batch_size: int
    threads: int
    seconds: float
    samples_per_second: float
    latency_p50_ms: float | None = None
    latency_p90_ms: float | None = None
    latency_p99_ms: float | None = None


class ModelIdentity(_Document):
    """Which model was measured, to the bit."""

    name: str
    version: str
    sha256: str
    size_bytes: int
    card_sha256: str
    embedding_dim: int
    load_seconds: float
    peak_memory_bytes: int


class TestSetIdentity(_Document):
    """Which test set it was measured on, to the bit."""

    name: str
    title: str
    revision: str
    sha256: str
    image_kind: str
    samples: int
    subjects: int


class EnrolmentFailures(_Document):
    """Samples that yielded no template, by reason; never dropped silently."""

    rate: Rate
    by_reason: dict[str, int]


class Provenance(_Document):
    """What is needed to repeat the measurement."""

    assay_version: str
    onnxruntime_version: str
    opencv_version: str
    numpy_version: str
    python_version: str
    platform: str
    cpu_model: str
    cpu_count: int
    threads: int
    batch_size: int | None = None
    crop_quality: int | None = None
    """JPEG quality that crops cut from photographs passed through; None: no such step."""
    seed: int
    bootstrap_replicates: int
    detector_sha256: str | None
    sandbox_layers: tuple[str, ...]
    sandbox_layers_missing: tuple[str, ...]
    started_at: datetime
    finished_at: datetime
    stage_seconds: dict[str, float]


class EvaluationResult(_Document):
    """Everything measured for one model on one test set."""

    schema_version: Literal[1] = SCHEMA_VERSION
    model: ModelIdentity
    test_set: TestSetIdentity
    failure_to_enrol: EnrolmentFailures
    verification: tuple[VerificationResult, ...]
    throughput: tuple[ThroughputResult, ...]
    provenance: Provenance


def to_json(result: EvaluationResult) -> str:
    """Return the result as indented JSON text that ends with a newline."""
    return result.model_dump_json(indent=1) + "\n"


def load_result(path: Path) -> EvaluationResult:
    """Read a result file back.

    Raises
    ------
    ResultError
        The file is missing, damaged, or of another schema version.
    """
    try:
        return EvaluationResult.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise ResultError(f"{path.name} is not a result of this version of Assay") from error


def json_schema() -> dict[str, Any]:
    """JSON Schema of a result, as published in docs/."""
    return EvaluationResult.model_json_schema()
