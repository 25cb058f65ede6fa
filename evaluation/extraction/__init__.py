"""From images to what a model gives for them, by workers that share nothing."""

from evaluation.extraction.crops import CropReader, Variation, require_landmarks
from evaluation.extraction.detections import (
    Detections,
    extract_detections,
    join_detections,
    load_detections,
)
from evaluation.extraction.extract import BATCH_SIZES, batches_of, extract_templates
from evaluation.extraction.faces import FaceReader, require_faces
from evaluation.extraction.facts import ChildFacts, joined_child
from evaluation.extraction.outputs import extract_outputs
from evaluation.extraction.templates import FailureReason, Templates, concatenate, load_templates
from evaluation.extraction.workers import map_batches

__all__ = [
    "BATCH_SIZES",
    "ChildFacts",
    "CropReader",
    "Detections",
    "FaceReader",
    "FailureReason",
    "Templates",
    "Variation",
    "batches_of",
    "concatenate",
    "extract_detections",
    "extract_outputs",
    "extract_templates",
    "join_detections",
    "joined_child",
    "load_detections",
    "load_templates",
    "map_batches",
    "require_faces",
    "require_landmarks",
]
