"""Checks one model: first the bytes, then what the file says, then what the model does."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from evaluation.catalogue import CATALOGUE, Refusal
from evaluation.errors import ModelFailureError
from evaluation.intake.behaviour import LoadedModel, check_behaviour
from evaluation.intake.report import CheckReport, Finding
from evaluation.intake.structure import check_structure
from evaluation.sandbox import LayerPolicy, Limits
from evaluation.sandbox.model import require_size
from evaluation.sandbox.session import SandboxSession

if TYPE_CHECKING:
    from collections.abc import Callable

    from evaluation.card import ModelCard
    from evaluation.sandbox import Layer, ModelFacts

_ARCHIVES = (
    b"PK\x03\x04",  # zip
    b"PK\x05\x06",  # an empty zip
    b"\x1f\x8b",  # gzip
    b"BZh",  # bzip2
    b"\xfd7zXZ\x00",  # xz
    b"7z\xbc\xaf\x27\x1c",  # 7-Zip
    b"Rar!\x1a\x07",  # RAR
    b"\x28\xb5\x2f\xfd",  # Zstandard
)

_LOADS = "Loads into the runtime"


class _Check:
    """One check under way: findings gather as it goes."""

    def __init__(self, model: bytes, card: ModelCard, limits: Limits) -> None:
        self._model = model
        self._card = card
        self._limits = limits
        self._stage = ""
        self._facts: ModelFacts | None = None
        self._layers: tuple[Layer, ...] = ()
        self._findings: list[Finding] = []

    def run(self, policy: LayerPolicy, on_start: Callable[[int], None] | None) -> CheckReport:
        try:
            self._check_bytes()
            self._check_in_child(policy, on_start)
        except ModelFailureError as error:
            self._note(self._stage, error.detail, error.refusal)
        return CheckReport(
            sha256=hashlib.sha256(self._model).hexdigest(),
            size_bytes=len(self._model),
            facts=self._facts,
            findings=tuple(self._findings),
            layers=self._layers,
        )

    def _check_bytes(self) -> None:
        if self._card.unused:
            self._note("Card", f"not used: {', '.join(self._card.unused)}")
        self._stage = "Size of the file"
        require_size(self._model, self._limits)
        self._note(self._stage, f"{len(self._model):,} bytes")
        self._stage = "One ONNX model"
        if self._model.startswith(_ARCHIVES):
            raise ModelFailureError(CATALOGUE["FILE-ARCHIVE"])

    def _check_in_child(self, policy: LayerPolicy, on_start: Callable[[int], None] | None) -> None:
        with SandboxSession(
            limits=self._limits, policy=policy, model_bytes=len(self._model), on_start=on_start
        ) as session:
            self._layers = session.layers
            facts = self._facts = session.parse(self._model)
            self._note(self._stage, f"{facts.n_nodes:,} nodes")
            structure = check_structure(facts, self._card, self._limits)
            self._findings += structure
            if not all(finding.passed for finding in structure):
                return
            self._stage = _LOADS
            session.load()
            self._note(self._stage)
            self._stage = "Runs and gives an output of the right shape"
            model = LoadedModel(
                infer=lambda batch: session.run([batch])[0][0],
                facts=facts,
                card=self._card,
                max_input_bytes=self._limits.max_input_bytes,
            )
            for finding in check_behaviour(model):
                self._stage = finding.check
                self._findings.append(finding)

    def _note(self, check: str, detail: str = "", refusal: Refusal | None = None) -> None:
        self._findings.append(Finding(check, refusal is None, detail, refusal))


def check_model(
    model: bytes,
    card: ModelCard,
    *,
    limits: Limits | None = None,
    policy: LayerPolicy = LayerPolicy.REQUIRE_ALL,
    on_start: Callable[[int], None] | None = None,
) -> CheckReport:
    """Check whether a model may be run and is what its card says.

    Parameters
    ----------
    model : bytes
        The file as received.
    card : ModelCard
    limits : Limits, optional
    policy : LayerPolicy, optional
        Whether a system without some layer of the sandbox refuses or reports.
    on_start : callable, optional
        Receives the child's process group as soon as it exists.

    Returns
    -------
    CheckReport
        Every fault of the model is a finding with its refusal, never an exception.

    Raises
    ------
    SandboxUnavailableError
        This system's fault: nothing can be said about the model.
    """
    return _Check(model, card, limits or Limits()).run(policy, on_start)
