"""Checks on what a file says of itself, before anything of it is loaded.

Every rule is asked, so that a supplier learns of all faults at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evaluation.card import Decoder, Task
from evaluation.catalogue import CATALOGUE
from evaluation.errors import ModelFailureError
from evaluation.imaging.decoders.boxes import BOX_OUTPUTS
from evaluation.imaging.decoders.scrfd import SCRFD_MAPS
from evaluation.imaging.decoders.yunet import YUNET_MAPS
from evaluation.intake.operators import outside_operators
from evaluation.intake.report import Finding
from evaluation.runtime.embedder import FLOATS, choose_output
from evaluation.runtime.scores import score_place

if TYPE_CHECKING:
    from evaluation.card import InputSpec, ModelCard
    from evaluation.sandbox import Limits, ModelFacts
    from evaluation.sandbox.facts import Dimension, TensorFacts

# What ONNX Runtime 1.32 runs; tests load a model at each end.
OLDEST_OPSET = 7
NEWEST_OPSET = 28
NEWEST_IR_VERSION = 14
MAX_NODES = 50_000
MAX_FUNCTIONS = 2_000
MAX_DEPTH = 16
MAX_FIXED_BATCH = 256


@dataclass(frozen=True, slots=True)
class _Subject:
    facts: ModelFacts
    card: ModelCard
    limits: Limits


class _RefusedError(Exception):
    """A rule does not hold; carries a code of the catalogue."""

    def __init__(self, code: str, detail: str) -> None:
        self.code = code
        super().__init__(detail)


_Rule = Callable[[_Subject], str]


def check_structure(facts: ModelFacts, card: ModelCard, limits: Limits) -> list[Finding]:
    """Ask every rule about a parsed file; one finding each, in a fixed order."""
    subject = _Subject(facts, card, limits)
    return [_ask(check, rule, subject) for check, rule in _RULES.items()]


def _ask(check: str, rule: _Rule, subject: _Subject) -> Finding:
    try:
        return Finding(check, passed=True, detail=rule(subject))
    except _RefusedError as error:
        refusal, detail = CATALOGUE[error.code], str(error)
    except ModelFailureError as error:
        refusal, detail = error.refusal, error.detail
    return Finding(check, passed=False, detail=detail, refusal=refusal)


def _no_external_data(subject: _Subject) -> str:
    if n_external := subject.facts.n_external:
        raise _RefusedError("EXTERNAL-DATA", f"{n_external} tensors lie in other files")
    return f"{subject.facts.initializer_bytes:,} bytes of weights"


def _standard_operators(subject: _Subject) -> str:
    if outside := outside_operators(subject.facts):
        raise _RefusedError("OPERATOR-NOT-STANDARD", ", ".join(outside[:10]))
    return f"{len(subject.facts.operators)} different operators"


def _supported_version(subject: _Subject) -> str:
    facts = subject.facts
    detail = (
        f"operator set {facts.opset} (runs: {OLDEST_OPSET} to {NEWEST_OPSET}), "
        f"file format {facts.ir_version} (up to {NEWEST_IR_VERSION})"
    )
    supported = (
        OLDEST_OPSET <= facts.opset <= NEWEST_OPSET and 1 <= facts.ir_version <= NEWEST_IR_VERSION
    )
    if not supported:
        raise _RefusedError("OPSET-NOT-SUPPORTED", detail)
    return detail


def _bounded_graph(subject: _Subject) -> str:
    facts = subject.facts
    detail = f"{facts.n_nodes:,} nodes, {facts.n_functions} functions, depth {facts.depth}"
    within = (
        facts.n_nodes <= MAX_NODES
        and facts.n_functions <= MAX_FUNCTIONS
        and facts.depth <= MAX_DEPTH
    )
    if not within:
        raise _RefusedError("MODEL-TOO-COMPLEX", detail)
    return detail


def _honest_weights(subject: _Subject) -> str:
    facts = subject.facts
    if facts.n_inconsistent:
        detail = f"{facts.n_inconsistent} tensors hold other sizes than they state"
        raise _RefusedError("WEIGHTS-INCONSISTENT", detail)
    if facts.claimed_bytes > subject.limits.memory_bytes:
        detail = f"{facts.claimed_bytes:,} of {subject.limits.memory_bytes:,} bytes"
        raise _RefusedError("WEIGHTS-TOO-LARGE", detail)
    return f"{facts.claimed_bytes:,} bytes when unpacked"


def _one_input(subject: _Subject) -> str:
    names = [tensor.name for tensor in subject.facts.inputs]
    if len(names) != 1:
        raise _RefusedError("INPUT-COUNT", f"{len(names)} inputs: {', '.join(names[:10])}")
    wanted = subject.card.input.name
    if wanted not in (None, names[0]):
        raise _RefusedError("INPUT-NAME", f"the card says {wanted}, the model {names[0]}")
    return names[0]


def _float_input(subject: _Subject) -> str:
    for tensor in subject.facts.inputs:
        if tensor.elem_type != "float32":
            raise _RefusedError("INPUT-TYPE", f"{tensor.name} is {tensor.elem_type}")
    return "float32"


def _face_sized_input(subject: _Subject) -> str:
    for tensor in subject.facts.inputs:
        wanted = _wanted_input(subject.card.input)
        detail = f"{_written(tensor.shape)} for {_written(wanted)}"
        if not _fits(tensor.shape, wanted) or not _is_sane_batch(tensor):
            raise _RefusedError("INPUT-SHAPE", detail)
    return ", ".join(_written(tensor.shape) for tensor in subject.facts.inputs)


def _right_output(subject: _Subject) -> str:
    facts, card = subject.facts, subject.card
    if card.task is Task.DETECTION:
        return _detector_outputs(facts, card)
    name = choose_output(facts, card)
    output = next(tensor for tensor in facts.outputs if tensor.name == name)
    if output.elem_type not in FLOATS:
        raise _RefusedError("OUTPUT-TYPE", f"{name} is {output.elem_type}")
    if not _fits(output.shape, (None, card.output.dim)):
        raise _RefusedError(
            "OUTPUT-SHAPE", f"{_written(output.shape)} for {_written((None, card.output.dim))}"
        )
    stated = output.shape[-1] if output.shape else None
    if card.task is not Task.EMBEDDING and isinstance(stated, int):
        score_place(card, stated)
    return f"{name} {_written(output.shape)}"


def _detector_outputs(facts: ModelFacts, card: ModelCard) -> str:
    types = {tensor.name: tensor.elem_type for tensor in facts.outputs}
    wanted = _wanted_outputs(card, tuple(types))
    if missing := [name for name in wanted if name not in types]:
        raise _RefusedError("OUTPUT-NAME", f"missing: {', '.join(missing)}")
    for name in wanted:
        if types[name] not in FLOATS:
            raise _RefusedError("OUTPUT-TYPE", f"{name} is {types[name]}")
    return f"{len(wanted)} outputs for decoder {card.decoder}"


def _wanted_outputs(card: ModelCard, names: tuple[str, ...]) -> tuple[str, ...]:
    """Names of the outputs that the card's decoder reads."""
    if card.decoder is Decoder.YUNET:
        return YUNET_MAPS
    if card.output_names:
        return card.output_names
    match card.decoder:
        case Decoder.YOLO_FACE:
            return (card.output.name or names[0],)
        case Decoder.BOXES | Decoder.BOXES01:
            return BOX_OUTPUTS
        case Decoder.SCRFD if len(names) not in SCRFD_MAPS:
            raise _RefusedError("OUTPUT-SHAPE", f"{len(names)} outputs for 6, 9, 10 or 15 maps")
        case _:
            return names


