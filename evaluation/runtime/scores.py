"""Presentation-attack and quality models: a few numbers per image, of which one score is read.

Liveness is higher for bona fide presentations, quality higher for better samples, whatever
the model's own direction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit, softmax

from evaluation.card import Task
from evaluation.catalogue import CATALOGUE
from evaluation.errors import ModelFailureError
from evaluation.imaging.align import card_size
from evaluation.imaging.tensor import tensor_shape
from evaluation.runtime.base import CardedModel
from evaluation.runtime.embedder import Embedder, choose_output, fixed_batch_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evaluation.arrays import Float32Array, FloatArray
    from evaluation.card import ModelCard
    from evaluation.runtime.embedder import Infer, InferAll
    from evaluation.sandbox import ModelFacts


class ScoreModel(CardedModel):
    """A sandboxed presentation-attack or quality model; see `CardedModel` for its parameters."""

    def _prepare(self) -> None:
        self._embedder = numbers_per_image(
            self.sandbox.infer,
            self.facts,
            self.card,
            max_input_bytes=self.sandbox.limits.max_input_bytes,
            infer_all=self.sandbox.infer_all,
        )

    @property
    def dim(self) -> int:
        """Numbers per image."""
        return self._embedder.dim

    def outputs(self, tensors: Float32Array) -> Float32Array:
        """Run any number of images; see `Embedder.embed`.

        Returns
        -------
        ndarray of float32, shape (n, dim)
            As the model gave them.
        """
        return self._embedder.embed(tensors)

    def outputs_all(self, batches: Sequence[Float32Array]) -> list[Float32Array]:
        """Run several batches in one exchange with the child; see `Embedder.embed_all`."""
        return self._embedder.embed_all(batches)


def numbers_per_image(
    infer: Infer,
    facts: ModelFacts,
    card: ModelCard,
    *,
    max_input_bytes: int,
    infer_all: InferAll | None = None,
) -> Embedder:
    """Make the reader of a model's output; runs it once where no length is stated.

    Raises
    ------
    ModelFailureError
        The output is missing, is no row of numbers per image, or has no number in the place
        that the card says.
    """
    output, fixed_batch = choose_output(facts, card), fixed_batch_of(facts)
    shape = next(tensor.shape for tensor in facts.outputs if tensor.name == output)
    stated = shape[-1] if shape else None
    dim = card.output.dim or (stated if isinstance(stated, int) else None)
    if dim is None:
        width, height = card_size(card)
        nothing = np.zeros((fixed_batch or 1, *tensor_shape(card, height, width)), np.float32)
        found = infer(nothing)[output].shape
        if len(found) != 2:
            raise ModelFailureError(CATALOGUE["OUTPUT-SHAPE"], detail=f"{found} instead of rows")
        dim = int(found[1])
    score_place(card, dim)
    return Embedder(
        infer,
        output=output,
        dim=dim,
        fixed_batch=fixed_batch,
        max_input_bytes=max_input_bytes,
        infer_all=infer_all,
    )


def score_place(card: ModelCard, dim: int) -> int:
    """Place of the number that the score is made of.

    Parameters
    ----------
    card : ModelCard
        Of a presentation-attack or quality model.
    dim : int
        Numbers per image.

    Raises
    ------
    ModelFailureError
        The card names a place that the output does not have, or none of several.
    """
    spec = card.output
    named = spec.live_index if card.task is Task.PAD else spec.index
    if named is None and dim == 1:
        return 0
    if named is None or named >= dim:
        wanted = "names no place" if named is None else f"names place {named}"
        detail = f"the output has {dim} numbers per image and the card {wanted} among them"
        raise ModelFailureError(CATALOGUE["OUTPUT-SHAPE"], detail=detail)
    return named


def scores_of(outputs: Float32Array, card: ModelCard) -> FloatArray:
    """Liveness or quality of each image; higher means more live, or better.

    Liveness is the live class's part in the softmax, the logistic function of its number
    for ``sigmoid``, and the number itself for ``none``, which is also what a card without
    ``activation`` means. Quality is negated where ``higher_is`` says "worse".

    Parameters
    ----------
    outputs : ndarray of float32, shape (n, dim)
    card : ModelCard

    Returns
    -------
    ndarray of float64, shape (n,)
        Not finite where the output is not.

    Raises
    ------
    ModelFailureError
        As `score_place`.
    """
    place = score_place(card, outputs.shape[1])
    numbers = outputs.astype(np.float64)
    if card.task is Task.QUALITY:
        column = numbers[:, place]
        return -column if card.output.higher_is == "worse" else column
    if card.output.activation == "softmax":
        with np.errstate(invalid="ignore"):  # infinite outputs give NaN, which is reported
            return np.asarray(softmax(numbers, axis=1)[:, place])
    if card.output.activation == "sigmoid":
        return np.asarray(expit(numbers[:, place]))
    return numbers[:, place]
