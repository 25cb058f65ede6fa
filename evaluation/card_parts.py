"""The parts of a model card: input, output, crop and priors, and the words that they use."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

MEAN_PIXEL = 127.5

Coordinate = Annotated[float, Field(ge=-100_000, le=100_000)]
Point = tuple[Coordinate, Coordinate]
PixelFactor = Annotated[float, Field(ge=-1_000_000, le=1_000_000)]
Positive = Annotated[int, Field(gt=0, le=4096)]


class Task(StrEnum):
    """What a model does."""

    EMBEDDING = "embedding"
    DETECTION = "detection"
    PAD = "pad"
    QUALITY = "quality"


class Similarity(StrEnum):
    """How two embeddings are compared; both read as "higher is more alike"."""

    COSINE = "cosine"
    NEGATIVE_EUCLIDEAN = "negative_euclidean"


class Decoder(StrEnum):
    """How a detector's outputs are read; see ``evaluation.imaging.decoders``."""

    YUNET = "yunet"
    BOXES01 = "boxes01"
    BOXES = "boxes"
    SCRFD = "scrfd"
    RETINAFACE = "retinaface"
    YOLO_FACE = "yolo_face"


class Fit(StrEnum):
    """How a photograph comes into a detector's input of fixed size."""

    SQUEEZE = "squeeze"
    """Without regard to its proportions."""
    LETTERBOX = "letterbox"
    """In the upper left corner, as large as it goes; the rest is black."""
    LETTERBOX_CENTRE = "letterbox_centre"
    """In the middle, as large as it goes; the rest is grey 114."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class InputSpec(_Part):
    """The tensor a model takes."""

    height: Positive | None = None
    width: Positive | None = None
    channels: Literal[1, 3] = 3
    layout: Literal["NCHW", "NHWC"] = "NCHW"
    color: Literal["RGB", "BGR", "GRAY"] = "RGB"
    mean: tuple[PixelFactor, ...] = Field(
        default_factory=lambda data: (MEAN_PIXEL,) * data.get("channels", 3)
    )
    scale: tuple[PixelFactor, ...] = Field(
        default_factory=lambda data: (1 / MEAN_PIXEL,) * data.get("channels", 3)
    )
    template: tuple[Point, Point, Point, Point, Point] | None = None
    fit: Fit = Fit.SQUEEZE
    """Detection models of fixed size: how a photograph comes into the input."""
    name: str | None = None

    @model_validator(mode="after")
    def _channels_agree(self) -> Self:
        if (self.channels == 1) != (self.color == "GRAY"):
            raise ValueError("color is GRAY exactly where channels is 1")
        for field in ("mean", "scale"):
            given = len(getattr(self, field))
            if given != self.channels:
                raise ValueError(f"{field} has {given} values for {self.channels} channels")
        if 0.0 in self.scale:
            raise ValueError("scale must not be 0")
        if self.template is not None and len(set(self.template)) == 1:
            raise ValueError("template has all five points in one place")
        return self


class OutputSpec(_Part):
    """The tensor a model gives."""

    name: str | None = None
    dim: Positive | None = None
    live_index: int | None = Field(default=None, ge=0)
    activation: Literal["softmax", "sigmoid", "none"] | None = None
    index: int | None = Field(default=None, ge=0)
    higher_is: Literal["better", "worse"] | None = None


class CropSpec(_Part):
    """How a presentation-attack model wants the face cut out."""

    kind: Literal["shift", "pad"]
    scale: float = Field(gt=0, le=10)


class PriorSpec(_Part):
    """The prior boxes of a ``retinaface`` detector."""

    strides: tuple[Positive, ...] = Field(default=(8, 16, 32), min_length=1, max_length=8)
    min_sizes: tuple[tuple[Positive, ...], ...] = ((16, 32), (64, 128), (256, 512))
    """Sides of the prior boxes in px, for each stride."""
    variances: tuple[PixelFactor, PixelFactor] = (0.1, 0.2)

    @model_validator(mode="after")
    def _lengths_agree(self) -> Self:
        if len(self.min_sizes) != len(self.strides):
            raise ValueError("priors.min_sizes has one entry for each stride")
        if not all(1 <= len(sizes) <= 8 for sizes in self.min_sizes):
            raise ValueError("priors.min_sizes has one to eight sizes for each stride")
        return self
