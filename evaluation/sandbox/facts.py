"""What a model file says of itself, read in the child and checked again by the parent."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from evaluation.sandbox.wire import WireError, printable

Dimension = int | str | None

MAX_NAME_LENGTH = 200
MAX_TENSORS = 64
MAX_NAMES = 2000


@dataclass(frozen=True, slots=True)
class TensorFacts:
    """One input or output of a graph.

    Attributes
    ----------
    name : str
    elem_type : str
        As in NumPy ("float32"), or "not a tensor".
    shape : tuple of int, str or None
        A name or None stands for a dimension that is open. None instead of a tuple: not stated.
    """

    name: str
    elem_type: str
    shape: tuple[Dimension, ...] | None


@dataclass(frozen=True, slots=True)
class GraphFacts:
    """What the child read from the file.

    Attributes
    ----------
    inputs : tuple of TensorFacts
        Without initialisers.
    n_nodes, n_functions, depth : int
        Sub-graphs and functions included; depth 1 is a graph without sub-graphs.
    operators, domains : tuple of str
        Used by nodes, but for functions that the file defines itself; "Conv" or "domain:Name".
    initializer_bytes, claimed_bytes : int
        Held by the file's tensors, and what their dimensions and types say.
    n_external, n_inconsistent : int
        Tensors that lie in other files, and those whose size is not what their dimensions say.
    """

    inputs: tuple[TensorFacts, ...]
    outputs: tuple[TensorFacts, ...]
    opset: int
    ir_version: int
    n_nodes: int
    n_functions: int
    depth: int
    operators: tuple[str, ...]
    domains: tuple[str, ...]
    initializer_bytes: int
    claimed_bytes: int
    n_external: int
    n_inconsistent: int


@dataclass(frozen=True, slots=True)
class ModelFacts(GraphFacts):
    """What the file says, with its size in bytes and its SHA-256 as the parent knows them."""

    file_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class RuntimeFacts:
    """By what the child runs the model, as it says.

    Attributes
    ----------
    version : str
        Of ONNX Runtime.
    providers : tuple of str
        Its execution providers for this model, the preferred first.
    """

    version: str
    providers: tuple[str, ...]


def runtime_to_json(version: str, providers: list[str]) -> bytes:
    """Return the runtime's facts as they stand in a frame."""
    return json.dumps({"version": version, "providers": providers}).encode()


def runtime_from_json(body: bytes) -> RuntimeFacts:
    """Read the runtime's facts that a child sent, believing nothing about their form.

    Raises
    ------
    WireError
        A field is missing, unknown, of the wrong type or too long.
    """
    document = _document(body, {"version", "providers"})
    return RuntimeFacts(_string(document["version"]), _strings(document["providers"]))


def facts_to_json(facts: GraphFacts) -> bytes:
    """Return the facts as they stand in a frame."""
    return json.dumps(asdict(facts)).encode()


def facts_from_json(body: bytes, *, file_bytes: int, sha256: str) -> ModelFacts:
    """Read facts that a child sent, believing nothing about their form.

    Raises
    ------
    WireError
        A field is missing, unknown, of the wrong type or too long.
    """
    document = _document(body, {field.name for field in fields(GraphFacts)})
    return ModelFacts(
        inputs=_tensors(document["inputs"]),
        outputs=_tensors(document["outputs"]),
        opset=_count(document["opset"]),
        ir_version=_whole(document["ir_version"]),
        n_nodes=_count(document["n_nodes"]),
        n_functions=_count(document["n_functions"]),
        depth=_count(document["depth"]),
        operators=_strings(document["operators"]),
        domains=_strings(document["domains"]),
        initializer_bytes=_count(document["initializer_bytes"]),
        claimed_bytes=_count(document["claimed_bytes"]),
        n_external=_count(document["n_external"]),
        n_inconsistent=_count(document["n_inconsistent"]),
        file_bytes=file_bytes,
        sha256=sha256,
    )


def _document(body: bytes, names: set[str]) -> dict[str, Any]:
    try:
        document = json.loads(body)
    except ValueError as error:
        raise WireError("the facts are no JSON") from error
    if not isinstance(document, dict) or set(document) != names:
        raise WireError("the facts have other fields")
    return document


def _whole(value: object) -> int:
    if type(value) is not int:
        raise WireError("a version is not a whole number")
    return value


def _count(value: object) -> int:
    if type(value) is not int or value < 0:
        raise WireError("a count is not a number")
    return value


def _string(value: object) -> str:
    if not isinstance(value, str) or len(value) > MAX_NAME_LENGTH:
        raise WireError("a name is not a short text")
    return printable(value)


def _strings(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) > MAX_NAMES:
        raise WireError("names are not a short list")
    return tuple(_string(item) for item in value)


def _tensors(value: object) -> tuple[TensorFacts, ...]:
    if not isinstance(value, list) or len(value) > MAX_TENSORS:
        raise WireError("tensors are not a short list")
    return tuple(_tensor(item) for item in value)


def _tensor(value: object) -> TensorFacts:
    if not isinstance(value, Mapping) or set(value) != {"name", "elem_type", "shape"}:
        raise WireError("a tensor has other fields")
    return TensorFacts(
        name=_string(value["name"]),
        elem_type=_string(value["elem_type"]),
        shape=None if value["shape"] is None else _shape(value["shape"]),
    )


def _shape(value: Any) -> tuple[Dimension, ...]:
    if not isinstance(value, list) or len(value) > MAX_TENSORS:
        raise WireError("a shape is not a short list")
    return tuple(
        _string(item) if isinstance(item, str) else None if item is None else _count(item)
        for item in value
    )
