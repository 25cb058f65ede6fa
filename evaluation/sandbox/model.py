"""One supplier's model, loaded where it can do no harm."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Self

import numpy as np

from evaluation.catalogue import CATALOGUE
from evaluation.errors import ModelFailureError
from evaluation.sandbox.layers import Layer, LayerPolicy
from evaluation.sandbox.limits import Limits
from evaluation.sandbox.session import SandboxSession

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from evaluation.arrays import Array, Float32Array

_NO_MODEL_BYTES = 1


class SandboxedModel:
    """A model in a locked child process of its own; a context manager.

    One child serves any number of batches, from one thread at a time. The thread
    that creates it must outlive it: the kernel kills the child when that thread ends.

    Parameters
    ----------
    model : bytes
        The ONNX file.
    limits : Limits, optional
    policy : LayerPolicy, optional
        Whether a system without some layer refuses or reports.
    on_start : callable, optional
        Receives the child's process group as soon as it exists, so that another
        thread or process can kill it.

    Attributes
    ----------
    facts : ModelFacts
    layers : tuple of Layer
    load_seconds : float
        Wall time of loading into the runtime, without starting the child.
    runtime : RuntimeFacts
        By what the child runs it.

    Raises
    ------
    ModelFailureError
        The model cannot be parsed or loaded; carries the refusal.
    SandboxUnavailableError
        This system's fault: nothing was run.
    """

    def __init__(
        self,
        model: bytes,
        *,
        limits: Limits | None = None,
        policy: LayerPolicy = LayerPolicy.REQUIRE_ALL,
        on_start: Callable[[int], None] | None = None,
    ) -> None:
        limits = limits or Limits()
        require_size(model, limits)
        self._session = SandboxSession(
            limits=limits, policy=policy, model_bytes=len(model), on_start=on_start
        )
        try:
            self.layers = self._session.layers
            self.facts = self._session.parse(model)
            started = time.perf_counter()
            self.runtime = self._session.load()
            self.load_seconds = time.perf_counter() - started
        except BaseException:
            self._session.close()
            raise
        self.limits = limits

    @property
    def pgid(self) -> int:
        """Process group of the child."""
        return self._session.pgid

    def room(self, shape: tuple[int, ...]) -> Float32Array:
        """Array to write a batch into, so that nothing is copied on its way to the child.

        Parameters
        ----------
        shape : tuple of int
            Of the batch, or of several batches one after the other.

        Returns
        -------
        ndarray of float32
            Not initialised. It, or a part of it along the first axis, may be given to
            `infer`; each call gives the same memory again. Ordinary memory, from which
            is copied, where the shape exceeds the limits.
        """
        room = self._session.room(shape)
        return np.empty(shape, dtype=np.float32) if room is None else room

    def infer(self, batch: Float32Array) -> dict[str, Array]:
        """Run one batch.

        Parameters
        ----------
        batch : ndarray of float32, shape as the model's input

        Returns
        -------
        dict of str to ndarray
            Every output by name, copied; types and shapes as the model gave them.

        Raises
        ------
        ModelFailureError
            The model failed, or broke a limit; after a broken limit it is closed.
        SandboxUnavailableError
            The child was killed from outside.
        """
        return self.infer_timed(batch)[0]

    def infer_timed(self, batch: Float32Array) -> tuple[dict[str, Array], float]:
        """Run one batch; return also the seconds that the child measured around the runtime.

        A hostile model could forge the seconds: take the caller's own clock for figures.
        """
        outputs, seconds = self._run([batch])
        return outputs[0], seconds

    def infer_all(self, batches: Sequence[Float32Array]) -> list[dict[str, Array]]:
        """Run some batches, at most 128, one after the other.

        Saves a fast model the time in which the child and its caller wake each other.

        Returns
        -------
        list of dict of str to ndarray
            As `infer` gives for each batch alone, to the bit.

        Raises
        ------
        ModelFailureError, SandboxUnavailableError
            As `infer`.
        """
        return self._run(batches)[0]

    def _run(self, batches: Sequence[Float32Array]) -> tuple[list[dict[str, Array]], float]:
        for batch in batches:
            if batch.dtype != np.float32:
                raise ValueError(f"a batch is float32, not {batch.dtype}")
        return self._session.run(batches)

    def peak_memory_bytes(self) -> int:
        """Largest resident memory of the child in bytes, the runtime itself included."""
        return self._session.peak_memory_bytes()

    def close(self) -> None:
        """Kill the child's process group and wait for its end; safe to call twice."""
        self._session.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def require_size(model: bytes, limits: Limits) -> None:
    """Refuse an empty file and one beyond the limit, before any process is started.

    Raises
    ------
    ModelFailureError
        With code FILE-EMPTY or FILE-TOO-LARGE.
    """
    if not model:
        raise ModelFailureError(CATALOGUE["FILE-EMPTY"])
    if len(model) > limits.max_model_bytes:
        raise ModelFailureError(
            CATALOGUE["FILE-TOO-LARGE"], detail=f"{len(model)} of {limits.max_model_bytes} bytes"
        )


def probe_layers() -> tuple[Layer, ...]:
    """Ask a real child which layers hold on this system.

    Raises
    ------
    SandboxUnavailableError
        No child could be started at all.
    """
    with SandboxSession(
        limits=Limits(), policy=LayerPolicy.REPORT_MISSING, model_bytes=_NO_MODEL_BYTES
    ) as session:
        return session.layers
