"""A face embedding model: tensors in, one row of numbers per image out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from evaluation.catalogue import CATALOGUE
from evaluation.errors import ModelFailureError
from evaluation.runtime.base import CardedModel, fixed_batch_of

if TYPE_CHECKING:
    from evaluation.arrays import Array, Float32Array
    from evaluation.card import ModelCard
    from evaluation.sandbox import ModelFacts

_FLOATS = frozenset({"float16", "float32", "float64"})


class EmbeddingModel(CardedModel):
    """A sandboxed embedding model; see `CardedModel` for its parameters.

    Attributes
    ----------
    dim : int
        Length of an embedding, as the card says and every output is checked for.
    fixed_batch : int or None
        Number of images that the model insists on.
    """

    def _prepare(self) -> None:
        self._output = choose_output(self.facts, self.card)
        self.fixed_batch = fixed_batch_of(self.facts)
        self.dim = _declared_dim(self.card)

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
        result = np.empty((len(tensors), self.dim), dtype=np.float32)
        step = self.fixed_batch or self._largest_batch(tensors)
        for start in range(0, len(tensors), step):
            part = tensors[start : start + step]
            outputs = self.sandbox.infer(self._fill_up(part))
            result[start : start + len(part)] = self._rows(outputs, len(part))
        return result

    def _largest_batch(self, tensors: Float32Array) -> int:
        bytes_each = tensors[:1].nbytes
        return max(1, self.sandbox.limits.max_input_bytes // bytes_each) if bytes_each else 1

    def _fill_up(self, part: Float32Array) -> Float32Array:
        missing = (self.fixed_batch or 0) - len(part)
        if missing <= 0:
            return part
        nothing = np.zeros((missing, *part.shape[1:]), dtype=part.dtype)
        return np.concatenate([part, nothing])

    def _rows(self, outputs: dict[str, Array], n_images: int) -> Array:
        output = outputs[self._output]
        if output.dtype.name not in _FLOATS:
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


def _declared_dim(card: ModelCard) -> int:
    if card.output.dim is None:
        raise ValueError("an embedding model's card states output.dim")
    return card.output.dim
