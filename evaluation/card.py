"""The model card: what a supplier says about a model so that it can be run rightly.

A pixel x in 0..255 becomes ``(x - mean) * scale`` per channel. Landmarks are
ordered image-left eye, image-right eye, nose, image-left and image-right mouth
corner, in pixels of the model's own input.
"""

from __future__ import annotations

import json
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from evaluation.errors import CardError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SCHEMA_VERSION: Final = 1

Point = tuple[float, float]
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


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class InputSpec(_Part):
    """The tensor a model takes."""

    height: Positive | None = None
    width: Positive | None = None
    channels: Literal[1, 3] = 3
    layout: Literal["NCHW", "NHWC"] = "NCHW"
    color: Literal["RGB", "BGR", "GRAY"] = "RGB"
    mean: tuple[float, ...] = (127.5, 127.5, 127.5)
    scale: tuple[float, ...] = (1 / 127.5, 1 / 127.5, 1 / 127.5)
    template: tuple[Point, Point, Point, Point, Point] | None = None
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
    scale: float = Field(gt=0)


class ModelCard(BaseModel):
    """What a supplier declares about one model version; immutable."""

    model_config = ConfigDict(frozen=True, extra="allow", allow_inf_nan=False)

    schema_version: Literal[1] = SCHEMA_VERSION
    name: str = Field(min_length=1, max_length=120)
    version: str = Field(default="1", min_length=1, max_length=60)
    task: Task
    description: str = ""
    licence: str = ""
    input: InputSpec
    output: OutputSpec = OutputSpec()
    similarity: Similarity = Similarity.COSINE
    mirror: bool = False
    recommended_threshold: float | None = None
    training_data: tuple[str, ...] | None = None
    crop: CropSpec | None = None
    decoder: Literal["yunet", "boxes01"] | None = None
    output_names: tuple[str, ...] = ()
    score: float | None = Field(default=None, ge=0, le=1)
    nms: float | None = Field(default=None, gt=0, le=1)

    @model_validator(mode="after")
    def _task_is_described(self) -> Self:
        if self.task is not Task.DETECTION and (
            self.input.height is None or self.input.width is None
        ):
            raise ValueError("input.height and input.width are needed")
        if self.task is Task.EMBEDDING and self.output.dim is None:
            raise ValueError("output.dim, the length of the embedding, is needed")
        if self.task is Task.DETECTION and self.decoder is None:
            raise ValueError("decoder is needed for a detection model")
        return self

    @property
    def unused(self) -> tuple[str, ...]:
        """Top-level fields that Assay does not use, perhaps misspelt."""
        return tuple(sorted(self.model_extra or {}))


def parse_card(document: Mapping[str, Any]) -> ModelCard:
    """Validate a card that was already read from JSON.

    Raises
    ------
    CardError
        A field is missing, of the wrong type or contradicts another.
    """
    try:
        return ModelCard.model_validate_json(json.dumps(document))
    except ValidationError as error:
        raise CardError([_problem(item) for item in error.errors()]) from error


def load_card(path: Path) -> ModelCard:
    """Read and validate a card file.

    Raises
    ------
    CardError
        The file is missing, no JSON object, or not a valid card.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CardError([f"{path.name} is not a readable JSON file"]) from error
    if not isinstance(document, dict):
        raise CardError([f"{path.name} does not hold a JSON object"])
    return parse_card(document)


def json_schema() -> dict[str, Any]:
    """JSON Schema of the card, as published in docs/."""
    return ModelCard.model_json_schema()


def _problem(item: Any) -> str:
    place = ".".join(str(part) for part in item["loc"])
    message = str(item["msg"]).removeprefix("Value error, ")
    return f"{place}: {message}" if place else message
