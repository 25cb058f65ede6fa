"""The model card: what a supplier says about a model so that it can be run rightly.

A pixel x in 0..255 becomes ``(x - mean) * scale`` per channel. Landmarks are
ordered image-left eye, image-right eye, nose, image-left and image-right mouth
corner, in pixels of the model's own input.
"""

from __future__ import annotations

import json
import re
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from evaluation.errors import CardError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SCHEMA_VERSION: Final = 1
MAX_CARD_BYTES = 1 << 20
MEAN_PIXEL = 127.5

# As JSON writes it: databases and C libraries cut text there, or refuse it.
_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")

Coordinate = Annotated[float, Field(ge=-100_000, le=100_000)]
Point = tuple[Coordinate, Coordinate]
PixelFactor = Annotated[float, Field(ge=-1_000_000, le=1_000_000)]
Positive = Annotated[int, Field(gt=0, le=4096)]
Text = Annotated[str, Field(max_length=10_000)]


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
    mean: tuple[PixelFactor, ...] = Field(
        default_factory=lambda data: (MEAN_PIXEL,) * data.get("channels", 3)
    )
    scale: tuple[PixelFactor, ...] = Field(
        default_factory=lambda data: (1 / MEAN_PIXEL,) * data.get("channels", 3)
    )
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
    scale: float = Field(gt=0)


class ModelCard(BaseModel):
    """What a supplier declares about one model version; immutable."""

    model_config = ConfigDict(frozen=True, extra="allow", allow_inf_nan=False)

    schema_version: Literal[1] = SCHEMA_VERSION
    name: str = Field(min_length=1, max_length=120)
    version: str = Field(default="1", min_length=1, max_length=60)
    task: Task
    description: Text = ""
    licence: Text = ""
    input: InputSpec
    output: OutputSpec = OutputSpec()
    similarity: Similarity = Similarity.COSINE
    mirror: bool = False
    recommended_threshold: float | None = None
    training_data: tuple[Text, ...] | None = None
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

    @model_validator(mode="after")
    def _names_are_printable(self) -> Self:
        for field in ("name", "version"):
            if not getattr(self, field).isprintable():
                raise ValueError(f"{field} holds a control character")
        return self

    @model_validator(mode="after")
    def _threshold_can_be_reached(self) -> Self:
        threshold = self.recommended_threshold
        if threshold is None or self.task is not Task.EMBEDDING:
            return self
        if self.similarity is Similarity.COSINE and not -1 <= threshold <= 1:
            raise ValueError("recommended_threshold of a cosine lies from -1 to 1")
        if self.similarity is Similarity.NEGATIVE_EUCLIDEAN and threshold > 0:
            raise ValueError("recommended_threshold is minus the distance, so at most 0")
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
        text = json.dumps(document)
        card = ModelCard.model_validate_json(text, strict=True)
        json.dumps(card.model_extra, allow_nan=False)
    except ValidationError as error:
        raise CardError(_problems(error)) from error
    except RecursionError as error:
        raise CardError(["it is nested too deep"]) from error
    except ValueError as error:
        raise CardError(["a number in it is not finite"]) from error
    if _NUL.search(text):
        raise CardError(["it holds a NUL character"])
    return card


def read_card(content: bytes) -> ModelCard:
    """Validate a card as a supplier sent it.

    Raises
    ------
    CardError
        The bytes are more than 1 MiB, no JSON object, or not a valid card.
    """
    if len(content) > MAX_CARD_BYTES:
        raise CardError([f"it is larger than {MAX_CARD_BYTES:,} bytes"])
    try:
        document = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise CardError(["it is not readable JSON"]) from error
    if not isinstance(document, dict):
        raise CardError(["it does not hold a JSON object"])
    return parse_card(document)


def load_card(path: Path) -> ModelCard:
    """Read and validate a card file.

    Raises
    ------
    CardError
        The file is missing, or as ``read_card``.
    """
    try:
        with path.open("rb") as stream:
            content = stream.read(MAX_CARD_BYTES + 1)
    except OSError as error:
        raise CardError([f"{path} cannot be read"]) from error
    return read_card(content)


def json_schema() -> dict[str, Any]:
    """JSON Schema of the card, as published in docs/."""
    return ModelCard.model_json_schema()


def _problems(error: ValidationError) -> list[str]:
    # A default that waits for a wrong field is no fault of its own.
    faults = [item for item in error.errors() if item["type"] != "default_factory_not_called"]
    return [_problem(item) for item in faults]


def _problem(item: Any) -> str:
    place = ".".join(str(part) for part in item["loc"])
    message = str(item["msg"]).removeprefix("Value error, ")
    return f"{place}: {message}" if place else message
