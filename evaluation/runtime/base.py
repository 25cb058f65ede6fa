"""What every kind of model shares: one sandboxed child and its life."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from evaluation.sandbox import LayerPolicy, SandboxedModel

if TYPE_CHECKING:
    from collections.abc import Callable

    from evaluation.arrays import Float32Array
    from evaluation.card import ModelCard
    from evaluation.sandbox import Layer, Limits, ModelFacts, RuntimeFacts


class CardedModel:
    """A sandboxed model and its card; a context manager.

    Parameters
    ----------
    model : bytes
        The ONNX file.
    card : ModelCard
    limits, policy, on_start
        As for `SandboxedModel`.

    Raises
    ------
    ModelFailureError
        The model cannot be parsed or loaded, or is not what its card says.
    SandboxUnavailableError
        This system's fault: nothing was run.
    """

    def __init__(
        self,
        model: bytes,
        card: ModelCard,
        *,
        limits: Limits | None = None,
        policy: LayerPolicy = LayerPolicy.REQUIRE_ALL,
        on_start: Callable[[int], None] | None = None,
    ) -> None:
        self.card = card
        self.sandbox = SandboxedModel(model, limits=limits, policy=policy, on_start=on_start)
        try:
            self._prepare()
        except BaseException:
            self.sandbox.close()
            raise

    def _prepare(self) -> None:
        """Compare the loaded model with the card."""

    @property
    def facts(self) -> ModelFacts:
        """What the file says of itself."""
        return self.sandbox.facts

    @property
    def runtime(self) -> RuntimeFacts:
        """By what the child runs the model, as it says."""
        return self.sandbox.runtime

    @property
    def layers(self) -> tuple[Layer, ...]:
        """The sandbox's layers, as the child reported them."""
        return self.sandbox.layers

    @property
    def load_seconds(self) -> float:
        """Wall time of loading the model into the runtime."""
        return self.sandbox.load_seconds

    def room(self, shape: tuple[int, ...]) -> Float32Array:
        """Array to write a batch into, so that it is not copied; see `SandboxedModel.room`."""
        return self.sandbox.room(shape)

    def peak_memory_bytes(self) -> int:
        """Largest resident memory of the child in bytes, the runtime itself included."""
        return self.sandbox.peak_memory_bytes()

    def close(self) -> None:
        """End the child; safe to call twice."""
        self.sandbox.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
