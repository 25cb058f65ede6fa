"""One row of numbers per image, out of a model that takes its own batch size."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from evaluation.arrays import Array, Float32Array
from evaluation.catalogue import CATALOGUE
from evaluation.errors import ModelFailureError
from evaluation.sandbox.wire import ALIGNMENT_BYTES, MAX_BATCHES

if TYPE_CHECKING:
    from evaluation.card import ModelCard
    from evaluation.sandbox import ModelFacts

FLOATS = frozenset({"float16", "float32", "float64"})

Infer = Callable[[Float32Array], Mapping[str, Array]]
InferAll = Callable[[Sequence[Float32Array]], Sequence[Mapping[str, Array]]]


class Embedder:
    """Splits images into the batches that a model takes and checks every answer.

    Parameters
    ----------
    infer : callable
        Runs one batch; returns outputs by name.
    output : str
        Name of the output to read.
    dim : int
        Numbers per image that the output must have.
    fixed_batch : int or None
        Number of images that the model insists on.
    max_input_bytes : int
        Size of the largest batch.
    infer_all : callable, optional
        Runs several batches in one exchange; returns outputs by name of each.
    """

    def __init__(
        self,
        infer: Infer,
        *,
        output: str,
        dim: int,
        fixed_batch: int | None,
        max_input_bytes: int,
        infer_all: InferAll | None = None,
    ) -> None:
        self._infer_all = infer_all or (lambda batches: [infer(batch) for batch in batches])
        self._output = output
        self._max_input_bytes = max_input_bytes
        self.dim = dim
        self.fixed_batch = fixed_batch

    def embed(self, tensors: Float32Array) -> Float32Array:
        """Embed any number of images.

        A model with a fixed batch gets its images in groups, the last one filled up with
        zeros whose outputs are dropped. Nothing is normalised and non-finite rows are
        returned as they are.

        Parameters
        ----------
        tensors : ndarray of float32, shape (n, channels, height, width)
            Or (n, height, width, channels), as the card's layout says.

        Returns
        -------
        ndarray of float32, shape (n, dim)

        Raises
        ------
        ModelFailureError
            The model failed, or gave an output of another shape or type than its card says.
        SandboxUnavailableError
            The child was killed from outside.
        """
        return self.embed_all([tensors])[0]

    def embed_all(self, batches: Sequence[Float32Array]) -> list[Float32Array]:
        """Embed several batches, each as `embed` does alone, in as few exchanges as possible.

        Parameters
        ----------
        batches : sequence of ndarray of float32
            Each as for `embed`.

        Returns
        -------
        list of ndarray of float32
            Each as from `embed`, to the bit.

        Raises
        ------
        ModelFailureError, SandboxUnavailableError
            As `embed`.
        """
        parts = [
            batch[start : start + self._step(batch)]
            for batch in batches
            for start in range(0, len(batch), self._step(batch))
        ]
        rows = np.empty((sum(len(batch) for batch in batches), self.dim), dtype=np.float32)
        done = 0
        for exchange in self._exchanges(parts):
            outputs = self._infer_all([self._fill_up(part) for part in exchange])
            for part, output in zip(exchange, outputs, strict=True):
                rows[done : done + len(part)] = self._rows(output, len(part))
                done += len(part)
        return np.split(rows, np.cumsum([len(batch) for batch in batches])[:-1])

    def _step(self, batch: Float32Array) -> int:
        return self.fixed_batch or self._largest_batch(batch)

    def _exchanges(self, parts: Sequence[Float32Array]) -> Iterator[list[Float32Array]]:
        """Divide parts so that each exchange fits the shared memory."""
        exchange: list[Float32Array] = []
        free = self._max_input_bytes
        for part in parts:
            n_bytes = part[:1].nbytes * (self.fixed_batch or len(part)) + ALIGNMENT_BYTES
            if exchange and (n_bytes > free or len(exchange) == MAX_BATCHES):
                yield exchange
                exchange, free = [], self._max_input_bytes
            exchange.append(part)
            free -= n_bytes
        if exchange:
            yield exchange

    def _largest_batch(self, tensors: Float32Array) -> int:
        return max(1, self._max_input_bytes // max(1, tensors[:1].nbytes))

    def _fill_up(self, part: Float32Array) -> Float32Array:
        missing = (self.fixed_batch or 0) - len(part)
        if missing <= 0:
            return part
        nothing = np.zeros((missing, *part.shape[1:]), dtype=part.dtype)
        return np.concatenate([part, nothing])

    def _rows(self, outputs: Mapping[str, Array], n_images: int) -> Array:
        output = outputs[self._output]
        if output.dtype.name not in FLOATS:
            raise ModelFailureError(CATALOGUE["OUTPUT-TYPE"], detail=output.dtype.name)
        expected = (self.fixed_batch or n_images, self.dim)
        if output.shape != expected:
            raise ModelFailureError(
                CATALOGUE["OUTPUT-SHAPE"], detail=f"{output.shape} instead of {expected}"
            )
        # A float64 beyond the range of float32 becomes infinite: a non-finite row, not a warning.
        with np.errstate(over="ignore"):
            return output[:n_images].astype(np.float32)


def choose_output(facts: ModelFacts, card: ModelCard) -> str:
    """Name of the output that the card means.

    Raises
    ------
    ModelFailureError
        The card names none of several outputs, or one that the model lacks.
    """
    names = [output.name for output in facts.outputs]
    wanted = card.output.name
    if wanted is None and len(names) == 1:
        return names[0]
    if wanted is None or wanted not in names:
        detail = f"wanted {wanted or 'none'}, has {', '.join(names)}"
        raise ModelFailureError(CATALOGUE["OUTPUT-NAME"], detail=detail)
    return wanted


def fixed_batch_of(facts: ModelFacts) -> int | None:
    """Batch size that the model insists on; None where it takes any."""
    shape = facts.inputs[0].shape if facts.inputs else None
    return shape[0] if shape and isinstance(shape[0], int) else None
