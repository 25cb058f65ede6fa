"""The file of the speed step: figures, and what the child said about itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from evaluation.errors import ResultError
from evaluation.results import SearchSpeed, ServerSpeed, SpeedConditions, ThroughputResult
from evaluation.storage import write_atomically

if TYPE_CHECKING:
    from pathlib import Path


class Speed(BaseModel):
    """Throughput on stated hardware, from a pass of its own."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    schema_version: Literal[1] = 1
    results: tuple[ThroughputResult, ...]
    server: ServerSpeed | None = None
    search: SearchSpeed | None = None
    conditions: SpeedConditions | None = None
    load_seconds: float
    peak_memory_bytes: int

    def save(self, path: Path) -> str:
        """Write the file whole and return its SHA-256."""
        return write_atomically(path, self.model_dump_json(indent=1).encode() + b"\n")


def load_speed(path: Path) -> Speed:
    """Read a file that ``Speed.save`` wrote.

    Raises
    ------
    ResultError
        The file is missing, damaged, or holds something else.
    """
    try:
        return Speed.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise ResultError(f"{path.name} does not hold speed figures") from error
