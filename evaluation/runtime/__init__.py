"""Models as the harness uses them: a card, a sandboxed child, and batches of any size."""

from evaluation.runtime.detection import DetectionModel
from evaluation.runtime.embedding import EmbeddingModel
from evaluation.runtime.scores import ScoreModel

__all__ = ["DetectionModel", "EmbeddingModel", "ScoreModel"]
