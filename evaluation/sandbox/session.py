"""A conversation with one child: lock, parse, load, run; every fault gets its name.

The model's faults become `ModelFailureError` with a code of the catalogue, the
platform's `SandboxUnavailableError`. After a death the session is over.
"""

from __future__ import annotations

import hashlib
import json
import signal
from typing import TYPE_CHECKING, Self

from evaluation.catalogue import CATALOGUE
from evaluation.errors import ModelFailureError, SandboxUnavailableError
from evaluation.sandbox import wire
from evaluation.sandbox.facts import (
    ModelFacts,
    RuntimeFacts,
    facts_from_json,
    runtime_from_json,
)
from evaluation.sandbox.layers import Layer, LayerPolicy, missing_layers
from evaluation.sandbox.memory import SharedMemory
from evaluation.sandbox.process import ChildGoneError, ChildProcess
from evaluation.sandbox.wire import Kind, WireError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from evaluation.arrays import Array, Float32Array
    from evaluation.sandbox.limits import Limits

_MAX_DETAIL = 500
_MEMORY_WORDS = ("bad_alloc", "MemoryError", "annot allocate memory")


class SandboxSession:
    """One child and the model it holds; the steps are called in order, `run` repeatedly.

    Parameters
    ----------
    limits : Limits
    policy : LayerPolicy
    model_bytes : int
        Size of the model that will be parsed.
    on_start : callable, optional
        Receives the child's process group as soon as it exists.

    Raises
    ------
    SandboxUnavailableError
        No child could be started, or this system lacks layers that the policy requires.
    """

    def __init__(
        self,
        *,
        limits: Limits,
        policy: LayerPolicy,
        model_bytes: int,
        on_start: Callable[[int], None] | None = None,
    ) -> None:
        self._limits = limits
        self._output_names: tuple[str, ...] = ()
        try:
            self._memory = SharedMemory(
                model_bytes=model_bytes,
                input_bytes=limits.max_input_bytes,
                output_bytes=limits.max_output_bytes,
            )
        except OSError as error:
            raise SandboxUnavailableError(f"No shared memory: {error}") from error
        try:
            self._child = ChildProcess(limits, self._memory)
        except BaseException:
            self._memory.close()
            raise
        try:
            if on_start is not None:
                on_start(self._child.pgid)
            self.layers = self._await_layers()
            _require(self.layers, policy)
        except BaseException:
            self.close()
            raise

    @property
    def pgid(self) -> int:
        """Process group of the child."""
        return self._child.pgid

    def parse(self, model: bytes) -> ModelFacts:
        """Have the child read the file; nothing is loaded or run yet.

        Raises
        ------
        ModelFailureError
            No readable ONNX model, or reading it broke a limit.
        """
        self._memory.write_model(model)
        _, body = self._ask(Kind.PARSE, b"", Kind.FACTS, self._limits.load_seconds)
        digest = hashlib.sha256(model).hexdigest()
        try:
            facts = facts_from_json(body, file_bytes=len(model), sha256=digest)
        except WireError as error:
            raise self._foul_play(error) from error
        self._output_names = tuple(output.name for output in facts.outputs)
        return facts

    def load(self) -> RuntimeFacts:
        """Have the child load the parsed model into the runtime, and say which that is.

        Raises
        ------
        ModelFailureError
            The runtime refused the model, or loading it broke a limit.
        """
        _, body = self._ask(Kind.LOAD, b"", Kind.LOADED, self._limits.load_seconds)
        try:
            return runtime_from_json(body)
        except WireError as error:
            raise self._foul_play(error) from error

    def room(self, shape: tuple[int, ...]) -> Float32Array | None:
        """Memory for a batch that the child reads in place; None where it does not fit."""
        return self._memory.room(shape)

    def run(self, batches: Sequence[Float32Array]) -> tuple[list[dict[str, Array]], float]:
        """Run batches one after the other in one exchange.

        Returns
        -------
        outputs : list of dict of str to ndarray
            Copies of all outputs by name, of each batch.
        seconds : float
            The child's own time for all.

        Raises
        ------
        ModelFailureError
            The model failed on a batch, or broke a limit.
        ValueError
            They are larger or more than the limits allow.
        """
        if not 1 <= len(batches) <= wire.MAX_BATCHES:
            raise ValueError(f"an exchange has 1 to {wire.MAX_BATCHES} batches, not {len(batches)}")
        records = self._memory.write_batches(batches)
        seconds = self._limits.batch_seconds * len(batches)
        _, body = self._ask(Kind.RUN, records, Kind.OUTPUTS, seconds)
        try:
            outputs = self._memory.read_outputs(body, self._output_names, len(batches))
            return outputs, wire.read_seconds(body)
        except WireError as error:
            raise self._foul_play(error) from error

    def peak_memory_bytes(self) -> int:
        """Largest resident memory of the child in bytes."""
        return self._child.peak_memory_bytes()

    def close(self) -> None:
        """Kill the child's process group and give everything back; safe to call twice."""
        self._child.kill()
        self._memory.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _await_layers(self) -> tuple[Layer, ...]:
        try:
            _, body = self._child.receive(seconds=self._limits.start_seconds)
        except ChildGoneError as error:
            said = error.stderr.strip().splitlines()[-1:] or ["it said nothing"]
            raise SandboxUnavailableError(f"The sandbox did not start: {said[0]}") from error
        except WireError as error:
            raise SandboxUnavailableError(f"The sandbox did not start: {error}") from error
        return tuple(Layer(**layer) for layer in json.loads(body))

    def _ask(self, kind: Kind, body: bytes, expected: Kind, seconds: float) -> tuple[Kind, bytes]:
        try:
            answer = self._child.ask(kind, body, seconds=seconds)
        except ChildGoneError as error:
            raise _name_death(error) from error
        except WireError as error:
            raise self._foul_play(error) from error
        if answer[0] is Kind.REFUSED:
            raise _read_refusal(answer[1])
        if answer[0] is not expected:
            raise self._foul_play(WireError(f"{answer[0].name} is no answer to {kind.name}"))
        return answer

    def _foul_play(self, error: WireError) -> ModelFailureError:
        """End a child that does not keep to the language: the model has taken it over."""
        self._child.kill()
        return ModelFailureError(CATALOGUE["MODEL-CRASHED"], detail=str(error))


