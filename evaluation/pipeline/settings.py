"""What one evaluation is run with, and what a finished step hands back."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from evaluation.extraction.crops import STORED_CROP_QUALITY
from evaluation.extraction.extract import BATCH_SIZES
from evaluation.sandbox import LayerPolicy, Limits

if TYPE_CHECKING:
    from pathlib import Path

    from evaluation.card import ModelCard

DEFAULT_SEED = 20261122


@dataclass(frozen=True, slots=True)
class RunSettings:
    """Settings of a run; with the model, its card and the test set they fix the result.

    Attributes
    ----------
    seed : int
        Of the bootstrap.
    threads : int
        Workers, each a thread with children of its own in which a model has one thread;
        fewer where memory is short. No influence on the result.
    batch_size : int
        Of recognition models: one of 1, 2, 4, 8, 16, 32.
    score_batch_size : int
        Of presentation-attack and quality models, likewise. 1, because a model whose
        quantisation looks at the whole batch judges a face by its neighbours otherwise.
    replicates : int
        Of the bootstrap.
    throughput_seconds : float
        Least duration of each speed scenario; 0 leaves speed out.
    latency_bound_ms : float
        Of the server scenario: within which 99 of 100 queries are to be answered.
    limits : Limits
        Of each child; a model has one thread whatever they say.
    policy : LayerPolicy
        What to do where a layer of the sandbox is missing.
    detector : tuple of bytes and ModelCard, or None
        Reference detector for photographs.
    own_detector : bytes or None
        ONNX file of the detector that was submitted with the model; its card is part of the
        model's. It is then used for photographs instead of the reference detector.
    recogniser : tuple of bytes and ModelCard, or None
        Reference recognition model, by whose errors quality models are judged.
    crop_quality : int or None
        JPEG quality through which a photograph's crop passes, where it has the format of
        aligned test sets, so that both give the same; None leaves the step out.
    """

    seed: int = DEFAULT_SEED
    threads: int = 2
    batch_size: int = 16
    score_batch_size: int = 1
    replicates: int = 1000
    throughput_seconds: float = 2.0
    latency_bound_ms: float = 100.0
    limits: Limits = field(default_factory=Limits)
    policy: LayerPolicy = LayerPolicy.REQUIRE_ALL
    detector: tuple[bytes, ModelCard] | None = None
    own_detector: bytes | None = None
    recogniser: tuple[bytes, ModelCard] | None = None
    crop_quality: int | None = STORED_CROP_QUALITY

    def __post_init__(self) -> None:
        for name in ("batch_size", "score_batch_size"):
            if (size := getattr(self, name)) not in BATCH_SIZES:
                raise ValueError(f"{name} must be one of {BATCH_SIZES}, got {size}")
        if self.threads < 1:
            raise ValueError("threads must be at least 1")

    @property
    def child_limits(self) -> Limits:
        """Limits of a child whose output depends on no number of threads."""
        return replace(self.limits, threads=1)


@dataclass(frozen=True, slots=True)
class StepOutput:
    """A finished step: its file lies whole under its name before this exists.

    Attributes
    ----------
    path : Path
    sha256 : str
        Of the file's content.
    seconds : float
        Wall time of the step.
    """

    path: Path
    sha256: str
    seconds: float
