"""From images to templates, by workers that share nothing."""

from evaluation.extraction.crops import CropReader, Variation, require_landmarks
from evaluation.extraction.extract import BATCH_SIZES, batches_of, extract_templates
from evaluation.extraction.templates import (
    ChildFacts,
    FailureReason,
    Templates,
    concatenate,
    joined_child,
    load_templates,
)
from evaluation.extraction.workers import map_batches

__all__ = [
    "BATCH_SIZES",
    "ChildFacts",
    "CropReader",
    "FailureReason",
    "Templates",
    "Variation",
    "batches_of",
    "concatenate",
    "extract_templates",
    "joined_child",
    "load_templates",
    "map_batches",
    "require_landmarks",
]
