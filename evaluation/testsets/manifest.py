"""``manifest.json``: what a test set is, and the SHA-256 of each of its tables.

The tables in turn hold the SHA-256 of each image, so the hash of the manifest
names the whole test set to the bit.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

SCHEMA_VERSION: Final = 1
MANIFEST_FILE = "manifest.json"
SAMPLES_FILE = "samples.csv"
SLUG = re.compile(r"[a-z0-9][a-z0-9_.-]{0,79}")

Slug = Annotated[str, Field(pattern=rf"^{SLUG.pattern}$")]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class ImageKind(StrEnum):
    """How much was done to the images before they came into the test set."""

    ALIGNED = "aligned"
    """112x112 crops, already aligned on the ArcFace template."""
    PHOTOGRAPH = "photograph"
    """Whole photographs: a detector or stored landmarks must find the face."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TableEntry(_Part):
    """One CSV file of the package."""

    sha256: Sha256
    rows: int = Field(gt=0)


class ProtocolKind(StrEnum):
    """What a protocol asks of a model."""

    PAIRS = "pairs"
    ALL_PAIRS = "all_pairs"
    TEMPLATE_PAIRS = "template_pairs"
    IDENTIFICATION = "identification"
    LEAVE_ONE_OUT = "leave_one_out"
    LIVE = "live"
    ROBUSTNESS = "robustness"
    QUALITY = "quality"
    PRESENTATION_ATTACK = "presentation_attack"
    DETECTION = "detection"


_TABLES: dict[ProtocolKind, tuple[str, ...]] = {
    ProtocolKind.PAIRS: (".csv",),
    ProtocolKind.TEMPLATE_PAIRS: (".csv", ".templates.csv"),
    ProtocolKind.IDENTIFICATION: (".csv",),
    ProtocolKind.LIVE: (".csv",),
    ProtocolKind.PRESENTATION_ATTACK: (".csv",),
    ProtocolKind.DETECTION: (".csv",),
}
"""Endings of the tables that belong to a kind; the other kinds need none."""

_OF_SOME_KINDS = ("base", "conditions", "gallery_sizes", "pooling")
_BASED = frozenset({ProtocolKind.ROBUSTNESS, ProtocolKind.QUALITY})
_NEED_SUBJECTS = frozenset(
    {
        ProtocolKind.ALL_PAIRS,
        ProtocolKind.IDENTIFICATION,
        ProtocolKind.LEAVE_ONE_OUT,
        ProtocolKind.LIVE,
    }
)


class Degradation(StrEnum):
    """An image condition that a robustness protocol makes in steps."""

    INTER_EYE_DISTANCE = "inter_eye_distance"
    """Pixels between the eyes that are left; falling."""
    BLUR = "blur"
    """Standard deviation of a Gaussian, in hundredths of the distance between the eyes."""
    JPEG_QUALITY = "jpeg_quality"
    """Quality of one more compression, 1 to 100; falling."""
    NOISE = "noise"
    """Standard deviation of Gaussian noise, in grey levels of 255."""
    DARKNESS = "darkness"
    """Part of the light that is taken away, 0 to 1."""
    GLARE = "glare"
    """Part of white that a light from one side adds, 0 to 1."""
    MASK = "mask"
    """Part of the lower face that a mask covers, 0 to 1."""
    SUNGLASSES = "sunglasses"
    """Part of the light that dark glasses keep back, 0 to 1."""
    HAT = "hat"
    """Part of the forehead that a hat's brim covers, 0 to 1."""
    ROTATION = "rotation"
    """Degrees by which the picture is turned in its plane."""


RANGES: dict[Degradation, tuple[float, float]] = {
    Degradation.INTER_EYE_DISTANCE: (1, 10_000),
    Degradation.BLUR: (0, 200),
    Degradation.JPEG_QUALITY: (1, 100),
    Degradation.NOISE: (0, 255),
    Degradation.DARKNESS: (0, 1),
    Degradation.GLARE: (0, 1),
    Degradation.MASK: (0, 1),
    Degradation.SUNGLASSES: (0, 1),
    Degradation.HAT: (0, 1),
    Degradation.ROTATION: (-180, 180),
}
"""Least and greatest step of each condition, in its own unit."""
_FALLING = frozenset({Degradation.INTER_EYE_DISTANCE, Degradation.JPEG_QUALITY})


class ConditionSteps(_Part):
    """One condition and the steps, from the mildest to the hardest, in its own unit."""

    condition: Degradation
    steps: tuple[float, ...] = Field(min_length=1, max_length=20)

    @model_validator(mode="after")
    def _steps_grow_harder(self) -> Self:
        low, high = RANGES[self.condition]
        if not all(low <= step <= high for step in self.steps):
            raise ValueError(f"steps of {self.condition} lie from {low:g} to {high:g}")
        hardness, word = list(self.steps), "rise"
        if self.condition in _FALLING:
            hardness, word = [-step for step in self.steps], "fall"
        elif self.condition is Degradation.ROTATION:  # to either side
            hardness, word = [abs(step) for step in self.steps], "turn further"
        if len(set(self.steps)) < len(self.steps) or sorted(hardness) != hardness:
            raise ValueError(f"steps of {self.condition} must {word}")
        return self


