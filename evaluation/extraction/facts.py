"""What is said beside extracted rows: working time by stage, and the children's own facts."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class ChildFacts:
    """What the sandbox child that made the templates said about itself.

    Attributes
    ----------
    load_seconds : float
        Time to load the model.
    peak_memory_bytes : int
        Greatest memory of the child while it lived.
    layers, layers_missing : tuple of str
        Names of the sandbox's layers in force and not in force.
    """

    load_seconds: float
    peak_memory_bytes: int
    layers: tuple[str, ...]
    layers_missing: tuple[str, ...]


def pack_facts(stage_seconds: Mapping[str, float], child: ChildFacts | None) -> NDArray[np.uint8]:
    """Facts as the bytes of an array, for a file of arrays."""
    said = None
    if child is not None:
        said = {
            "load_seconds": child.load_seconds,
            "peak_memory_bytes": child.peak_memory_bytes,
            "layers": list(child.layers),
            "layers_missing": list(child.layers_missing),
        }
    text = json.dumps({"stage_seconds": dict(stage_seconds), "child": said})
    return np.frombuffer(text.encode(), dtype=np.uint8)


def unpack_facts(packed: NDArray[np.uint8]) -> tuple[dict[str, float], ChildFacts | None]:
    """Read what `pack_facts` made; raises ValueError, KeyError or TypeError for anything else."""
    facts = json.loads(packed.tobytes())
    seconds = {str(stage): float(spent) for stage, spent in facts["stage_seconds"].items()}
    return seconds, _child(facts["child"])


def added_seconds(parts: Iterable[Mapping[str, float]]) -> dict[str, float]:
    """Working time by stage, added up."""
    total: dict[str, float] = {}
    for part in parts:
        for stage, seconds in part.items():
            total[stage] = total.get(stage, 0.0) + seconds
    return total


def joined_child(children: Sequence[ChildFacts]) -> ChildFacts | None:
    """Facts of several children as of one: the worst of each; None of none."""
    if not children:
        return None
    missing = sorted({name for child in children for name in child.layers_missing})
    layers = dict.fromkeys(name for child in children for name in child.layers)
    return ChildFacts(
        load_seconds=max(child.load_seconds for child in children),
        peak_memory_bytes=max(child.peak_memory_bytes for child in children),
        layers=tuple(name for name in layers if name not in missing),
        layers_missing=tuple(missing),
    )


def _child(facts: Any) -> ChildFacts | None:
    if facts is None:
        return None
    return ChildFacts(
        load_seconds=float(facts["load_seconds"]),
        peak_memory_bytes=int(facts["peak_memory_bytes"]),
        layers=tuple(map(str, facts["layers"])),
        layers_missing=tuple(map(str, facts["layers_missing"])),
    )