def _require(layers: tuple[Layer, ...], policy: LayerPolicy) -> None:
    missing = missing_layers(layers)
    if missing and policy is LayerPolicy.REQUIRE_ALL:
        details = {layer.name: layer.detail for layer in layers}
        reasons = "; ".join(f"{name} ({details.get(name, 'not reported')})" for name in missing)
        raise SandboxUnavailableError(f"This system lacks layers of the sandbox: {reasons}")


def _read_refusal(body: bytes) -> ModelFailureError:
    try:
        document = json.loads(body)
        refusal = CATALOGUE[str(document["code"])]
        return ModelFailureError(refusal, detail=_short(str(document["detail"])))
    except (ValueError, KeyError, TypeError):
        return ModelFailureError(CATALOGUE["MODEL-CRASHED"], detail="unreadable refusal")


def _name_death(error: ChildGoneError) -> ModelFailureError | SandboxUnavailableError:
    detail = _short(error.stderr[-_MAX_DETAIL:])
    if error.timed_out:
        return ModelFailureError(CATALOGUE["MODEL-TIMEOUT"], detail=detail)
    if error.returncode == -signal.SIGKILL:
        # The filter lets no model send it, and the limits use other signals.
        return SandboxUnavailableError("The sandbox was killed from outside.")
    if error.returncode == -signal.SIGXCPU:
        code = "MODEL-CPU"
    elif error.returncode == -signal.SIGSYS:
        code = "MODEL-FORBIDDEN"
    elif any(words in error.stderr for words in _MEMORY_WORDS):
        code = "MODEL-MEMORY"
    else:
        code = "MODEL-CRASHED"
    return ModelFailureError(CATALOGUE[code], detail=detail)


def _short(text: str) -> str:
    return wire.printable(text[:_MAX_DETAIL])
