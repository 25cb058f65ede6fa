"""The model card: what a supplier says about a model so that it can be run rightly.

A pixel x in 0..255 becomes ``(x - mean) * scale`` per channel. Landmarks are
ordered image-left eye, image-right eye, nose, image-left and image-right mouth
corner, in pixels of the model's own input.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from evaluation.card_parts import (
    CropSpec,
    Decoder,
    Fit,
    InputSpec,
    OutputSpec,
    PriorSpec,
    Similarity,
    Task,
)
from evaluation.errors import CardError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = [
    "CropSpec",
    "Decoder",
    "Fit",
    "InputSpec",
    "ModelCard",
    "OutputSpec",
    "PriorSpec",
    "Similarity",
    "Task",
    "json_schema",
    "load_card",
    "parse_card",
    "read_card",
]

SCHEMA_VERSION: Final = 1
MAX_CARD_BYTES = 1 << 20

# As JSON writes it: databases and C libraries cut text there, or refuse it.
_OUTPUTS: dict[str, tuple[int, ...]] = {
    "boxes01": (2,),
    "boxes": (2, 3),
    "retinaface": (2, 3),
    "scrfd": (6, 9, 10, 15),
    "yolo_face": (1,),
}
"""Numbers of outputs that a decoder takes, where the card names them."""

_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")

Text = Annotated[str, Field(max_length=10_000)]


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
    decoder: Decoder | None = None
    priors: PriorSpec | None = None
    output_names: tuple[str, ...] = Field(default=(), max_length=64)
    score: float | None = Field(default=None, ge=0, le=1)
    nms: float | None = Field(default=None, gt=0, le=1)
    detector: ModelCard | None = None
    """Embedding models: the card of the face detector that is submitted along."""

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
        of_classes = self.task is Task.PAD and self.output.activation == "softmax"
        if of_classes and self.output.live_index is None:
            raise ValueError("output.live_index, the place of the live class, is needed")
        return self

    @model_validator(mode="after")
    def _outputs_fit_the_decoder(self) -> Self:
        allowed = _OUTPUTS.get(self.decoder) if self.decoder else None
        n = len(self.output_names)
        if n and allowed and n not in allowed:
            numbers = " or ".join(map(str, allowed))
            raise ValueError(f"output_names has {n} names; decoder {self.decoder} takes {numbers}")
        return self

    @model_validator(mode="after")
    def _own_detector_is_one(self) -> Self:
        if self.detector is None:
            return self
        if self.task is not Task.EMBEDDING:
            raise ValueError("detector goes with embedding models only")
        if self.detector.task is not Task.DETECTION:
            raise ValueError("detector.task is not detection")
        if self.detector.decoder is not None and not self.detector.gives_landmarks:
            raise ValueError("detector gives boxes only, and a face is aligned on five landmarks")
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
        if threshold is None:
            return self
        if self.task is Task.PAD and self.output.activation in {"softmax", "sigmoid"}:
            if not 0 <= threshold <= 1:
                raise ValueError("recommended_threshold of a probability lies from 0 to 1")
            return self
        if self.task is not Task.EMBEDDING:
            return self
        if self.similarity is Similarity.COSINE and not -1 <= threshold <= 1:
            raise ValueError("recommended_threshold of a cosine lies from -1 to 1")
        if self.similarity is Similarity.NEGATIVE_EUCLIDEAN and threshold > 0:
            raise ValueError("recommended_threshold is minus the distance, so at most 0")
        return self

    @property
    def unused(self) -> tuple[str, ...]:
        """Top-level fields that Assay does not use, perhaps misspelt."""
        nested = () if self.detector is None else self.detector.unused
        return tuple(sorted([*(self.model_extra or {}), *(f"detector.{name}" for name in nested)]))

    @property
    def gives_landmarks(self) -> bool:
        """Whether a detector says where eyes, nose and mouth are, as far as its card tells."""
        match self.decoder:
            case None | Decoder.BOXES01:
                return False
            case Decoder.BOXES:
                return len(self.output_names) == 3
            case Decoder.RETINAFACE:
                return len(self.output_names) in (0, 3)
            case Decoder.SCRFD:
                return len(self.output_names) in (0, 9, 15)
            case _:
                return True


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
    schema = ModelCard.model_json_schema()
    # A card may hold a card, so pydantic puts both behind one reference.
    return {**schema["$defs"]["ModelCard"], "$defs": schema["$defs"]}


def _problems(error: ValidationError) -> list[str]:
    # A default that waits for a wrong field is no fault of its own.
    faults = [item for item in error.errors() if item["type"] != "default_factory_not_called"]
    return [_problem(item) for item in faults]


def _problem(item: Any) -> str:
    place = ".".join(str(part) for part in item["loc"])
    message = str(item["msg"]).removeprefix("Value error, ")
    return f"{place}: {message}" if place else message
