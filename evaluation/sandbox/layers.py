"""The layers between a supplier's model and the machine, as the child reports them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class LayerName(StrEnum):
    """Every layer that a complete sandbox has, in the order of being applied."""

    PROCESS_GROUP = "process_group"
    PARENT_DEATH = "parent_death"
    RLIMITS = "rlimits"
    NO_NEW_PRIVS = "no_new_privs"
    LANDLOCK = "landlock"
    SECCOMP = "seccomp"
    NETWORK = "network"


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer and whether it holds, proved by trying what it forbids.

    Attributes
    ----------
    name : str
        One of `LayerName`.
    in_force : bool
        True only if the child applied it and saw it work.
    detail : str
        For operators: what was seen, or why the layer is missing.
    """

    name: str
    in_force: bool
    detail: str


class LayerPolicy(StrEnum):
    """What to do on a system that lacks a layer."""

    REQUIRE_ALL = "require_all"
    REPORT_MISSING = "report_missing"


def missing_layers(layers: tuple[Layer, ...]) -> tuple[str, ...]:
    """Names of the layers that are absent or not in force."""
    in_force = {layer.name for layer in layers if layer.in_force}
    return tuple(name.value for name in LayerName if name.value not in in_force)
