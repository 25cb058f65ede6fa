"""Everything that can go wrong in the harness, as one tree.

EvaluationError
├── CardError                 a model card says something impossible
├── TestSetError              a test set is not what it claims; names the file and line
├── ImageError                bytes that are no readable image
├── ModelFailureError         the model's fault: carries a Refusal from the catalogue
├── SandboxUnavailableError   our fault: this system lacks a layer, or no child could be started
├── DetectorFailureError      the reference detector failed: not the fault of the model measured
├── RecogniserFailureError    the reference recognition model failed, by which quality is judged
├── StoppedError              somebody asked for the work to stop
├── ResultError               a stored step or result cannot be read back
└── MetricError
    ├── EmptyTrialsError      zero errors in zero trials is not an error rate of zero
    └── NonFiniteScoreError   a score is NaN or infinite
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evaluation.catalogue import Refusal


class EvaluationError(Exception):
    """Root of the harness's errors; the message is fit for an operator."""


class CardError(EvaluationError):
    """A model card is unreadable or contradicts itself."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("The model card cannot be used: " + "; ".join(self.problems))


class TestSetError(EvaluationError):
    """A test set or its source is wrong at a place that can be named."""

    def __init__(self, message: str, *, path: Path | None = None, line: int | None = None) -> None:
        self.message = message
        self.path = path
        self.line = line
        where = "" if path is None else f"{path}: " if line is None else f"{path}, line {line}: "
        super().__init__(where + message)


class ImageError(EvaluationError):
    """Bytes that cannot be decoded as an image, or an image of an impossible size."""


class ModelFailureError(EvaluationError):
    """The model cannot be measured and its supplier has to act."""

    def __init__(self, refusal: Refusal, *, detail: str = "") -> None:
        self.refusal = refusal
        self.detail = detail
        super().__init__(f"{refusal.code}: {refusal.sentence}" + (f" ({detail})" if detail else ""))


class SandboxUnavailableError(EvaluationError):
    """The sandbox cannot be built on this system, so nothing was run."""


class DetectorFailureError(EvaluationError):
    """The reference detector cannot be used; the model measured has no part in it."""


class RecogniserFailureError(EvaluationError):
    """The reference recognition model cannot be used; the quality model has no part in it."""


class StoppedError(EvaluationError):
    """The work was asked to stop before its end."""


class ResultError(EvaluationError):
    """A stored step or result is missing, damaged or of another version."""


class MetricError(EvaluationError):
    """A figure is not defined for these trials."""


class EmptyTrialsError(MetricError):
    """There are no trials to count."""


class NonFiniteScoreError(MetricError):
    """A comparison score is NaN or infinite."""
