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


class ProtocolEntry(_Part):
    """One protocol: a table of trials, or every pair of two different samples."""

    name: Slug
    title: str = Field(min_length=1, max_length=200)
    kind: Literal["pairs", "all_pairs"]

    @property
    def file(self) -> str:
        """Path of the protocol's table inside the package."""
        return f"protocols/{self.name}.csv"


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
    attributes: tuple[Slug, ...] = ()
    tables: dict[str, TableEntry]
    protocols: tuple[ProtocolEntry, ...]

    @model_validator(mode="after")
    def _tables_and_protocols_agree(self) -> Self:
        names = [entry.name for entry in self.protocols]
        if len(set(names)) != len(names):
            raise ValueError("two protocols have the same name")
        expected = {SAMPLES_FILE} | {one.file for one in self.protocols if one.kind == "pairs"}
        if set(self.tables) != expected:
            raise ValueError(f"tables must be exactly {', '.join(sorted(expected))}")
        if len(set(self.attributes)) != len(self.attributes):
            raise ValueError("two attributes have the same name")
        if any(one.kind == "all_pairs" for one in self.protocols) and not self.subjects_known:
            raise ValueError("an all-pairs protocol needs known subjects")
        return self


def json_schema() -> dict[str, Any]:
    """JSON Schema of the manifest, as published in docs/."""
    return Manifest.model_json_schema()
