"""From images to templates, with readers that work ahead of the model."""

from evaluation.extraction.crops import require_landmarks
from evaluation.extraction.extract import BATCH_SIZES, extract_templates
from evaluation.extraction.templates import (
    ChildFacts,
    FailureReason,
    Templates,
    concatenate,
    load_templates,
)

__all__ = [
    "BATCH_SIZES",
    "ChildFacts",
    "FailureReason",
    "Templates",
    "concatenate",
    "extract_templates",
    "load_templates",
    "require_landmarks",
]