class Pooling(_Part):
    """How the embeddings of a template's media become one; stored, because it changes figures."""

    normalise_first: bool = True
    """Embeddings are brought to unit length before they are averaged."""
    weigh_by_detector_score: bool = False
    """Embeddings are multiplied by the samples' attribute ``detector_score`` before."""


class ProtocolEntry(_Part):
    """One protocol of a test set, with what its kind needs."""

    name: Slug
    title: str = Field(min_length=1, max_length=200)
    kind: ProtocolKind
    base: Slug | None = None
    """Robustness and quality: name of the ``pairs`` or ``all_pairs`` protocol they build on."""
    conditions: tuple[ConditionSteps, ...] = ()
    """Robustness: the conditions, each with its steps."""
    gallery_sizes: tuple[int, ...] = ()
    """Identification and live: numbers of enrolled subjects beside the whole gallery."""
    pooling: Pooling | None = None
    """Template pairs: how media are averaged."""

    @property
    def files(self) -> tuple[str, ...]:
        """Paths of the protocol's tables inside the package."""
        return tuple(f"protocols/{self.name}{ending}" for ending in _TABLES.get(self.kind, ()))

    @model_validator(mode="after")
    def _kind_has_what_it_needs(self) -> Self:
        wanted = {
            "base": self.kind in _BASED,
            "conditions": self.kind is ProtocolKind.ROBUSTNESS,
            "pooling": self.kind is ProtocolKind.TEMPLATE_PAIRS,
        }
        for field, needed in wanted.items():
            if bool(getattr(self, field)) != needed:
                word = "needs" if needed else "takes no"
                raise ValueError(f"a {self.kind} protocol {word} {field}")
        sized = {ProtocolKind.IDENTIFICATION, ProtocolKind.LIVE}
        if self.gallery_sizes and self.kind not in sized:
            raise ValueError(f"a {self.kind} protocol takes no gallery_sizes")
        if any(size < 1 for size in self.gallery_sizes):
            raise ValueError("a gallery size must be at least 1")
        if sorted(set(self.gallery_sizes)) != list(self.gallery_sizes):
            raise ValueError("gallery_sizes must rise")
        named = [one.condition for one in self.conditions]
        if len(set(named)) != len(named):
            raise ValueError("a condition is named twice")
        return self


class Manifest(_Part):
    """What a test set says about itself; immutable."""

    schema_version: Literal[1] = SCHEMA_VERSION
    name: Slug
    title: str = Field(min_length=1, max_length=200)
    description: str = ""
    revision: str = Field(default="1", min_length=1, max_length=60)
    image_kind: ImageKind
    licence: str = ""
    legal_basis: str = ""
    synthetic: bool = False
    personal_data: bool = True
    subjects_known: bool = True
    """False where subjects were inferred from pairs, so one person may be several subjects."""
    landmarks: bool = False
    """True where the samples table has the columns x0, y0 ... x4, y4."""
    boxes: bool = False
    """True where the samples table has the columns box_x, box_y, box_width, box_height."""
    attributes: tuple[Slug, ...] = ()
    tables: dict[str, TableEntry]
    protocols: tuple[ProtocolEntry, ...]

    @model_validator(mode="after")
    def _tables_and_protocols_agree(self) -> Self:
        names = [entry.name for entry in self.protocols]
        if len(set(names)) != len(names):
            raise ValueError("two protocols have the same name")
        expected = {SAMPLES_FILE} | {file for one in self.protocols for file in one.files}
        if set(self.tables) != expected:
            raise ValueError(f"tables must be exactly {', '.join(sorted(expected))}")
        if len(set(self.attributes)) != len(self.attributes):
            raise ValueError("two attributes have the same name")
        for entry in self.protocols:
            self._check_entry(entry)
        return self

    def _check_entry(self, entry: ProtocolEntry) -> None:
        if entry.kind in _NEED_SUBJECTS and not self.subjects_known:
            words = entry.kind.replace("_", "-")
            raise ValueError(
                f"{'an' if words[0] in 'ai' else 'a'} {words} protocol needs known subjects"
            )
        if entry.base is not None:
            kinds = {one.kind for one in self.protocols if one.name == entry.base}
            if not kinds & {ProtocolKind.PAIRS, ProtocolKind.ALL_PAIRS}:
                raise ValueError(f"there is no pairs or all_pairs protocol '{entry.base}'")


def manifest_bytes(manifest: Manifest) -> bytes:
    """Return the file's content, the same for the same manifest.

    What only some kinds of protocol take is left out of the others, so that a set of
    pairs has the bytes, and with them the SHA-256, that it had before there were other
    kinds.
    """
    unused: dict[int, set[str]] = {
        place: {field for field in _OF_SOME_KINDS if not getattr(entry, field)}
        for place, entry in enumerate(manifest.protocols)
    }
    exclude: dict[str, Any] = {"protocols": unused}
    if not manifest.boxes:
        exclude["boxes"] = True
    return manifest.model_dump_json(indent=1, exclude=exclude).encode() + b"\n"


def json_schema() -> dict[str, Any]:
    """JSON Schema of the manifest, as published in docs/."""
    return Manifest.model_json_schema()
