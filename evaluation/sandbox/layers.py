"""The layers between a supplier's model and the machine, as the child reports them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class LayerName(StrEnum):
    """Every layer that a complete sandbox has, in the order of being applied."""

    PROCESS_GROUP = "process_group"
    PARENT_DEATH = "parent_death"
    RLIMITS = "rlimits"
    NO_NEW_PRIVS = "no_new_privs"
    LANDLOCK = "landlock"
    SECCOMP = "seccomp"
    NETWORK = "network"


LAYER_WORDS = {
    LayerName.PROCESS_GROUP: "process group of its own",
    LayerName.PARENT_DEATH: "end with its worker",
    LayerName.RLIMITS: "limits on memory, processor time and files",
    LayerName.NO_NEW_PRIVS: "ban on privileges",
    LayerName.LANDLOCK: "lock on files (Landlock)",
    LayerName.SECCOMP: "filter of system calls (seccomp)",
    LayerName.NETWORK: "lock on the network",
}
"""Each layer as a thing that is there or is missing, for people who read a result."""


def layers_in_words(names: Sequence[str]) -> str:
    """Return layers as a reader of a result understands them; "none" where there are none.

    Parameters
    ----------
    names : sequence of str
        As a result holds them; one that this version does not know is returned as it is.
    """
    known: Mapping[str, str] = {name.value: words for name, words in LAYER_WORDS.items()}
    return ", ".join(known.get(name, name) for name in names) or "none"


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