def _wanted_input(spec: InputSpec) -> tuple[Dimension, ...]:
    if spec.layout == "NHWC":
        return (None, spec.height, spec.width, spec.channels)
    return (None, spec.channels, spec.height, spec.width)


def _fits(shape: tuple[Dimension, ...] | None, wanted: tuple[Dimension, ...]) -> bool:
    """Whether a stated shape leaves room for the wanted one; an unstated shape always does."""
    if shape is None:
        return True
    return len(shape) == len(wanted) and all(
        not isinstance(stated, int) or needed is None or stated == needed
        for stated, needed in zip(shape, wanted, strict=True)
    )


def _is_sane_batch(tensor: TensorFacts) -> bool:
    batch = tensor.shape[0] if tensor.shape else None
    return not isinstance(batch, int) or 1 <= batch <= MAX_FIXED_BATCH


def _written(shape: tuple[Dimension, ...] | None) -> str:
    if shape is None:
        return "an unstated shape"
    return " x ".join("any" if length is None else str(length) for length in shape)


_RULES: dict[str, _Rule] = {
    "All weights are inside the file": _no_external_data,
    "Only standard operators": _standard_operators,
    "A version of ONNX that is supported": _supported_version,
    "Within the limits of size and nesting": _bounded_graph,
    "Weights have the sizes that they state": _honest_weights,
    "One input": _one_input,
    "The input takes 32-bit floats": _float_input,
    "The input has the card's size and layout": _face_sized_input,
    "The output is the one on the card": _right_output,
}
