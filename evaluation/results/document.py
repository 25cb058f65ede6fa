"""The frozen result of an evaluation, and its way to a file and back."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Literal

from pydantic import ValidationError

from evaluation.errors import ResultError
from evaluation.results.base import Document, Rate
from evaluation.results.detection import DetectionResult
from evaluation.results.differentials import DifferentialResult, SearchDifferentialResult
from evaluation.results.identification import IdentificationResult
from evaluation.results.live import LiveResult
from evaluation.results.presentation_attack import PresentationAttackResult
from evaluation.results.quality import QualityResult
from evaluation.results.robustness import RobustnessResult
from evaluation.results.throughput import (
    SearchSpeed,
    ServerSpeed,
    SpeedConditions,
    ThroughputResult,
)
from evaluation.results.verification import VerificationResult

if TYPE_CHECKING:
    from pathlib import Path

SCHEMA_VERSION: Final = 2


class ModelIdentity(Document):
    """Which model was measured, to the bit."""

    name: str
    version: str
    sha256: str
    size_bytes: int
    card_sha256: str
    embedding_dim: int
    load_seconds: float
    peak_memory_bytes: int


class TestSetIdentity(Document):
    """Which test set it was measured on, to the bit."""

    name: str
    title: str
    revision: str
    sha256: str
    image_kind: str
    samples: int
    subjects: int


class EnrolmentFailures(Document):
    """Samples that yielded no template, by reason; never dropped silently."""

    rate: Rate
    by_reason: dict[str, int]


class Provenance(Document):
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
    """Of the file of the detector that found the faces of photographs."""
    detector_is: Literal["reference", "own"] | None = None
    """Whose it is: the operator's, or submitted with the model; None in results before 2026-12."""
    recogniser_sha256: str | None = None
    """Quality models: of the recognition model by whose errors they were judged."""
    sandbox_layers: tuple[str, ...]
    sandbox_layers_missing: tuple[str, ...]
    started_at: datetime
    finished_at: datetime
    stage_seconds: dict[str, float]


class EvaluationResult(Document):
    """Everything measured for one model on one test set."""

    schema_version: Literal[1, 2] = SCHEMA_VERSION
    model: ModelIdentity
    test_set: TestSetIdentity
    failure_to_enrol: EnrolmentFailures
    verification: tuple[VerificationResult, ...] = ()
    differentials: tuple[DifferentialResult, ...] = ()
    identification: tuple[IdentificationResult, ...] = ()
    live: tuple[LiveResult, ...] = ()
    search_differentials: tuple[SearchDifferentialResult, ...] = ()
    robustness: tuple[RobustnessResult, ...] = ()
    quality: tuple[QualityResult, ...] = ()
    presentation_attack: tuple[PresentationAttackResult, ...] = ()
    detection: tuple[DetectionResult, ...] = ()
    throughput: tuple[ThroughputResult, ...]
    server_speed: ServerSpeed | None = None
    search_speed: SearchSpeed | None = None
    speed_conditions: SpeedConditions | None = None
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
