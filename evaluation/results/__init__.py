"""The frozen result of an evaluation: one module for each kind of figure.

Every rate carries its counts and interval, so that it can be recomputed.
"""

from evaluation.results.base import Document, Evidence, IntervalMethod, Rate
from evaluation.results.differentials import (
    CrossGroupRate,
    DifferentialMeasures,
    DifferentialResult,
    DifferentialThreshold,
    GroupComparison,
    GroupRates,
    GroupSize,
    NotMeasured,
    Pairing,
    RateDifferential,
    Verdict,
)
from evaluation.results.document import (
    SCHEMA_VERSION,
    EnrolmentFailures,
    EvaluationResult,
    ModelIdentity,
    Provenance,
    TestSetIdentity,
    json_schema,
    load_result,
    to_json,
)
from evaluation.results.figures import Figure, figures_of
from evaluation.results.identification import (
    CumulativeMatch,
    ExtrapolatedPoint,
    Extrapolation,
    GalleryResult,
    IdentificationPoint,
    IdentificationResult,
    RankedRate,
    RecommendedSearchThreshold,
    SearchCurve,
)
from evaluation.results.presentation_attack import (
    AttackPoint,
    DetectionErrorTradeoff,
    LivenessHistogram,
    PresentationAttackResult,
    SpeciesErrors,
)
from evaluation.results.robustness import (
    ConditionResult,
    ConditionStep,
    RobustnessPoint,
    RobustnessResult,
)
from evaluation.results.throughput import ThroughputResult
from evaluation.results.verification import (
    Curve,
    FoldAccuracy,
    OperatingPoint,
    RecommendedThreshold,
    ScoreHistogram,
    VerificationResult,
)

__all__ = [
    "SCHEMA_VERSION",
    "AttackPoint",
    "ConditionResult",
    "ConditionStep",
    "CrossGroupRate",
    "CumulativeMatch",
    "Curve",
    "DetectionErrorTradeoff",
    "DifferentialMeasures",
    "DifferentialResult",
    "DifferentialThreshold",
    "Document",
    "EnrolmentFailures",
    "EvaluationResult",
    "Evidence",
    "ExtrapolatedPoint",
    "Extrapolation",
    "Figure",
    "FoldAccuracy",
    "GalleryResult",
    "GroupComparison",
    "GroupRates",
    "GroupSize",
    "IdentificationPoint",
    "IdentificationResult",
    "IntervalMethod",
    "LivenessHistogram",
    "ModelIdentity",
    "NotMeasured",
    "OperatingPoint",
    "Pairing",
    "PresentationAttackResult",
    "Provenance",
    "RankedRate",
    "Rate",
    "RateDifferential",
    "RecommendedSearchThreshold",
    "RecommendedThreshold",
    "RobustnessPoint",
    "RobustnessResult",
    "ScoreHistogram",
    "SearchCurve",
    "SpeciesErrors",
    "TestSetIdentity",
    "ThroughputResult",
    "Verdict",
    "VerificationResult",
    "figures_of",
    "json_schema",
    "load_result",
    "to_json",
]
